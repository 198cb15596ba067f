import { jsonEqual } from '#base/json.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { IndexSet } from '#kinds/job/indexes.ts';
import type { Job, JobStatus } from '#kinds/job/schema.ts';
import { validateConditions } from '#kinds/job/validate/conditions.ts';
import { readIndexText } from '#kinds/job/validate/index-text.ts';
import { checkNotNegative, immutableText, internally } from '#kinds/meta/checks.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on a change of a Job's status (spec: job.md section 5.4). Many rules hold only where this write changed something they
 *  speak of: what a change of the spec has made untrue must not stand in the way of other writes. */
export function validateJobStatusUpdate(job: Job, old: Job): Findings {
  return [
    ...validateCounts(job.status),
    ...validateUncounted(job.status),
    ...validateConditions(job, old),
    ...validateTimes(job, old),
    ...validateFinished(job, old),
    ...validateCounters(job, old),
    ...validateIndexes(job, old),
  ];
}

function validateCounts(status: JobStatus): Findings {
  const names = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
  return names.flatMap((name) => checkNotNegative(`status.${name}`, status[name]));
}

function validateUncounted({ uncountedTerminatedPods: pods }: JobStatus): Findings {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (pods?.[list] ?? []).flatMap((uid, index) => {
      const field = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') return [fieldError.invalid(field, uid, 'must not be empty')];
      const again = seen.has(uid);
      seen.add(uid);
      return again ? [fieldError.duplicate(field, uid)] : [];
    }),
  );
}

type Name = keyof JobStatus;

/** Whether this write changed any of these parts of the status. */
function changed(job: Job, old: Job, ...names: readonly Name[]): boolean {
  return names.some((name) => !jsonEqual(job.status[name], old.status[name]));
}

function flipped(job: Job, old: Job, type: string): boolean {
  return isConditionTrue(job.status.conditions, type) !== isConditionTrue(old.status.conditions, type);
}

function validateTimes(job: Job, old: Job): Findings {
  return [...validateStartTime(job, old), ...validateCompletionTime(job, old)];
}

/** The start is fixed, but for the write that resumes the Job: that starts it anew. */
function validateStartTime(job: Job, old: Job): Findings {
  const { startTime } = job.status;
  if (!changed(job, old, 'startTime') || old.status.startTime === undefined || job.spec.suspend === true) return [];
  const isResumed = findCondition(job.status.conditions, 'Suspended')?.status === 'False';
  if (isResumed && isConditionTrue(old.status.conditions, 'Suspended')) return [];
  return [fieldError.invalid('status.startTime', startTime, 'field is immutable for unsuspended job once set')];
}

function validateCompletionTime(job: Job, old: Job): Findings {
  const field = 'status.completionTime';
  const { startTime, completionTime: at, conditions } = job.status;
  const complete = isConditionTrue(conditions, 'Complete');
  const before = old.status.completionTime;
  const errors: FieldError[] = [];
  if (changed(job, old, 'completionTime') || flipped(job, old, 'Complete')) {
    if (!complete && at !== undefined) {
      errors.push(fieldError.invalid(field, at, 'cannot set completionTime when there is no Complete=True condition'));
    }
    if (complete && at === undefined) {
      errors.push(fieldError.required(field, 'completionTime is required for Complete jobs'));
    }
  }
  if (changed(job, old, 'completionTime', 'startTime') && at !== undefined && startTime !== undefined) {
    const early = Date.parse(at) < Date.parse(startTime);
    if (early) errors.push(fieldError.invalid(field, at, 'must be equal to or after `startTime`'));
  }
  if (before !== undefined && at !== undefined && at !== before)
    errors.push(fieldError.invalid(field, at, immutableText));
  return errors;
}

