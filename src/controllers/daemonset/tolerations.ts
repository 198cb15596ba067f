import type { Toleration } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

const prefix = 'node.kubernetes.io/';
const always: readonly Toleration[] = [
  { key: `${prefix}not-ready`, operator: 'Exists', effect: 'NoExecute' },
  { key: `${prefix}unreachable`, operator: 'Exists', effect: 'NoExecute' },
  { key: `${prefix}disk-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}memory-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}pid-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}unschedulable`, operator: 'Exists', effect: 'NoSchedule' },
];
const ofHostNetwork: Toleration = { key: `${prefix}network-unavailable`, operator: 'Exists', effect: 'NoSchedule' };

/** What a daemon's pods tolerate: what the template says, and that their node is unwell or closed to others
 *  (spec: daemonset.md section 6.1). The template's own word on the same taint gives way to ours. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const added = hostNetwork === true ? [...always, ofHostNetwork] : always;
  const given = tolerations.map((own) => added.find((one) => isAlike(one, own)) ?? own);
  return [...given, ...added.filter((one) => !given.includes(one))];
}

function isAlike(a: Toleration, b: Toleration): boolean {
  return a.key === b.key && a.operator === b.operator && a.effect === b.effect && (a.value ?? '') === (b.value ?? '');
}
