import type { Millis } from '#base/units.ts';
import { slotOf } from '#controllers/cronjob/new-job.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';
import { timestamp } from '#kinds/meta/time.ts';

/** What a CronJob's Jobs show, against what its status says of them (spec: cronjob.md section 6.5, steps 3 to 5). */
export interface Review {
  /** Finished Jobs beyond the limits, to be deleted. */
  readonly surplus: readonly Job[];
  /** Jobs that ran and are kept, and have finished since the last look. */
  readonly completed: readonly Job[];
  /** Unfinished Jobs that the CronJob did not start. */
  readonly strangers: readonly Job[];
  /** Jobs listed as active of which nothing is to be seen. */
  readonly unseen: readonly ObjectReference[];
  /** The Jobs that have not finished, as far as is known: `unseen` are among them. */
  readonly active: readonly ObjectReference[];
  readonly lastScheduleTime: string | undefined;
  readonly lastSuccessfulTime: string | undefined;
}

/** Looks at the Jobs that `cronJob` controls. A run whose Job was made, but not written down in the status because the
 *  controller died in between, is taken in: it must not be started again, even if its Job is finished and goes now. */
export function review(cronJob: CronJob, children: readonly Job[]): Review {
  const listed = cronJob.status.active ?? [];
  const isListed = ({ metadata }: Job): boolean => listed.some(({ uid }) => uid === metadata.uid);
  const finished = children.filter(isFinished);
  const running = children.filter((job) => !isFinished(job));
  const surplus = surplusOf(cronJob, finished);
  const lastSlot = cronJob.status.lastScheduleTime ? Date.parse(cronJob.status.lastScheduleTime) : undefined;
  const isForgotten = (job: Job): boolean => (slotOf(job, cronJob) ?? 0) > (lastSlot ?? 0);
  const forgotten = children.filter(isForgotten);
  const unlisted = running.filter((job) => !isListed(job));
  const over = new Set(finished.map(({ metadata }) => metadata.uid));
  return {
    surplus,
    completed: finished.filter((job) => isListed(job) && !surplus.includes(job)),
    strangers: unlisted.filter((job) => !isForgotten(job)),
    unseen: listed.filter(({ uid }) => !children.some(({ metadata }) => metadata.uid === uid)),
    active: [...listed.filter(({ uid = '' }) => !over.has(uid)), ...unlisted.filter(isForgotten).map(referenceTo)],
    lastScheduleTime: latest(
      cronJob.status.lastScheduleTime,
      forgotten.map((job) => slotOf(job, cronJob) as Millis),
    ),
    lastSuccessfulTime: latest(
      cronJob.status.lastSuccessfulTime,
      finished.flatMap((job) => (isComplete(job) ? [Date.parse(job.status.completionTime ?? '')] : [])),
    ),
  };
}

/** How a CronJob's status points to a Job. */
export function referenceTo({ metadata }: Job): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind: jobs.kind, namespace, name, uid, apiVersion: apiVersionOf(jobs), resourceVersion };
}

function isComplete(job: Job): boolean {
  return isConditionTrue(job.status.conditions, 'Complete');
}

/** Of the Jobs that completed, and of those that failed, the oldest beyond each limit. */
function surplusOf({ spec }: CronJob, finished: readonly Job[]): readonly Job[] {
  const oldest = (group: readonly Job[], limit: number | undefined): readonly Job[] =>
    limit === undefined ? [] : group.toSorted(byAge).slice(0, Math.max(0, group.length - limit));
  return [
    ...oldest(finished.filter(isComplete), spec.successfulJobsHistoryLimit),
    ...oldest(
      finished.filter((job) => !isComplete(job)),
      spec.failedJobsHistoryLimit,
    ),
  ];
}

/** By when they started, those that never did last; then by name. */
function byAge(a: Job, b: Job): number {
  const started = ({ status }: Job): number => (status.startTime ? Date.parse(status.startTime) : Number.MAX_VALUE);
  return started(a) - started(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** The latest of a time that is known and others; it keeps its text if it is the latest. */
function latest(known: string | undefined, others: readonly Millis[]): string | undefined {
  const last = Math.max(...others.filter((time) => !Number.isNaN(time)));
  if (known && Date.parse(known) >= last) return known;
  return Number.isFinite(last) ? timestamp(last) : known;
}
