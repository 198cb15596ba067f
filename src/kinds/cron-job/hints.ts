import { allZoneNames } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { scheduleProblem } from '#kinds/cron-job/validate.ts';
import { jobHints } from '#kinds/job/hints.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { mountHints } from '#kinds/pod/hints.ts';
import { closest } from '#schema/closest.ts';

/** Our own advice on what a refused CronJob should say instead. */
export function cronJobHints({ spec }: CronJob, errors: readonly FieldError[]): readonly string[] {
  const template = 'spec.jobTemplate.spec';
  const jobSpec = spec.jobTemplate.spec;
  const own = errors.flatMap(({ field, message }) => {
    const hint = hintOn(spec, field, message);
    return hint === undefined ? [] : [`${field}: ${hint}`];
  });
  return [
    ...new Set(own),
    ...jobHints(jobSpec, errors, template),
    ...mountHints(jobSpec.template.spec, errors, `${template}.template.spec`),
  ];
}

function hintOn({ schedule, timeZone = '' }: CronJob['spec'], field: string, message: string): string | undefined {
  if (field === 'spec.schedule') return scheduleHint(schedule, message);
  if (field === 'spec.timeZone') return zoneHint(timeZone);
  if (field === 'metadata.name' && message.includes('52 characters')) {
    return "a CronJob's name leaves room for the eleven characters that make the names of its Jobs";
  }
  return undefined;
}

function scheduleHint(schedule: string, message: string): string | undefined {
  if (message === 'Required value') return 'write when to run, such as "*/5 * * * *" for every five minutes';
  if (!message.includes('TZ or CRON_TZ')) return scheduleProblem(schedule)?.hint;
  const match = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule);
  if (match === null) return undefined;
  return `write spec.timeZone: ${match[1]} and spec.schedule: ${JSON.stringify(match[2])}`;
}

function zoneHint(timeZone: string): string {
  const names = allZoneNames();
  const city = [...names].find((name) => name.toLowerCase().endsWith(`/${timeZone.toLowerCase()}`));
  const meant = closest(timeZone, names) ?? city;
  const form = 'a time zone has a name such as Europe/Oslo or Etc/UTC, its letters in just that case';
  return meant === undefined ? form : `did you mean ${JSON.stringify(meant)}?`;
}
