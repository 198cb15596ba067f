import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, plan, wakeAfterChange } from '#controllers/cronjob/plan.ts';
import { utc } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob, CronJobSpec } from '#kinds/cron-job/schema.ts';

const now = Date.parse('2026-01-05T10:00:30Z');

function cronJob(spec: Partial<CronJobSpec>, metadata: object = {}): CronJob {
  const whole = { schedule: '* * * * *', concurrencyPolicy: 'Allow', ...spec };
  return {
    metadata: { name: 'c', creationTimestamp: '2026-01-05T09:58:30Z', ...metadata },
    spec: whole,
    status: {},
  } as CronJob;
}

function planned(spec: Partial<CronJobSpec>, metadata: object = {}): Plan {
  return plan({ cronJob: cronJob(spec, metadata), active: [], lastScheduleTime: undefined, now, localZone: utc });
}

function texts({ notices }: Plan): readonly string[] {
  return notices.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

test('the latest slot is run, and the next look is just after the next one', () => {
  assert.deepEqual(planned({}), {
    notices: [],
    run: { slot: Date.parse('2026-01-05T10:00:00Z'), replaces: [] },
    wakeAt: Date.parse('2026-01-05T10:01:00.100Z'),
  });
});

test('what can never run says why, and waits for news', () => {
  const cases: readonly (readonly [Partial<CronJobSpec>, readonly string[]])[] = [
    [{ timeZone: 'Gone/Zone' }, ['Warning UnknownTimeZone invalid timeZone: "Gone/Zone": unknown time zone Gone/Zone']],
    [
      { schedule: '61 * * * *' },
      ['Warning UnparseableSchedule unparseable schedule: "61 * * * *" : end of range (61) above maximum (59): 61'],
    ],
    [
      { schedule: ', * * * *' },
      [
        'Warning InvalidSchedule invalid schedule: , * * * * : time difference between two schedules is less than 1 second',
      ],
    ],
    [{ suspend: true, schedule: '61 * * * *' }, []],
  ];
  for (const [spec, notices] of cases) {
    const plan = planned(spec);
    assert.deepEqual([texts(plan), plan.run, plan.wakeAt], [notices, undefined, undefined]);
  }
  assert.deepEqual(planned({}, { deletionTimestamp: '2026-01-05T10:00:00Z' }).run, undefined);
});

test('a zone inside the schedule, from olden times, works and is warned of', () => {
  const plan = planned({ schedule: 'TZ=Asia/Kolkata 29 15 * * *' });
  assert.equal(plan.run?.slot, Date.parse('2026-01-05T09:59:00Z'));
  assert.deepEqual(texts(plan), [
    'Warning UnsupportedSchedule CRON_TZ or TZ used in schedule "TZ=Asia/Kolkata 29 15 * * *" is not officially supported, ' +
      'see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
  ]);
  const unread = planned({ schedule: 'TZ=Gone/Zone 29 15 * * *' });
  assert.deepEqual(
    unread.notices.map(({ reason }) => reason),
    ['UnsupportedSchedule', 'UnparseableSchedule'],
  );
});

test('a change to a schedule that cannot be read is told at once', () => {
  const changed = wakeAfterChange(cronJob({ schedule: 'x' }), now, utc);
  assert.deepEqual(texts(changed), ['Warning UnParseableCronJobSchedule unparseable schedule for cronjob: x']);
  assert.equal(changed.wakeAt, undefined);
});
