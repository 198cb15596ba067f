import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Which of the conditions that decide a Job's end are True. */
type Ends = { readonly [type in 'complete' | 'failed' | 'failureTarget' | 'successCriteriaMet']: boolean };

/** Findings on a Job's way to its end: first what it will be, then what it is, and never back (spec: job.md section 5.4). */
export function validateConditions(job: Job, old: Job): Findings {
  const now = endsOf(job);
  const before = endsOf(old);
  const texts = [...contradictions(now, before), ...missingSteps(now, before, job, old), ...stepsBack(now, before)];
  return texts.map((text) => fieldError.invalidState('status.conditions', text));
}

function endsOf({ status }: Job): Ends {
  const holds = (type: string): boolean => isConditionTrue(status.conditions, type);
  return {
    complete: holds('Complete'),
    failed: holds('Failed'),
    failureTarget: holds('FailureTarget'),
    successCriteriaMet: holds('SuccessCriteriaMet'),
  };
}

function flipped(now: Ends, before: Ends, ...types: readonly (keyof Ends)[]): boolean {
  return types.some((type) => now[type] !== before[type]);
}

function contradictions(now: Ends, before: Ends): readonly string[] {
  const texts: string[] = [];
  if (flipped(now, before, 'complete', 'failed') && now.complete && now.failed) {
    texts.push('cannot set Complete=True and Failed=true conditions');
  }
  if (flipped(now, before, 'complete', 'failureTarget') && now.complete && now.failureTarget) {
    texts.push('cannot set Complete=True and FailureTarget=true conditions');
  }
  if (now.successCriteriaMet && now.failed) texts.push('cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (now.successCriteriaMet && now.failureTarget) {
    texts.push('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  }
  return texts;
}

function missingSteps(now: Ends, before: Ends, { spec, status }: Job, old: Job): readonly string[] {
  const texts: string[] = [];
  const hasFailedMore = now.failed !== before.failed || status.failedIndexes !== old.status.failedIndexes;
  if (hasFailedMore && now.failed && !now.failureTarget) {
    texts.push('cannot set Failed=True condition without the FailureTarget=true condition');
  }
  if (flipped(now, before, 'complete', 'successCriteriaMet') && now.complete && !now.successCriteriaMet) {
    texts.push('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  }
  if (spec.successPolicy !== undefined && now.complete && !now.successCriteriaMet) {
    texts.push('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
  }
  if (before.complete && !before.successCriteriaMet && now.successCriteriaMet) {
    texts.push('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
  }
  return texts;
}

function stepsBack(now: Ends, before: Ends): readonly string[] {
  const texts: string[] = [];
  if (before.failed && !now.failed) texts.push('cannot disable the terminal Failed=True condition');
  if (before.complete && !now.complete) texts.push('cannot disable the terminal Complete=True condition');
  if (before.failureTarget && !now.failureTarget)
    texts.push('cannot disable the terminal FailureTarget=True condition');
  if (before.successCriteriaMet && !now.successCriteriaMet) {
    texts.push('cannot disable the SuccessCriteriaMet=True condition');
  }
  return texts;
}
