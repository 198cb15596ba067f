import type { Millis } from '#base/units.ts';
import {
  completionIndexKey,
  indexFailureCountKey,
  indexIgnoredFailureCountKey,
  jobTrackingFinalizer,
} from '#kinds/job/labels.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** What the Job controller reads off a pod (spec: job.md sections 6.2, 6.10 to 6.12). */

export function hasEnded(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

export function hasSucceeded(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded';
}

export function isBeingDeleted(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Pending or running, and not asked to stop. */
export function isActive(pod: Pod): boolean {
  return !hasEnded(pod) && !isBeingDeleted(pod);
}

/** Asked to stop, and not known to have ended. */
export function isTerminating(pod: Pod): boolean {
  return !hasEnded(pod) && isBeingDeleted(pod);
}

export function isReady(pod: Pod): boolean {
  return isConditionTrue(pod.status.conditions, 'Ready');
}

export function hasTracking(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(jobTrackingFinalizer) ?? false;
}

/** Whether the pod counts as failed. Unless `onlyFailed`, one that is asked to stop does so at once, since nobody may ever
 *  report its end. */
export function hasFailed(pod: Pod, onlyFailed: boolean): boolean {
  if (pod.status.phase === 'Failed') return true;
  return !onlyFailed && isBeingDeleted(pod) && pod.status.phase !== 'Succeeded';
}

/** The pod's completion index, if it is a number below `completions`. */
export function indexOf(pod: Pod, completions: number): number | undefined {
  const index = count(pod, completionIndexKey);
  return index !== undefined && index < completions ? index : undefined;
}

/** Counted failures of the pod's index before this pod. */
export function failureCount(pod: Pod): number {
  return count(pod, indexFailureCountKey) ?? 0;
}

/** Failures of the pod's index before this pod that policy ignored. */
export function ignoredFailureCount(pod: Pod): number {
  return count(pod, indexIgnoredFailureCountKey) ?? 0;
}

const int32Max = 2 ** 31 - 1;

function count(pod: Pod, annotation: string): number | undefined {
  const text = pod.metadata.annotations?.[annotation];
  if (text === undefined || !/^\+?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value <= int32Max ? value : undefined;
}

/** When the pod ended, as well as can be told: by its containers, by its readiness, by its deletion, by its creation. */
export function finishTime(pod: Pod): Millis {
  const byContainers = containersFinished(pod);
  if (byContainers !== undefined) return byContainers;
  const ready = findCondition(pod.status.conditions, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return Date.parse(creationTimestamp);
}

/** The latest end, if all containers that run as long as the pod have one. */
function containersFinished(pod: Pod): Millis | undefined {
  const statuses = [...(pod.status.containerStatuses ?? []), ...sidecarStatuses(pod)];
  if (statuses.length === 0) return undefined;
  const ends = statuses.map(({ state }) => state.terminated?.finishedAt);
  return ends.every((end) => end) ? Math.max(...ends.map((end) => Date.parse(String(end)))) : undefined;
}

/** Statuses of the init containers that keep running beside the regular ones. */
export function sidecarStatuses(pod: Pod): readonly ContainerStatus[] {
  const statuses = pod.status.initContainerStatuses ?? [];
  if (statuses.length === 0) return statuses;
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  return statuses.filter(({ name }) => sidecars.has(name));
}

/** How often containers of the pod were started again. */
export function restartsOf(pod: Pod): number {
  let sum = 0;
  for (const { restartCount } of pod.status.initContainerStatuses ?? []) sum += restartCount;
  for (const { restartCount } of pod.status.containerStatuses ?? []) sum += restartCount;
  return sum;
}
