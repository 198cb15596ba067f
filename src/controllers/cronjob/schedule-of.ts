import { parseSchedule } from '#kinds/cron-job/schedule/parse.ts';
import type { Schedule } from '#kinds/cron-job/schedule/schedule.ts';
import { ScheduleProblem } from '#kinds/cron-job/schedule/schedule-problem.ts';
import { findZone, type Zone } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob, CronJobSpec } from '#kinds/cron-job/schema.ts';

/** What a CronJob's schedule says, or why it says nothing. Schedules were checked when they were stored, but perhaps by an
 *  older version, or on a machine that knows more time zones. */
export type ScheduleOf =
  | { readonly is: 'read'; readonly schedule: Schedule }
  | { readonly is: 'unknown-zone' }
  | { readonly is: 'unreadable'; readonly problem: string };

interface Reading {
  readonly localZone: Zone;
  readonly of: ScheduleOf;
}

/** Specs are values: a change makes another, and all that is written elsewhere leaves them alone. */
const readings = new WeakMap<CronJobSpec, Reading>();

/** Without a zone of its own a schedule follows the clocks of `localZone`. */
export function scheduleOf({ spec }: CronJob, localZone: Zone): ScheduleOf {
  const known = readings.get(spec);
  if (known !== undefined && known.localZone === localZone) return known.of;
  const of = read(spec, localZone);
  readings.set(spec, { localZone, of });
  return of;
}

function read(spec: CronJobSpec, localZone: Zone): ScheduleOf {
  const zone = spec.timeZone === undefined ? localZone : findZone(spec.timeZone);
  if (zone === undefined) return { is: 'unknown-zone' };
  try {
    return { is: 'read', schedule: parseSchedule(spec.schedule, zone) };
  } catch (error) {
    if (error instanceof ScheduleProblem) return { is: 'unreadable', problem: error.message };
    throw error;
  }
}
