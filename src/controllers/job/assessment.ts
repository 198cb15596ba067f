import type { Millis } from '#base/units.ts';
import { type BackOffRecord, nextRecord } from '#controllers/job/backoff.ts';
import {
  failureCount,
  finishTime,
  hasFailed,
  hasSucceeded,
  hasTracking,
  ignoredFailureCount,
  indexOf,
  isActive,
  isReady,
  isTerminating,
  restartsOf,
} from '#controllers/job/pod-facts.ts';
import { type Verdict, verdictOn } from '#controllers/job/pod-failure-policy.ts';
import { IndexSet } from '#kinds/job/indexes.ts';
import type { Job } from '#kinds/job/schema.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What one sync looks at. */
export interface Observed {
  readonly job: Job;
  /** The pods the Job has claimed. */
  readonly pods: readonly Pod[];
  readonly now: Millis;
  readonly backOff: BackOffRecord;
  /** Whether the tracking finalizer of that pod has been taken off already, although the cache still shows it. */
  readonly released: (uid: string) => boolean;
}

/** What particular there is about an Indexed Job. */
export interface Indexed {
  readonly completions: number;
  /** Succeeded indexes: those in status, and all that have succeeded by now. */
  readonly recorded: IndexSet;
  readonly succeeded: IndexSet;
  /** With per-index limits: indexes that will not be tried again. */
  readonly failed: IndexSet | undefined;
  /** With per-index limits: the failed pods whose replacements are to be made from them, by index. */
  readonly held: ReadonlyMap<number, Pod>;
}

/** A Job and its pods, counted. */
export interface Assessment {
  readonly job: Job;
  readonly now: Millis;
  readonly suspended: boolean;
  /** When the Job started, now if it starts with this sync; undefined while suspended from the beginning. */
  readonly startTime: string | undefined;
  /** A pod is replaced only when it has really ended. */
  readonly onlyFailed: boolean;
  readonly indexed: Indexed | undefined;
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: readonly Pod[];
  /** The pods that hold the tracking finalizer; of an Indexed Job in order of indexes. */
  readonly tracked: readonly Pod[];
  readonly uncountedSucceeded: ReadonlySet<string>;
  readonly uncountedFailed: ReadonlySet<string>;
  readonly succeededTotal: number;
  readonly failedTotal: number;
  /** Restarts of containers in pods that may still run. */
  readonly restarts: number;
  /** The message of the first rule that fails the Job because of one of its pods. */
  readonly failJobMessage: string | undefined;
  readonly backOff: BackOffRecord;
}

/** Counts (spec: job.md section 6.2). */
export function assess(observed: Observed): Assessment {
  const { job, pods, now } = observed;
  const { spec, status } = job;
  const suspended = spec.suspend ?? false;
  const onlyFailed = spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
  const uncountedSucceeded = new Set(status.uncountedTerminatedPods?.succeeded);
  const uncountedFailed = new Set(status.uncountedTerminatedPods?.failed);
  const completions = spec.completionMode === 'Indexed' ? (spec.completions ?? 0) : undefined;
  const tracked = inOrder(
    pods.filter((pod) => hasTracking(pod) && !observed.released(pod.metadata.uid)),
    completions,
  );
  const fresh = tracked.filter(
    (pod) =>
      !uncountedSucceeded.has(pod.metadata.uid) &&
      !uncountedFailed.has(pod.metadata.uid) &&
      (completions === undefined || indexOf(pod, completions) !== undefined),
  );
  const newSucceeded = fresh.filter(hasSucceeded);
  const newFailed = fresh.filter((pod) => hasFailed(pod, onlyFailed));
  const newCounted = newFailed.filter((pod) => verdictOn(pod, spec.podFailurePolicy).action !== 'ignore').length;
  const active = pods.filter(isActive);
  const indexed =
    completions === undefined ? undefined : assessIndexes(job, completions, { tracked, active, onlyFailed });
  return {
    job,
    now,
    suspended,
    startTime: status.startTime ?? (suspended ? undefined : timestamp(now)),
    onlyFailed,
    indexed,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating),
    tracked,
    uncountedSucceeded,
    uncountedFailed,
    succeededTotal: indexed?.succeeded.size ?? (status.succeeded ?? 0) + uncountedSucceeded.size + newSucceeded.length,
    failedTotal: (status.failed ?? 0) + uncountedFailed.size + newCounted,
    restarts: restartsIn(pods),
    failJobMessage: spec.podFailurePolicy && failJobMessage(job, pods, onlyFailed),
    backOff: nextRecord(observed.backOff, newSucceeded, newFailed),
  };
}

