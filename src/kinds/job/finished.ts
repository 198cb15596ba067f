import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';

type HasStatus = { readonly status: Pick<Job['status'], 'conditions'> };

/** Whether a Job has ended, with success or without: it is Complete or Failed. */
export function isFinished(job: HasStatus): boolean {
  return isConditionTrue(job.status.conditions, 'Complete') || isConditionTrue(job.status.conditions, 'Failed');
}
