import type { CronJob } from '#kinds/cron-job/schema.ts';
import { defaultJobTemplate } from '#kinds/job/defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a CronJob leaves out (spec: cronjob.md section 2). Its Jobs get their own defaults when they are made. */
export function defaultCronJob({ spec }: Draft<CronJob>): void {
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  defaultJobTemplate(spec.jobTemplate.spec);
}
