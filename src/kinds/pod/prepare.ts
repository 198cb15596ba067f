import { jsonCopy } from '#base/json.ts';
import type { LabelSelector, OwnerReference } from '#kinds/meta/schema.ts';
import { noTime } from '#kinds/meta/time.ts';
import { fillOldProfiles } from '#kinds/pod/old-profiles.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { podQos } from '#kinds/pod/qos.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodAffinity } from '#kinds/pod/schema/scheduling.ts';
import type { Draft } from '#schema/type.ts';

/** A new pod waits, whatever status the client sent (spec: api.md section 7.4). */
export function preparePodCreate(pod: Draft<Pod>): void {
  pod.status = { phase: 'Pending', qosClass: podQos(pod.spec) };
  if (pod.spec.schedulingGates?.length) pod.status.conditions = [gatedCondition()];
  mergeLabelKeys(pod);
  fillOldProfiles(pod);
}

/** What the node may not change together with the status. */
export function preparePodStatusUpdate(pod: Draft<Pod>, old: Pod): void {
  // One that is being deleted has its time already.
  if (old.metadata.deletionTimestamp === undefined) delete pod.metadata.deletionTimestamp;
  if (old.metadata.ownerReferences === undefined) delete pod.metadata.ownerReferences;
  else pod.metadata.ownerReferences = jsonCopy(old.metadata.ownerReferences) as Draft<readonly OwnerReference[]>;
  if (!pod.status.qosClass && old.status.qosClass !== undefined) pod.status.qosClass = old.status.qosClass;
  keepObservedGenerations(pod.status, old.status);
}

/** What was said to be seen stays so, unless a later generation is seen; conditions of one type are matched in their order. */
function keepObservedGenerations(status: Draft<Pod>['status'], old: Pod['status']): void {
  if (!status.observedGeneration && old.observedGeneration) status.observedGeneration = old.observedGeneration;
  const left = [...(old.conditions ?? [])];
  for (const condition of status.conditions ?? []) {
    const index = left.findIndex(({ type }) => type === condition.type);
    const [before] = index < 0 ? [] : left.splice(index, 1);
    if (!condition.observedGeneration && before?.observedGeneration) {
      condition.observedGeneration = before.observedGeneration;
    }
  }
}

/** How long a pod may take to stop (spec: nodes-and-scheduling.md section 6). Without a node, or ended, it is removed at once. */
export function podDeletionGrace(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || isTerminalPhase(pod.status.phase)) return 0;
  const grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  return grace < 0 ? 1 : grace;
}

function gatedCondition(): Draft<NonNullable<Pod['status']['conditions']>[number]> {
  return {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: noTime,
    lastTransitionTime: noTime,
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
}

/** Terms that match by "the same value of these labels as this pod" get the pod's values written into their selector. */
function mergeLabelKeys({ metadata, spec }: Draft<Pod>): void {
  const labels = metadata.labels ?? {};
  for (const term of [...affinityTerms(spec.affinity?.podAffinity), ...affinityTerms(spec.affinity?.podAntiAffinity)]) {
    addExpressions(term.labelSelector, term.matchLabelKeys, 'In', labels);
    addExpressions(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    addExpressions(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels);
  }
}

function affinityTerms(
  affinity: Draft<PodAffinity> | undefined,
): readonly Draft<NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number]>[] {
  return [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
  ];
}

function addExpressions(
  selector: Draft<LabelSelector> | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: { readonly [key: string]: string },
): void {
  if (selector === undefined) return;
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value === undefined) continue;
    selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }];
  }
}
