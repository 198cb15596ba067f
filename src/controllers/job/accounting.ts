import type { Assessment } from '#controllers/job/assessment.ts';
import { conditionTypes, type EndState } from '#controllers/job/end-state.ts';
import { hasFailed, hasSucceeded, indexOf } from '#controllers/job/pod-facts.ts';
import { type Verdict, verdictOn } from '#controllers/job/pod-failure-policy.ts';
import { jobStatus } from '#controllers/job/status.ts';
import { IndexSet } from '#kinds/job/indexes.ts';
import type { JobCondition, JobStatus } from '#kinds/job/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** How many pods are in which state after the step of this sync. */
export interface Outcome {
  readonly end: EndState | undefined;
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly startTime: string | undefined;
  readonly conditions: readonly JobCondition[];
  /** Uids of failed pods that must keep their finalizer until replacements have been made from them. */
  readonly held: ReadonlySet<string>;
}

/** The first of the two writes, and the pods that may go after it. */
export interface Accounting {
  readonly status: JobStatus;
  readonly release: readonly Pod[];
  /** What policy says of the pods that have failed since the last time. */
  readonly verdicts: readonly Verdict[];
  /** More pods wait to be counted: the Job cannot end with this sync. */
  readonly truncated: boolean;
}

/** At most so many uids and new indexes stand in one write. */
export const uncountedMax = 500;

interface Tally {
  readonly succeededIndexes: number[];
  readonly succeededUids: string[];
  readonly failedUids: string[];
  readonly release: Pod[];
  readonly verdicts: Verdict[];
}

/** Counts each ended pod once, whenever the controller dies (spec: job.md sections 6.7 and 6.8): the status lists the uids of
 *  ended pods while they hold the finalizer; a uid whose finalizer is gone moves to the counter. Returns the status that
 *  makes this sync's findings durable; only after it is written may `release` lose their finalizers. */
export function account(assessment: Assessment, outcome: Outcome): Accounting {
  const { job, tracked, uncountedSucceeded, uncountedFailed, indexed } = assessment;
  const holders = new Set(tracked.map((pod) => pod.metadata.uid));
  const isHeld = (uid: string): boolean => holders.has(uid);
  const tally: Tally = {
    succeededIndexes: [],
    succeededUids: [...uncountedSucceeded].filter(isHeld),
    failedUids: [...uncountedFailed].filter(isHeld),
    release: [],
    verdicts: [],
  };
  const earnedSucceeded = uncountedSucceeded.size - tally.succeededUids.length;
  const earnedFailed = uncountedFailed.size - tally.failedUids.length;
  const truncated = countPods(assessment, outcome, tally);
  const completed = indexed?.recorded.union(IndexSet.of(tally.succeededIndexes));
  const status = jobStatus(job.status, {
    startTime: outcome.startTime,
    active: outcome.active,
    ready: outcome.ready,
    terminating: outcome.terminating,
    succeeded: completed?.size ?? (job.status.succeeded ?? 0) + earnedSucceeded,
    failed: (job.status.failed ?? 0) + earnedFailed,
    completedIndexes: completed?.toString(),
    failedIndexes: indexed?.failed?.toString(),
    uncounted: { succeeded: tally.succeededUids, failed: tally.failedUids },
    conditions: withEnd(outcome.conditions, outcome.end, 'interim', assessment.now),
  });
  return { status, release: tally.release, verdicts: tally.verdicts, truncated };
}

/** Fills `tally`. Returns whether it is full. */
function countPods(assessment: Assessment, outcome: Outcome, tally: Tally): boolean {
  const { uncountedSucceeded, uncountedFailed, indexed } = assessment;
  const listed = (uid: string): boolean => uncountedSucceeded.has(uid) || uncountedFailed.has(uid);
  const seen = new Set<number>();
  for (const pod of assessment.tracked) {
    if (!mayGo(pod, assessment, outcome)) continue;
    const { uid } = pod.metadata;
    const index = indexed === undefined ? undefined : indexOf(pod, indexed.completions);
    const countable = indexed === undefined || index !== undefined;
    if (hasSucceeded(pod) && !uncountedFailed.has(uid)) {
      if (indexed === undefined && !listed(uid)) tally.succeededUids.push(uid);
      if (index !== undefined && !indexed?.recorded.has(index) && !seen.has(index)) {
        seen.add(index);
        tally.succeededIndexes.push(index);
      }
    } else if (countable && !listed(uid) && isFailure(pod, assessment, outcome)) {
      const verdict = verdictOn(pod, assessment.job.spec.podFailurePolicy);
      tally.verdicts.push(verdict);
      if (verdict.action !== 'ignore') tally.failedUids.push(uid);
    }
    tally.release.push(pod);
    if (tally.succeededIndexes.length + tally.succeededUids.length + tally.failedUids.length >= uncountedMax)
      return true;
  }
  return false;
}

/** Whether the pod may lose its finalizer, once that is accounted for. */
function mayGo(pod: Pod, { job, onlyFailed }: Assessment, { end, held }: Outcome): boolean {
  if (job.metadata.deletionTimestamp !== undefined || end !== undefined || hasSucceeded(pod)) return true;
  return hasFailed(pod, onlyFailed) && !held.has(pod.metadata.uid);
}

/** A pod that still runs when the Job has failed is one too; when the Job has succeeded or is deleted it just goes. */
function isFailure(pod: Pod, { onlyFailed }: Assessment, { end }: Outcome): boolean {
  return hasFailed(pod, onlyFailed) || end?.outcome === 'failure';
}

/** The second write: what was released is counted, and the Job has ended if nothing is left to wait for. `status` is the
 *  first one. */
export function settle(
  status: JobStatus,
  released: ReadonlySet<string>,
  { end, truncated, now }: { end: EndState | undefined; truncated: boolean; now: number },
): { readonly status: JobStatus; readonly finished: boolean } {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = {
    succeeded: succeeded.filter((uid) => !released.has(uid)),
    failed: failed.filter((uid) => !released.has(uid)),
  };
  const counted = jobStatus(status, {
    succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
    uncounted: left,
  });
  const waiting = truncated || left.succeeded.length + left.failed.length + (status.terminating ?? 0) > 0;
  if (end === undefined || waiting) return { status: counted, finished: false };
  const conditions = withEnd(counted.conditions ?? [], end, 'final', now);
  const completionTime = end.outcome === 'success' ? timestamp(now) : undefined;
  return { status: jobStatus(counted, { conditions, completionTime }), finished: true };
}

/** `conditions` with the one that tells of `end`, unless it stands there already. A final one that somebody wrote as not True
 *  keeps its place in the list. */
function withEnd(
  conditions: readonly JobCondition[],
  end: EndState | undefined,
  stage: 'interim' | 'final',
  now: number,
): readonly JobCondition[] {
  if (end === undefined) return conditions;
  const type = conditionTypes[end.outcome][stage];
  const old = findCondition(conditions, type);
  if (old?.status === 'True') return conditions;
  const time = timestamp(now);
  const { reason, message } = end;
  const added: JobCondition = { type, status: 'True', reason, message, lastProbeTime: time, lastTransitionTime: time };
  if (old !== undefined && stage === 'final') return conditions.map((one) => (one === old ? added : one));
  return [...conditions.filter((condition) => condition !== old), added];
}
