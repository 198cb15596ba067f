import type { CronJob } from '#kinds/cron-job/schema.ts';
import { jobSpecWarnings } from '#kinds/job/warnings.ts';
import { nameWarnings } from '#kinds/pod/warnings.ts';

/** What is allowed in a CronJob but may surprise (spec: cronjob.md section 3). */
export function cronJobWarnings({ metadata, spec }: CronJob, old: CronJob | undefined): readonly string[] {
  const isNew = old === undefined;
  const hasChanged = isNew || old.metadata.generation !== metadata.generation;
  return [
    ...(isNew ? nameWarnings(metadata.name) : []),
    ...(hasChanged ? jobSpecWarnings(spec.jobTemplate.spec, 'spec.jobTemplate.spec') : []),
    ...(!isNew && spec.schedule.includes('TZ') ? [zoneInSchedule] : []),
  ];
}

const zoneInSchedule =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ' +
  'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';