function inOrder(tracked: readonly Pod[], completions: number | undefined): readonly Pod[] {
  if (completions === undefined) return tracked;
  return tracked.toSorted((a, b) => (indexOf(a, completions) ?? -1) - (indexOf(b, completions) ?? -1));
}

function restartsIn(pods: readonly Pod[]): number {
  let restarts = 0;
  for (const pod of pods) {
    if (pod.status.phase === 'Running' || pod.status.phase === 'Pending') restarts += restartsOf(pod);
  }
  return restarts;
}

/** Looks at pods already counted as well: the sync that counted them may have been unable to end the Job. */
function failJobMessage(job: Job, pods: readonly Pod[], onlyFailed: boolean): string | undefined {
  for (const pod of pods) {
    if (!hasFailed(pod, onlyFailed)) continue;
    const verdict = verdictOn(pod, job.spec.podFailurePolicy);
    if (verdict.action === 'fail-job') return verdict.message;
  }
  return undefined;
}

function assessIndexes(
  job: Job,
  completions: number,
  { tracked, active, onlyFailed }: Pick<Assessment, 'tracked' | 'active' | 'onlyFailed'>,
): Indexed {
  const { spec, status } = job;
  const limit = spec.backoffLimitPerIndex;
  const recorded = IndexSet.parse(status.completedIndexes ?? '', completions);
  const failedListed = new Set(status.uncountedTerminatedPods?.failed);
  const arrived = tracked.filter((pod) => hasSucceeded(pod) && !failedListed.has(pod.metadata.uid));
  const succeeded = recorded.union(IndexSet.of(defined(arrived.map((pod) => indexOf(pod, completions)))));
  if (limit === undefined) return { completions, recorded, succeeded, failed: undefined, held: new Map() };
  const failedPods = tracked.filter((pod) => hasFailed(pod, onlyFailed));
  const exhausted = failedPods.filter((pod) => isLast(pod, verdictOn(pod, spec.podFailurePolicy), limit));
  const failed = IndexSet.parse(status.failedIndexes ?? '', completions).union(
    IndexSet.of(defined(exhausted.map((pod) => indexOf(pod, completions)))),
  );
  const running = new Set(active.map((pod) => indexOf(pod, completions)));
  const open = (index: number): boolean => !running.has(index) && !succeeded.has(index) && !failed.has(index);
  return { completions, recorded, succeeded, failed, held: heldPods(failedPods, completions, open) };
}

/** Whether after this failed pod its index is given up (spec: job.md section 6.12). */
function isLast(pod: Pod, verdict: Verdict, limit: number): boolean {
  switch (verdict.action) {
    case 'fail-index':
      return true;
    case 'ignore':
      return false;
    case 'count':
    case 'fail-job':
      return failureCount(pod) >= limit;
  }
}

/** The last failed pod of each index that waits for its replacement: the one with most failures before it, of those the
 *  one that ended last. */
function heldPods(
  failedPods: readonly Pod[],
  completions: number,
  open: (index: number) => boolean,
): ReadonlyMap<number, Pod> {
  const held = new Map<number, Pod>();
  for (const pod of failedPods) {
    const index = indexOf(pod, completions);
    if (index === undefined || !open(index)) continue;
    const other = held.get(index);
    if (other === undefined || isLater(pod, other)) held.set(index, pod);
  }
  return held;
}

function isLater(pod: Pod, other: Pod): boolean {
  const difference = failuresBefore(pod) - failuresBefore(other);
  return difference === 0 ? finishTime(pod) >= finishTime(other) : difference > 0;
}

/** Counted and ignored failures of the pod's index before it. */
export function failuresBefore(pod: Pod): number {
  return failureCount(pod) + ignoredFailureCount(pod);
}

function defined<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value) => value !== undefined);
}
