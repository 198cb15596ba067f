import { JobSpec } from '#kinds/job/schema.ts';
import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta, objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  int32,
  int64,
  list,
  nonzero,
  object,
  optional,
  required,
  string,
  time,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const JobTemplateSpec = object('io.k8s.api.batch.v1.JobTemplateSpec', 'What Jobs are made from.', {
  metadata: always(1, ObjectMeta, 'Labels and annotations for the Jobs.'),
  spec: always(2, JobSpec, 'What each Job is to do.'),
});
export interface JobTemplateSpec extends Infer<typeof JobTemplateSpec> {}

export const CronJobSpec = object('io.k8s.api.batch.v1.CronJobSpec', 'When Jobs are started, and which.', {
  schedule: required(1, string, 'When to start a Job, in cron form: minute, hour, day of month, month, day of week.'),
  startingDeadlineSeconds: optional(2, int64, 'How many seconds late a Job may start; no limit unless given.'),
  concurrencyPolicy: nonzero(3, string, 'What happens if the Job before still runs: Allow, Forbid or Replace.', {
    values: ['Allow', 'Forbid', 'Replace'],
  }),
  suspend: optional(4, boolean, 'Starts no more Jobs while true; those that run go on.'),
  jobTemplate: required(5, JobTemplateSpec, 'What the Jobs are made from.'),
  successfulJobsHistoryLimit: optional(6, int32, 'How many Jobs that completed are kept; 3 unless given.'),
  failedJobsHistoryLimit: optional(7, int32, 'How many Jobs that failed are kept; 1 unless given.'),
  timeZone: optional(8, string, "The zone whose clocks count, such as Europe/Oslo; the controller's own unless given."),
});
export interface CronJobSpec extends Infer<typeof CronJobSpec> {}

export const CronJobStatus = object('io.k8s.api.batch.v1.CronJobStatus', 'What a CronJob has started.', {
  active: optional(1, list(ObjectReference), 'The Jobs that have not finished.'),
  lastScheduleTime: optional(4, time, 'The time for which a Job was started last.'),
  lastSuccessfulTime: optional(5, time, 'When a Job last completed.'),
});
export interface CronJobStatus extends Infer<typeof CronJobStatus> {}

export const CronJob = object('io.k8s.api.batch.v1.CronJob', 'Starts Jobs again and again, by the clock.', {
  ...objectFields,
  spec: required(2, CronJobSpec, 'When to start Jobs, and which.'),
  status: always(3, CronJobStatus, 'What it has started; written by the system.'),
});
export interface CronJob extends Namespaced<Infer<typeof CronJob>> {}
