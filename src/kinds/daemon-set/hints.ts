import type { Advice } from '#kinds/workload/hints.ts';

/** Our own advice on what a refused DaemonSet should say instead, besides that on its selector. */
export const daemonSetAdvice: readonly Advice[] = [
  {
    field: 'spec.template.spec.restartPolicy',
    message: /^Unsupported value/,
    hint: "a daemon's containers are always started again: leave restartPolicy out, or use a Job for work that comes to an end",
  },
  {
    field: 'spec.updateStrategy.rollingUpdate.maxSurge',
    message: /may not be set/,
    hint: 'maxUnavailable is 1 unless given: write maxUnavailable: 0 next to maxSurge',
  },
];
