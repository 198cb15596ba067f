import type { Millis } from '#base/units.ts';
import type { FieldValues } from '#kinds/cron-job/schedule/cron-field.ts';

/** The five fields of a schedule. */
export interface CronFields {
  readonly minute: FieldValues;
  readonly hour: FieldValues;
  readonly dayOfMonth: FieldValues;
  readonly month: FieldValues;
  readonly dayOfWeek: FieldValues;
}

const minuteMs = 60_000;
const dayMs = 24 * 3600_000;

/** The year a clock shows. Wall times are what clocks show, counted as if they stood at UTC. */
export function yearOf(wall: Millis): number {
  return new Date(wall).getUTCFullYear();
}

/** The first whole minute after the wall time `after` that the fields allow; undefined if there is none up to the end of
 *  `lastYear`. Knows nothing of clocks that change. */
export function nextWallTime(fields: CronFields, after: Millis, lastYear: number): Millis | undefined {
  const [firstHour] = fields.hour.values;
  const [firstMinute] = fields.minute.values;
  if (firstHour === undefined || firstMinute === undefined) return undefined;
  const start = (Math.floor(after / minuteMs) + 1) * minuteMs;
  const today = Math.floor(start / dayMs);
  const time = timeFrom(fields, (start - today * dayMs) / minuteMs);
  const day = nextDay(fields, time === undefined ? today + 1 : today, lastYear);
  if (day === undefined) return undefined;
  const minutes = day === today && time !== undefined ? time : firstHour * 60 + firstMinute;
  return day * dayMs + minutes * minuteMs;
}

/** The first minute of a day, from `minute` on. */
function timeFrom({ hour, minute }: CronFields, from: number): number | undefined {
  const hourNow = Math.floor(from / 60);
  const minuteNow = from - hourNow * 60;
  if (hour.values.includes(hourNow)) {
    const later = minute.values.find((value) => value >= minuteNow);
    if (later !== undefined) return hourNow * 60 + later;
  }
  const next = hour.values.find((value) => value > hourNow);
  return next === undefined ? undefined : next * 60 + (minute.values[0] ?? 0);
}

/** The first day from `from` on, counted from the epoch. */
function nextDay(fields: CronFields, from: number, lastYear: number): number | undefined {
  for (let day = from; ; ) {
    const date = new Date(day * dayMs);
    const year = date.getUTCFullYear();
    if (!(year <= lastYear)) return undefined;
    const month = date.getUTCMonth();
    if (!fields.month.values.includes(month + 1)) day = Date.UTC(year, month + 1, 1) / dayMs;
    else if (isDay(fields, date)) return day;
    else day++;
  }
}

/** Both fields for days must allow the day if one of them says "any"; otherwise either may (spec: cronjob.md section 5.3). */
export function isDay({ dayOfMonth, dayOfWeek }: CronFields, date: Date): boolean {
  const inMonth = dayOfMonth.values.includes(date.getUTCDate());
  const inWeek = dayOfWeek.values.includes(date.getUTCDay());
  return dayOfMonth.star || dayOfWeek.star ? inMonth && inWeek : inMonth || inWeek;
}
