import { parseSchedule } from '#kinds/cron-job/schedule/parse.ts';
import { ScheduleProblem } from '#kinds/cron-job/schedule/schedule-problem.ts';
import { findZone, utc } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob, CronJobSpec, JobTemplateSpec } from '#kinds/cron-job/schema.ts';
import { validateUnselected } from '#kinds/job/validate/spec.ts';
import { checkNotNegative, checkRequiredOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { shownSelector } from '#kinds/meta/selector.ts';

type Findings = readonly FieldError[];

/** A Job's name has 63 characters at most, of which its CronJob adds eleven. */
const nameLengthMax = 52;
const zonePartPattern = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** Findings on a new CronJob (spec: cronjob.md section 4). */
export function validateCronJob({ metadata, spec }: CronJob): Findings {
  const long = metadata.name.length > nameLengthMax;
  const text = `must be no more than ${nameLengthMax} characters`;
  return [
    ...(long ? [fieldError.invalid('metadata.name', metadata.name, text)] : []),
    ...validateSpec(spec, undefined),
  ];
}

/** Findings on a change of a CronJob. What an older server let in stays allowed while it is left alone. */
export function validateCronJobUpdate({ spec }: CronJob, old: CronJob): Findings {
  return validateSpec(spec, old.spec);
}

function validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined): Findings {
  return [
    ...validateSchedule(spec, old),
    ...checkNotNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(old !== undefined && old.timeZone === spec.timeZone ? [] : validateTimeZone(spec.timeZone)),
    ...checkRequiredOneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...validateJobTemplate(spec.jobTemplate),
    ...checkNotNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...checkNotNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

/** Why `schedule` is none, if it is none. */
export function scheduleProblem(schedule: string): ScheduleProblem | undefined {
  try {
    parseSchedule(schedule, utc);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleProblem) return error;
    throw error;
  }
}

function validateSchedule({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined): Findings {
  const field = 'spec.schedule';
  if (schedule === '') return [fieldError.required(field)];
  const problem = scheduleProblem(schedule);
  const unread = problem === undefined ? [] : [fieldError.invalid(field, schedule, problem.message)];
  if (!schedule.includes('TZ')) return unread;
  if (old?.schedule.includes('TZ') !== true) {
    const text = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    return [...unread, fieldError.invalid(field, schedule, text)];
  }
  if (timeZone === undefined) return unread;
  const text = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  return [...unread, fieldError.invalid(field, schedule, text)];
}

function validateTimeZone(timeZone: string | undefined): Findings {
  const field = 'spec.timeZone';
  if (timeZone === undefined) return [];
  if (timeZone === '') return [fieldError.invalid(field, '', 'timeZone must be nil or non-empty string')];
  const unknown = fieldError.invalid(field, timeZone, `unknown time zone ${timeZone}`);
  const isBad = (part: string): boolean =>
    part === '.' || part === '..' || part.startsWith('-') || !zonePartPattern.test(part);
  if (timeZone.split('/').some(isBad)) return [unknown];
  const text = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  const local = timeZone.toLowerCase() === 'local' ? [fieldError.invalid(field, timeZone, text)] : [];
  // Upstream's library knows "Local" in this spelling.
  return timeZone === 'Local' || findZone(timeZone) !== undefined ? local : [...local, unknown];
}

function validateJobTemplate({ spec }: JobTemplateSpec): Findings {
  const field = 'spec.jobTemplate.spec';
  const { selector, manualSelector } = spec;
  const generated = '`selector` will be auto-generated';
  return [
    ...validateUnselected(spec, field),
    ...(selector === undefined ? [] : [fieldError.invalid(`${field}.selector`, shownSelector(selector), generated)]),
    ...(manualSelector === true ? [fieldError.notSupported(`${field}.manualSelector`, true, ['nil', 'false'])] : []),
  ];
}
