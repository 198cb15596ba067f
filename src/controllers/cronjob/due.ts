import type { Millis } from '#base/units.ts';
import { latestSlot, nextSlot, type Schedule } from '#kinds/cron-job/schedule/schedule.ts';

/** A wake-up comes so much after its slot. Clocks of several machines differ a little, and an early one finds nothing due. */
const wakePadding: Millis = 100;
/** More missed slots than this are worth a warning. */
const missedMax = 100;

export interface DueQuestion {
  readonly schedule: Schedule;
  /** The slot that ran last, or when the CronJob was made: slots count from after it. */
  readonly anchor: Millis;
  /** How late a run may start; undefined if that does not matter. */
  readonly lateMax: Millis | undefined;
  readonly now: Millis;
}

/** What is due now: of several slots that have come, only the latest counts. */
export interface Due {
  readonly slot: Millis | undefined;
  /** So many slots were missed that the clocks may be wrong. */
  readonly missedMany: boolean;
  /** When to look again; undefined if no slot will come. */
  readonly wakeAt: Millis | undefined;
}

/** Which slot is due (spec: cronjob.md sections 6.3 and 6.4); undefined if the schedule has no slots at all. */
export function dueRun({ schedule, anchor, lateMax, now }: DueQuestion): Due | undefined {
  const next = nextSlot(schedule, anchor);
  if (next === undefined) return undefined;
  const latest = latestSlot(schedule, anchor, now);
  const isLate = latest !== undefined && lateMax !== undefined && now - latest >= lateMax;
  const slot = isLate ? undefined : latest;
  const counted = Math.max(anchor, now - (lateMax ?? Number.POSITIVE_INFINITY));
  return {
    slot,
    missedMany: slot !== undefined && missed(schedule, anchor, counted, now) > missedMax,
    wakeAt: wakeAfter(schedule, latest ?? anchor),
  };
}

function wakeAfter(schedule: Schedule, base: Millis): Millis | undefined {
  const next = nextSlot(schedule, base);
  return next === undefined ? undefined : next + wakePadding;
}

/** How many slots have come since `from`, if they are as far apart as the first two. */
function missed(schedule: Schedule, anchor: Millis, from: Millis, now: Millis): number {
  const first = nextSlot(schedule, from, anchor);
  const second = first === undefined ? undefined : nextSlot(schedule, first, anchor);
  if (first === undefined || second === undefined || now < second) return 1;
  return Math.floor((now - first) / (second - first)) + 1;
}