/** A Job that has ended has begun, and nothing of it is left. */
function validateFinished(job: Job, old: Job): Findings {
  if (!isFinished(job)) return [];
  const ended = !isFinished(old);
  const { startTime, active = 0, terminating = 0, uncountedTerminatedPods: pods } = job.status;
  const errors: FieldError[] = [];
  const neverStarted = job.spec.suspend === true && job.spec.completions === 0;
  if ((ended || changed(job, old, 'startTime')) && startTime === undefined && !neverStarted) {
    errors.push(fieldError.required('status.startTime', 'startTime is required for finished job'));
  }
  if ((ended || changed(job, old, 'active')) && active > 0) {
    errors.push(fieldError.invalid('status.active', active, 'active>0 is invalid for finished job'));
  }
  if ((ended || changed(job, old, 'terminating')) && terminating > 0) {
    errors.push(fieldError.invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  const left = (pods?.succeeded?.length ?? 0) + (pods?.failed?.length ?? 0);
  if ((ended || changed(job, old, 'uncountedTerminatedPods')) && left > 0) {
    const field = 'status.uncountedTerminatedPods';
    errors.push(fieldError.invalid(field, internally(pods ?? {}), 'must be empty for finished job'));
  }
  return errors;
}

function validateCounters(job: Job, old: Job): Findings {
  const { ready = 0, active = 0, failed = 0, succeeded = 0 } = job.status;
  const { completionMode, completions, parallelism } = job.spec;
  const elastic = completionMode === 'Indexed' && completions === parallelism;
  const errors: FieldError[] = [];
  if (changed(job, old, 'ready', 'active') && ready > active) {
    errors.push(fieldError.invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
  if (failed < (old.status.failed ?? 0)) {
    errors.push(fieldError.invalid('status.failed', failed, 'cannot decrease the failed counter'));
  }
  if (succeeded < (old.status.succeeded ?? 0) && !elastic) {
    errors.push(fieldError.invalid('status.succeeded', succeeded, 'cannot decrease the succeeded counter'));
  }
  return errors;
}

function validateIndexes(job: Job, old: Job): Findings {
  const { completedIndexes = '', failedIndexes } = job.status;
  const { completionMode, backoffLimitPerIndex, completions } = job.spec;
  const errors: FieldError[] = [];
  if (changed(job, old, 'completedIndexes')) {
    const field = 'status.completedIndexes';
    if (completionMode !== 'Indexed' && completedIndexes !== '') {
      const text = 'cannot set non-empty completedIndexes when non-indexed completion mode';
      errors.push(fieldError.invalid(field, completedIndexes, text));
    }
    errors.push(...validateIndexText('completedIndexes', completedIndexes, completions));
  }
  if (changed(job, old, 'failedIndexes') && failedIndexes !== undefined) {
    if (backoffLimitPerIndex !== undefined)
      errors.push(...validateIndexText('failedIndexes', failedIndexes, completions));
    else {
      const text = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
      errors.push(fieldError.invalid('status.failedIndexes', failedIndexes, text));
    }
  }
  if (completions === undefined || !changed(job, old, 'completedIndexes', 'failedIndexes')) return errors;
  return [...errors, ...validateApart(completedIndexes, failedIndexes ?? '', completions)];
}

/** Where there is no number of completions, no index is too large. */
function validateIndexText(
  name: 'completedIndexes' | 'failedIndexes',
  text: string,
  completions: number | undefined,
): Findings {
  if (completions === undefined) return [];
  const read = readIndexText(text, completions);
  if (!('problem' in read)) return [];
  return [fieldError.invalid(`status.${name}`, text, `error parsing ${name}: ${read.problem}`)];
}

/** No index both fails and succeeds. */
function validateApart(completed: string, failed: string, completions: number): Findings {
  const both = IndexSet.parse(completed, completions).firstShared(IndexSet.parse(failed, completions));
  if (both === undefined) return [];
  const text = `failedIndexes and completedIndexes overlap at index: ${both}`;
  return [fieldError.invalid('status.failedIndexes', failed, text)];
}
