import type { Assessment } from '#controllers/job/assessment.ts';
import { matchSuccessPolicy } from '#controllers/job/success-policy.ts';
import type { Job } from '#kinds/job/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';

/** How a Job ends. It becomes known first (`interim`), and is final once every pod has ended and is counted. */
export interface EndState {
  readonly outcome: 'success' | 'failure';
  readonly reason: string;
  readonly message: string;
}

/** The conditions that tell of an end state: decided, and final. */
export const conditionTypes = {
  success: { interim: 'SuccessCriteriaMet', final: 'Complete' },
  failure: { interim: 'FailureTarget', final: 'Failed' },
} as const;

export const completionsReached: EndState = {
  outcome: 'success',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

const backoffLimitExceeded = failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
const deadlineExceeded = failure('DeadlineExceeded', 'Job was active longer than specified deadline');
const maxFailedIndexesExceeded = failure(
  'MaxFailedIndexesExceeded',
  'Job has exceeded the specified maximal number of failed indexes',
);
const failedIndexes = failure('FailedIndexes', 'Job has failed indexes');

function failure(reason: string, message: string): EndState {
  return { outcome: 'failure', reason, message };
}

/** The end state that the pods as they are lead to, completions aside; the first rule that holds decides, so that failure
 *  beats success (spec: job.md section 6.3, step 8). */
export function endStateOf(assessment: Assessment): EndState | undefined {
  const decided = decidedEarlier(assessment.job);
  if (decided !== undefined) return decided;
  if (assessment.failJobMessage !== undefined) return failure('PodFailurePolicy', assessment.failJobMessage);
  if (isPastBackoffLimit(assessment)) return backoffLimitExceeded;
  if ((msUntilDeadline(assessment) ?? 1) <= 0) return deadlineExceeded;
  return endOfIndexes(assessment);
}

function decidedEarlier({ status }: Job): EndState | undefined {
  for (const outcome of ['success', 'failure'] as const) {
    const condition = findCondition(status.conditions, conditionTypes[outcome].interim);
    if (condition?.status === 'True') {
      return { outcome, reason: condition.reason ?? '', message: condition.message ?? '' };
    }
  }
  return undefined;
}

function isPastBackoffLimit({ job, failedTotal, restarts }: Assessment): boolean {
  const limit = job.spec.backoffLimit ?? Number.POSITIVE_INFINITY;
  if (failedTotal > limit) return true;
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds left of `activeDeadlineSeconds`; undefined when the clock does not run. */
export function msUntilDeadline({ job, suspended, startTime, now }: Assessment): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || suspended || startTime === undefined) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000 - now;
}

function endOfIndexes({ job, indexed }: Assessment): EndState | undefined {
  if (indexed === undefined) return undefined;
  const { failed, succeeded, completions } = indexed;
  if (failed !== undefined && failed.size > (job.spec.maxFailedIndexes ?? completions)) return maxFailedIndexesExceeded;
  if (failed !== undefined && failed.size > 0 && failed.size + succeeded.size >= completions) return failedIndexes;
  const message = matchSuccessPolicy(job.spec.successPolicy, succeeded, completions);
  return message === undefined ? undefined : { outcome: 'success', reason: 'SuccessPolicy', message };
}
