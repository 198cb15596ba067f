import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a DaemonSet leaves out (spec: daemonset.md section 2.1). */
export function defaultDaemonSet({ spec }: Draft<DaemonSet>): void {
  spec.revisionHistoryLimit ??= 10;
  const strategy = spec.updateStrategy;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= 1;
    strategy.rollingUpdate.maxSurge ??= 0;
  }
  defaultPodTemplate(spec.template);
}
