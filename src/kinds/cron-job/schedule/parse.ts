import { goDurationMs, goDurationProblem } from '#base/go-duration.ts';
import { type FieldRange, parseField } from '#kinds/cron-job/schedule/cron-field.ts';
import type { CronFields } from '#kinds/cron-job/schedule/cron-fields.ts';
import type { Schedule } from '#kinds/cron-job/schedule/schedule.ts';
import { ScheduleProblem } from '#kinds/cron-job/schedule/schedule-problem.ts';
import { findZone, type Zone } from '#kinds/cron-job/schedule/zone.ts';
import { closest } from '#schema/closest.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekDays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const ranges: { readonly [name in keyof CronFields]: FieldRange } = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: months },
  dayOfWeek: { name: 'day of week', min: 0, max: 6, names: weekDays },
};

const descriptors: { readonly [name: string]: string } = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const everyPrefix = '@every ';
const unfinishedText = 'invalid schedule format: runtime error: slice bounds out of range [:-1]';
const fieldsText = 'the five fields are minute, hour, day of month, month, day of week';

/** Reads a schedule (spec: cronjob.md section 5.1). Its times are those of `zone`, unless it names a zone itself. Throws
 *  `ScheduleProblem`. */
export function parseSchedule(text: string, zone: Zone): Schedule {
  if (text === '') throw new ScheduleProblem('empty spec string', fieldsText);
  if (!/^(?:CRON_)?TZ=/.test(text)) return parseZoned(text, zone);
  const blank = text.indexOf(' ');
  // Upstream's parser trips here, and its fall is what clients are told.
  if (blank < 0) throw new ScheduleProblem(unfinishedText, 'five fields follow the time zone, after a blank');
  const name = text.slice(text.indexOf('=') + 1, blank);
  // Go takes no name at all for UTC.
  const own = findZone(name === '' ? 'UTC' : name);
  if (own === undefined) {
    const isPath = /^[/\\]|^\.\.$|\.\.[/\\]|[/\\]\.\.$/.test(name);
    const why = isPath ? 'time: invalid location name' : `unknown time zone ${name}`;
    throw new ScheduleProblem(`provided bad location ${name}: ${why}`);
  }
  return parseZoned(text.slice(blank).trim(), own);
}

function parseZoned(text: string, zone: Zone): Schedule {
  if (text.startsWith(everyPrefix)) return parseEvery(text);
  if (!text.startsWith('@')) return { is: 'fields', fields: parseFields(text), zone };
  const standsFor = descriptors[text];
  if (standsFor === undefined) throw new ScheduleProblem(`unrecognized descriptor: ${text}`, descriptorAdvice(text));
  return { is: 'fields', fields: parseFields(standsFor), zone };
}

function parseEvery(text: string): Schedule {
  const duration = text.slice(everyPrefix.length);
  const ms = goDurationMs(duration);
  if (ms === undefined) {
    const problem = `failed to parse duration ${text}: ${goDurationProblem(duration)}`;
    throw new ScheduleProblem(problem, 'write a duration such as @every 90s or @every 1h30m');
  }
  return { is: 'every', interval: Math.max(1, Math.floor(ms / 1000)) * 1000 };
}

function parseFields(text: string): CronFields {
  const parts = text.split(/\s+/).filter((part) => part !== '');
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = parts;
  if (parts.length !== 5) {
    const problem = `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
    throw new ScheduleProblem(problem, countAdvice(parts.length));
  }
  return {
    minute: parseField(minute, ranges.minute),
    hour: parseField(hour, ranges.hour),
    dayOfMonth: parseField(dayOfMonth, ranges.dayOfMonth),
    month: parseField(month, ranges.month),
    dayOfWeek: parseField(dayOfWeek, ranges.dayOfWeek),
  };
}

function countAdvice(count: number): string {
  if (count > 5) return `${fieldsText}; seconds and years are not supported`;
  return `${fieldsText}; for example, 0 3 * * * is every day at 3:00`;
}

function descriptorAdvice(text: string): string {
  const known = [...Object.keys(descriptors), '@every'];
  const meant = closest(text, known);
  if (meant === '@every') return 'a duration follows @every, such as @every 90s';
  return meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
}
