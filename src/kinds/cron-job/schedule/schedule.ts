import type { Millis } from '#base/units.ts';
import { type CronFields, nextWallTime, yearOf } from '#kinds/cron-job/schedule/cron-fields.ts';
import { walkToSlot } from '#kinds/cron-job/schedule/walk.ts';
import type { Zone } from '#kinds/cron-job/schedule/zone.ts';

/** When a CronJob runs. Its times are called slots. */
export type Schedule =
  /** At these times of the clocks of a zone. */
  | { readonly is: 'fields'; readonly fields: CronFields; readonly zone: Zone }
  /** Whole seconds apart, counted from an anchor. */
  | { readonly is: 'every'; readonly interval: Millis };

/** The search for a slot goes to the end of the year that is so many years ahead. */
const yearsMax = 5;

/** The first slot after `after`; undefined if there is none within about five years (spec: cronjob.md section 5.4). A time that
 *  clocks skip has no slot; one that they show twice has two. `anchor`, for "@every", is a slot or where counting began,
 *  and not after `after`. */
export function nextSlot(schedule: Schedule, after: Millis, anchor: Millis = after): Millis | undefined {
  if (schedule.is === 'fields') return nextInZone(schedule.fields, schedule.zone, after);
  const { interval } = schedule;
  const start = Math.floor(anchor / 1000) * 1000;
  return start + (Math.floor((after - start) / interval) + 1) * interval;
}

/** The last slot after `after` that is not after `upTo`; undefined if there is none. Costs some thirty steps, however many
 *  slots lie between. */
export function latestSlot(schedule: Schedule, after: Millis, upTo: Millis): Millis | undefined {
  const first = nextSlot(schedule, after);
  if (first === undefined || first > upTo) return undefined;
  if (schedule.is === 'every') return first + Math.floor((upTo - first) / schedule.interval) * schedule.interval;
  // No slot lies between `high` and `upTo`, and `low` is one: halve what is left until nothing follows `low`.
  let low = first;
  let high = upTo;
  for (;;) {
    const next = nextSlot(schedule, low);
    if (next === undefined || next > upTo) return low;
    low = next;
    const middle = low + Math.floor((high - low) / 2);
    const beyond = nextSlot(schedule, middle);
    if (beyond === undefined || beyond > upTo) high = middle;
    else low = beyond;
  }
}

function nextInZone(fields: CronFields, zone: Zone, after: Millis): Millis | undefined {
  const wall = after + zone.offsetAt(after);
  const lastYear = yearOf(wall + 1000) + yearsMax;
  const next = nextWallTime(fields, wall, lastYear);
  if (next === undefined) return undefined;
  const slot = after + (next - wall);
  if (zone.changeAfter(after, slot) === undefined) return slot;
  return walkToSlot(fields, zone, after, lastYear);
}
