import { assertNever } from '#base/assert.ts';
import type { Millis } from '#base/units.ts';
import { dueRun } from '#controllers/cronjob/due.ts';
import { jobName } from '#controllers/cronjob/new-job.ts';
import { scheduleOf } from '#controllers/cronjob/schedule-of.ts';
import type { Schedule } from '#kinds/cron-job/schedule/schedule.ts';
import type { Zone } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';
import type { EventType } from '#reconcile/event-recorder.ts';

/** Something to tell users of the CronJob, as an Event. */
export interface Notice {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

export interface Observed {
  readonly cronJob: CronJob;
  /** Its Jobs that have not finished, and the last slot that ran: newer than what the status says. */
  readonly active: readonly ObjectReference[];
  readonly lastScheduleTime: string | undefined;
  readonly now: Millis;
  /** Where schedules without a zone are at home. */
  readonly localZone: Zone;
}

/** What to do now. `wakeAt` is when to look again without any news; undefined: only news can change anything. */
export interface Plan {
  readonly notices: readonly Notice[];
  readonly wakeAt: Millis | undefined;
  readonly run: Run | undefined;
}

/** A run to be started. */
export interface Run {
  readonly slot: Millis;
  /** Jobs to be deleted before. */
  readonly replaces: readonly ObjectReference[];
}

const docs = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/';

/** Decides whether a run starts now (spec: cronjob.md section 6.5, steps 6 to 10). */
export function plan(observed: Observed): Plan {
  const { cronJob, localZone } = observed;
  const { metadata, spec } = cronJob;
  if (metadata.deletionTimestamp !== undefined) return nothing();
  const read = scheduleOf(cronJob, localZone);
  if (read.is === 'unknown-zone') {
    const { timeZone = '' } = spec;
    return nothing(warning('UnknownTimeZone', `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`));
  }
  if (spec.suspend === true) return nothing();
  const odd = zoneInSchedule(spec.schedule);
  if (read.is === 'unreadable') {
    return nothing(
      ...odd,
      warning('UnparseableSchedule', `unparseable schedule: "${spec.schedule}" : ${read.problem}`),
    );
  }
  const planned = planRun(observed, read.schedule);
  return { ...planned, notices: [...odd, ...planned.notices] };
}

/** Schedules that name a zone themselves are of an older time. */
function zoneInSchedule(schedule: string): readonly Notice[] {
  if (!schedule.includes('TZ')) return [];
  const text = `CRON_TZ or TZ used in schedule "${schedule}" is not officially supported, see ${docs} for more details`;
  return [warning('UnsupportedSchedule', text)];
}

/** When to look again after a change of the schedule, which by itself starts nothing (spec: cronjob.md section 6.2). */
export function wakeAfterChange(cronJob: CronJob, now: Millis, localZone: Zone): Plan {
  const read = scheduleOf(cronJob, localZone);
  switch (read.is) {
    case 'read': {
      const { lastScheduleTime } = cronJob.status;
      const due = dueRun({
        schedule: read.schedule,
        anchor: anchorOf(cronJob, lastScheduleTime),
        lateMax: undefined,
        now,
      });
      // Without slots there is nothing to wait for: the sync says so.
      return { notices: [], wakeAt: due === undefined ? now : due.wakeAt, run: undefined };
    }
    case 'unknown-zone':
      return { notices: [], wakeAt: now, run: undefined };
    case 'unreadable': {
      const text = `unparseable schedule for cronjob: ${cronJob.spec.schedule}`;
      return nothing(warning('UnParseableCronJobSchedule', text));
    }
    default:
      return assertNever(read);
  }
}

function planRun({ cronJob, active, lastScheduleTime, now }: Observed, schedule: Schedule): Plan {
  const { schedule: text, startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec;
  const anchor = anchorOf(cronJob, lastScheduleTime);
  const due = dueRun({ schedule, anchor, lateMax: deadline === undefined ? undefined : deadline * 1000, now });
  if (due === undefined) {
    const why = 'time difference between two schedules is less than 1 second';
    return nothing(warning('InvalidSchedule', `invalid schedule: ${text} : ${why}`));
  }
  const { slot, wakeAt } = due;
  const notices = due.missedMany ? [warning('TooManyMissedTimes', tooManyText)] : [];
  if (slot === undefined || active.some(({ name }) => name === jobName(cronJob, slot))) {
    return { notices, wakeAt, run: undefined };
  }
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    return {
      notices: [...notices, { type: 'Normal', reason: 'JobAlreadyActive', message: busyText }],
      wakeAt,
      run: undefined,
    };
  }
  return { notices, wakeAt, run: { slot, replaces: concurrencyPolicy === 'Replace' ? active : [] } };
}

const tooManyText = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
const busyText = 'Not starting job because prior execution is running and concurrency policy is Forbid';

function anchorOf({ metadata }: CronJob, lastScheduleTime: string | undefined): Millis {
  return Date.parse(lastScheduleTime || metadata.creationTimestamp);
}

function warning(reason: string, message: string): Notice {
  return { type: 'Warning', reason, message };
}

function nothing(...notices: readonly Notice[]): Plan {
  return { notices, wakeAt: undefined, run: undefined };
}
