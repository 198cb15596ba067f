import type { Millis } from '#base/units.ts';
import { scheduledTimestampKey } from '#kinds/cron-job/annotations.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import { findZone, utc, type Zone } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { isControlledBy, ownerReference } from '#kinds/meta/owners.ts';

const minuteMs: Millis = 60_000;

/** What the Job of a slot is called. The name is a lock: whoever comes second finds that it exists (spec: cronjob.md section
 *  6.6). */
export function jobName(cronJob: CronJob, slot: Millis): string {
  return `${cronJob.metadata.name}-${Math.floor(slot / minuteMs)}`;
}

/** The Job of a slot. */
export function newJob(cronJob: CronJob, slot: Millis): New<Job> {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const { timeZone } = cronJob.spec;
  const zone = (timeZone === undefined ? undefined : findZone(timeZone)) ?? utc;
  return {
    metadata: {
      namespace: cronJob.metadata.namespace,
      name: jobName(cronJob, slot),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [scheduledTimestampKey]: timeInZone(slot, zone) },
      ownerReferences: [ownerReference(cronJob, cronJobs)],
    },
    spec,
  };
}

/** The slot for which the CronJob made this Job; undefined if it did not: others may make Jobs for it by hand. */
export function slotOf(job: Job, cronJob: CronJob): Millis | undefined {
  const slot = Date.parse(job.metadata.annotations?.[scheduledTimestampKey] ?? '');
  if (Number.isNaN(slot) || !isControlledBy(job, cronJob)) return undefined;
  return job.metadata.name === jobName(cronJob, slot) ? slot : undefined;
}

/** Whether the Job that has the name of a slot's Job stands for it. One of a faster schedule may stand for another slot of the
 *  same minute; one that tells no slot was made by hand, in the CronJob's name, and counts (spec: cronjob.md section 6.5, step
 *  11). */
export function isRunOf(job: Job, cronJob: CronJob, slot: Millis): boolean {
  if (!isControlledBy(job, cronJob)) return false;
  return job.metadata.annotations?.[scheduledTimestampKey] === undefined || slotOf(job, cronJob) === slot;
}

/** RFC 3339, as the clocks of the zone show it. */
function timeInZone(at: Millis, zone: Zone): string {
  const ahead = zone.offsetAt(at);
  const wall = new Date(at + ahead).toISOString().slice(0, 19);
  if (ahead === 0) return `${wall}Z`;
  const minutes = Math.round(Math.abs(ahead) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${wall}${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
