import type { Millis } from '#base/units.ts';
import { isReady, sidecarStatuses } from '#controllers/job/pod-facts.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** Order in which active pods are given up: the one that has done least, by what can be seen, goes first
 *  (spec: job.md section 6.6). */
export function byWorth(a: Pod, b: Pod): number {
  return (
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    latestFirst(readySince(a), readySince(b)) ||
    restartsMax(b.status.containerStatuses) - restartsMax(a.status.containerStatuses) ||
    restartsMax(sidecarStatuses(b)) - restartsMax(sidecarStatuses(a)) ||
    latestFirst(Date.parse(a.metadata.creationTimestamp), Date.parse(b.metadata.creationTimestamp))
  );
}

const phases: readonly (string | undefined)[] = ['Pending', 'Unknown', 'Running'];

function phaseRank(pod: Pod): number {
  return phases.indexOf(pod.status.phase);
}

/** 0 when not ready, so that two such pods are equal; infinitely late when ready since nobody knows when. */
function readySince(pod: Pod): Millis {
  const ready = findCondition(pod.status.conditions, 'Ready');
  if (ready?.status !== 'True') return 0;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : Number.POSITIVE_INFINITY;
}

function latestFirst(a: Millis, b: Millis): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

function restartsMax(statuses: readonly ContainerStatus[] | undefined): number {
  return (statuses ?? []).reduce((most, { restartCount }) => Math.max(most, restartCount), 0);
}
