import type { Millis } from '#base/units.ts';
import { type CronFields, isDay } from '#kinds/cron-job/schedule/cron-fields.ts';
import type { Zone } from '#kinds/cron-job/schedule/zone.ts';

const minuteMs: Millis = 60_000;
const hourMs: Millis = 60 * minuteMs;

/** The first slot after `after` in a stretch of time in which the clocks change; undefined if there is none up to the end of
 *  `lastYear`. It takes the reference's way, because around a change the way decides what is found: months and days are
 *  steps of the calendar, hours and minutes steps of real time (spec: cronjob.md section 5.4). So a change by half an hour
 *  leaves hours half over, and what was due in their first half is not found. */
export function walkToSlot(fields: CronFields, zone: Zone, after: Millis, lastYear: number): Millis | undefined {
  let at = (Math.floor(after / minuteMs) + 1) * minuteMs;
  // Until the first step, a step leads to the beginning of the next unit; from then on we stand at one.
  let stepped = false;
  for (;;) {
    const wall = new Date(at + zone.offsetAt(at));
    if (!(wall.getUTCFullYear() <= lastYear)) return undefined;
    if (!fields.month.values.includes(wall.getUTCMonth() + 1)) at = nextMonth(zone, wall, stepped);
    else if (!isDay(fields, wall)) at = nextDay(zone, wall, stepped);
    else if (!fields.hour.values.includes(wall.getUTCHours())) at = (stepped ? at : hourStart(zone, wall)) + hourMs;
    else if (!fields.minute.values.includes(wall.getUTCMinutes())) at += minuteMs;
    else return at;
    stepped = true;
  }
}

/** When a zone's clocks show `wall`: of two moments, or of none, the one that Go's library picks. */
function momentOf(zone: Zone, wall: Millis): Millis {
  const guess = wall - zone.offsetAt(wall);
  return wall - zone.offsetAt(guess);
}

function hourStart(zone: Zone, wall: Date): Millis {
  return momentOf(zone, Math.floor(wall.getTime() / hourMs) * hourMs);
}

function nextMonth(zone: Zone, wall: Date, keepsTime: boolean): Millis {
  const start = new Date(wall);
  if (!keepsTime) {
    start.setUTCDate(1);
    start.setUTCHours(0, 0);
  }
  start.setUTCMonth(start.getUTCMonth() + 1);
  return momentOf(zone, start.getTime());
}

/** Where clocks skip midnight, the day begins at its first moment. */
function nextDay(zone: Zone, wall: Date, keepsTime: boolean): Millis {
  const start = new Date(wall);
  if (!keepsTime) start.setUTCHours(0, 0);
  start.setUTCDate(start.getUTCDate() + 1);
  const at = momentOf(zone, start.getTime());
  const hour = new Date(at + zone.offsetAt(at)).getUTCHours();
  if (hour === 0) return at;
  return at + (hour > 12 ? 24 - hour : -hour) * hourMs;
}
