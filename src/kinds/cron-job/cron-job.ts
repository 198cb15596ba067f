import { defaultCronJob } from '#kinds/cron-job/defaults.ts';
import { cronJobHints } from '#kinds/cron-job/hints.ts';
import { CronJob } from '#kinds/cron-job/schema.ts';
import { cronJobTable } from '#kinds/cron-job/table.ts';
import { validateCronJob, validateCronJobUpdate } from '#kinds/cron-job/validate.ts';
import { cronJobWarnings } from '#kinds/cron-job/warnings.ts';
import { defineResource } from '#kinds/define.ts';

export const cronJobs = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: CronJob,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    sharedMetadataOnly: ['status'],
    defaults: defaultCronJob,
    validate: validateCronJob,
    validateUpdate: validateCronJobUpdate,
    warnings: cronJobWarnings,
    hints: cronJobHints,
  },
  table: cronJobTable,
});
