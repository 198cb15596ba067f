import type { Millis } from '#base/units.ts';
import { availableAt, isUpdated } from '#controllers/daemonset/pod-facts.ts';
import type { View } from '#controllers/daemonset/view.ts';
import type { DaemonSetStatus } from '#kinds/daemon-set/schema.ts';
import { isPodReady } from '#kinds/pod/phase.ts';

/** The numbers of a DaemonSet's status. */
export type Counts = Required<
  Pick<
    DaemonSetStatus,
    | 'desiredNumberScheduled'
    | 'currentNumberScheduled'
    | 'numberMisscheduled'
    | 'numberReady'
    | 'updatedNumberScheduled'
    | 'numberAvailable'
    | 'numberUnavailable'
  >
>;

/** Counts nodes, each by its most senior pod (spec: daemonset.md section 12). */
export function countNodes({ nodes, newest, minReadySeconds, now }: View): Counts {
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const { verdict, pods } of nodes) {
    if (verdict === undefined) continue;
    const [pod] = pods;
    if (!verdict.shouldRun) {
      if (pod !== undefined) misscheduled++;
      continue;
    }
    desired++;
    if (pod === undefined) continue;
    current++;
    if (isUpdated(pod, newest)) updated++;
    if (!isPodReady(pod)) continue;
    ready++;
    if ((availableAt(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= now) available++;
  }
  return {
    desiredNumberScheduled: desired,
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    numberReady: ready,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
  };
}

/** When the next pod that is ready will count as available; undefined if none is on its way there. */
export function nextAvailability({ nodes, minReadySeconds, now }: View): Millis | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: Millis | undefined;
  for (const { pods } of nodes) {
    for (const pod of pods) {
      const at = availableAt(pod, minReadySeconds);
      if (at !== undefined && at > now) next = Math.min(at, next ?? at);
    }
  }
  return next;
}

/** `status` with these numbers, and with the generation they are about; the same status when that is what it says
 *  already. What others put there stays. */
export function withCounts(status: DaemonSetStatus, counts: Counts, generation: number | undefined): DaemonSetStatus {
  const observed = status.observedGeneration ?? 0;
  const names = Object.keys(counts) as (keyof Counts)[];
  const isSame = names.every((name) => (status[name] ?? 0) === counts[name]);
  if (isSame && (generation === undefined || observed >= generation)) return status;
  return { ...status, ...counts, ...(generation === undefined ? {} : { observedGeneration: generation }) };
}
