import type { JobCondition, JobStatus } from '#kinds/job/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';

/** The parts of a Job's status that are written anew; `undefined` takes a field away, an absent one stays. */
export interface StatusChange {
  readonly startTime?: string | undefined;
  readonly completionTime?: string | undefined;
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string | undefined;
  readonly failedIndexes?: string | undefined;
  readonly uncounted?: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  readonly conditions?: readonly JobCondition[];
}

/** `status` with `change`, in the form the API stores: zero counters, empty texts and empty lists are left out, but for
 *  `ready`, `terminating`, `failedIndexes` and the shell of the uncounted pods (spec: job.md section 3). */
export function jobStatus(status: JobStatus, change: StatusChange): JobStatus {
  const { uncounted, ...plain } = change;
  const next: { [field: string]: unknown } = { ...status, ...plain };
  if (uncounted !== undefined) {
    next.uncountedTerminatedPods = {
      ...(uncounted.succeeded.length > 0 ? { succeeded: uncounted.succeeded } : {}),
      ...(uncounted.failed.length > 0 ? { failed: uncounted.failed } : {}),
    };
  }
  for (const field of ['active', 'succeeded', 'failed']) if (next[field] === 0) delete next[field];
  if (next.completedIndexes === '') delete next.completedIndexes;
  if (Array.isArray(next.conditions) && next.conditions.length === 0) delete next.conditions;
  for (const field in next) if (next[field] === undefined) delete next[field];
  return next as JobStatus;
}

/** `conditions` telling whether the Job is suspended. A Job that never was has no such condition (spec: job.md section
 *  6.16). Returns the same list if nothing changes. */
export function withSuspension(
  conditions: readonly JobCondition[],
  suspended: boolean,
  now: number,
): readonly JobCondition[] {
  const old = findCondition(conditions, 'Suspended');
  const status = suspended ? 'True' : 'False';
  if (old === undefined ? !suspended : old.status === status) return conditions;
  const time = timestamp(now);
  const condition: JobCondition = {
    type: 'Suspended',
    status,
    reason: suspended ? 'JobSuspended' : 'JobResumed',
    message: suspended ? 'Job suspended' : 'Job resumed',
    lastProbeTime: time,
    lastTransitionTime: time,
  };
  return old === undefined ? [...conditions, condition] : conditions.map((one) => (one === old ? condition : one));
}
