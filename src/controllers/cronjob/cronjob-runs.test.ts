import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CronJobWish, CronJobWorld, clientWith } from '#controllers/cronjob/test-cronjob-world.ts';
import { jobs } from '#kinds/job/job.ts';

/** A world with a CronJob made at 10:00:30, minutely unless said, and its controller. */
async function worldWith(wish: CronJobWish = {}): Promise<CronJobWorld> {
  const world = await CronJobWorld.create();
  await world.start();
  await world.createCronJob(wish);
  return world;
}

test('a Job is made on the minute, with the name, the time and the owner of its run', async () => {
  const world = await worldWith({ template: { labels: { app: 'x' }, annotations: { note: 'y' } } });
  await world.pass(29_999);
  assert.deepEqual(await world.slots(), []);
  await world.until('10:01:00');
  const [job, ...others] = await world.jobs();
  assert.ok(job !== undefined && others.length === 0);
  const { metadata, status } = await world.cronJob();
  assert.equal(job.metadata.name, `c-${Date.parse('2026-01-05T10:01:00Z') / 60_000}`);
  assert.equal(job.metadata.labels?.app, 'x');
  assert.deepEqual(job.metadata.annotations, {
    note: 'y',
    'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-05T10:01:00Z',
  });
  assert.deepEqual(job.metadata.ownerReferences, [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      name: 'c',
      uid: metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  const { name, uid, resourceVersion } = job.metadata;
  assert.deepEqual(status, {
    active: [{ kind: 'Job', namespace: 'ns', name, uid, apiVersion: 'batch/v1', resourceVersion }],
    lastScheduleTime: '2026-01-05T10:01:00Z',
  });
  assert.deepEqual(await world.messages('SuccessfulCreate'), [`Created job ${name}`]);
});

test('a run in another zone bears the time of its clocks', async () => {
  const world = await worldWith({ timeZone: 'Asia/Kolkata', schedule: '32 15 * * *' });
  await world.until('10:02:00');
  const { metadata } = await world.jobAt('10:02');
  const written = metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'];
  assert.equal(written, '2026-01-05T15:32:00+05:30');
  assert.equal((await world.cronJob()).status.lastScheduleTime, '2026-01-05T10:02:00Z');
});

test('a schedule without a zone follows the local clocks; the Job still tells UTC', async () => {
  const world = await CronJobWorld.create();
  await world.start('America/New_York');
  await world.createCronJob({ schedule: '2 5 * * *' });
  await world.until('10:02:00');
  const { metadata } = await world.jobAt('10:02');
  const written = metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'];
  assert.equal(written, '2026-01-05T10:02:00Z');
});

test('five usual runs: each Job is seen to complete, nothing is unexpected or missing', async () => {
  const world = await worldWith();
  for (const slot of ['10:01', '10:02', '10:03', '10:04', '10:05']) {
    await world.until(`${slot}:00`);
    assert.deepEqual(await world.active(), [slot]);
    await world.pass(20_000);
    await world.finish(await world.jobAt(slot));
    const { status } = await world.cronJob();
    assert.equal(status.active, undefined);
    assert.equal(status.lastSuccessfulTime, `2026-01-05T${slot}:20Z`);
  }
  assert.deepEqual(await world.slots(), ['10:03', '10:04', '10:05']);
  const reasons = new Set((await world.events()).map((event) => event.split(' ')[0]));
  assert.deepEqual([...reasons], ['SawCompletedJob', 'SuccessfulCreate', 'SuccessfulDelete']);
});

test('a failed Job leaves the list and no success', async () => {
  const world = await worldWith();
  await world.until('10:01:00');
  const job = await world.jobAt('10:01');
  await world.finish(job, 'Failed');
  assert.deepEqual((await world.cronJob()).status, { lastScheduleTime: '2026-01-05T10:01:00Z' });
  assert.deepEqual(await world.messages('SawCompletedJob'), [
    `Saw completed job: ${job.metadata.name}, condition: Failed`,
  ]);
});

describe('a run whose time comes while the last still goes', () => {
  test('Allow starts it beside the others', async () => {
    const world = await worldWith();
    await world.until('10:03:00');
    assert.deepEqual(await world.active(), ['10:01', '10:02', '10:03']);
  });

  test('Forbid waits, and starts it as soon as the last has finished', async () => {
    const world = await worldWith({ concurrencyPolicy: 'Forbid' });
    await world.until('10:02:00');
    assert.deepEqual(await world.slots(), ['10:01']);
    assert.deepEqual(await world.messages('JobAlreadyActive'), [
      'Not starting job because prior execution is running and concurrency policy is Forbid',
    ]);
    await world.pass(42_000);
    await world.finish(await world.jobAt('10:01'));
    assert.deepEqual(await world.active(), ['10:02']);
  });

  test('Forbid goes by what it started: a Job made by hand does not hold it up', async () => {
    const world = await worldWith({ concurrencyPolicy: 'Forbid' });
    await world.createManualJob('man');
    await world.until('10:01:00');
    assert.deepEqual(await world.active(), ['10:01']);
    assert.ok((await world.messages('UnexpectedJob')).every((text) => text.endsWith('or forgot: man')));
  });

  test('Replace deletes the last first', async () => {
    const world = await worldWith({ concurrencyPolicy: 'Replace' });
    await world.until('10:02:00');
    assert.deepEqual(await world.slots(), ['10:02']);
    assert.deepEqual(await world.active(), ['10:02']);
    assert.deepEqual(await world.events(), ['SuccessfulCreate x1', 'SuccessfulCreate x1', 'SuccessfulDelete x1']);
  });

  test('Replace does not mind that a user deletes it at the same moment', async () => {
    const world = await worldWith({ concurrencyPolicy: 'Replace' });
    await world.until('10:01:00');
    const { client } = world;
    world.crash();
    let raced = false;
    world.controllerClient = clientWith(client, {
      delete: async (resource, ref, options) => {
        if (resource.plural === 'jobs') await client.delete(resource, ref);
        raced ||= resource.plural === 'jobs';
        return client.delete(resource, ref, options);
      },
    });
    await world.start();
    await world.until('10:02:00');
    assert.ok(raced);
    assert.deepEqual(await world.active(), ['10:02']);
  });
});

test('a suspended CronJob starts nothing; resumed, it makes up for the last run only', async () => {
  const world = await worldWith();
  await world.until('10:01:00');
  await world.patch({ spec: { suspend: true } });
  await world.until('10:04:20');
  assert.deepEqual(await world.slots(), ['10:01']);
  assert.deepEqual(await world.active(), ['10:01']);
  await world.patch({ spec: { suspend: false } });
  assert.deepEqual(await world.slots(), ['10:01', '10:04']);
});

test('resumed too late for its deadline, it waits for the next time', async () => {
  const world = await worldWith({ suspend: true, startingDeadlineSeconds: 10 });
  await world.until('10:01:40');
  await world.patch({ spec: { suspend: false } });
  assert.deepEqual(await world.slots(), []);
  await world.until('10:02:00');
  assert.deepEqual(await world.slots(), ['10:02']);
});

test('a deadline of 0 lets nothing run, and says nothing; one second is enough', async () => {
  const world = await worldWith({ startingDeadlineSeconds: 0 });
  await world.createCronJob({ startingDeadlineSeconds: 1 }, 'd');
  await world.until('10:03:00');
  assert.deepEqual(
    (await world.jobs()).map(({ metadata }) => metadata.name.split('-')[0]),
    ['d', 'd', 'd'],
  );
  assert.deepEqual(await world.events(), ['SuccessfulCreate x1', 'SuccessfulCreate x1', 'SuccessfulCreate x1']);
});

describe('after the controller was away', () => {
  for (const [away, slots] of [
    [20_000, ['10:01']],
    [40_000, []],
  ] as const) {
    test(`for ${away / 1000} s after a run with a deadline of 30 s`, async () => {
      const world = await CronJobWorld.create();
      await world.createCronJob({ startingDeadlineSeconds: 30 });
      await world.until('10:01:00');
      await world.pass(away);
      await world.start();
      assert.deepEqual(await world.slots(), slots);
      await world.until('10:02:00');
      assert.deepEqual(await world.slots(), [...slots, '10:02']);
    });
  }

  test('for five minutes, the latest run alone is made up, without a word', async () => {
    const world = await CronJobWorld.create();
    await world.createCronJob();
    await world.lastRan('2026-01-05T09:55:00Z');
    await world.start();
    assert.deepEqual(await world.slots(), ['10:00']);
    assert.deepEqual(await world.events(), ['SuccessfulCreate x1']);
  });

  for (const concurrencyPolicy of ['Allow', 'Forbid']) {
    test(`for 99 days, so is it under ${concurrencyPolicy}, with one warning`, async () => {
      const world = await CronJobWorld.create();
      await world.createCronJob({ concurrencyPolicy });
      await world.lastRan('2025-09-28T10:00:00Z');
      await world.start();
      assert.deepEqual(await world.slots(), ['10:00']);
      assert.deepEqual(await world.messages('TooManyMissedTimes'), [
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      ]);
    });
  }

  test('with an uneven schedule the latest time is found, not one before', async () => {
    const world = await CronJobWorld.create();
    await world.createCronJob({ schedule: '0,1,2,59 * * * *' });
    await world.lastRan('2026-01-05T06:00:00Z');
    await world.start();
    assert.deepEqual(await world.slots(), ['10:00']);
  });
});

test('a changed schedule starts nothing by itself, the next change of the object lets it', async () => {
  const world = await worldWith({ schedule: '0 0 1 1 *' });
  await world.lastRan('2026-01-05T09:50:00Z');
  await world.patch({ spec: { schedule: '58 9 * * *' } });
  await world.pass(3_000);
  assert.deepEqual(await world.slots(), []);
  await world.patch({ metadata: { labels: { touch: '1' } } });
  assert.deepEqual(await world.slots(), ['09:58']);
});

test('a changed schedule runs at its next time', async () => {
  const world = await worldWith({ schedule: '0 0 1 1 *' });
  await world.patch({ spec: { schedule: '*/5 * * * *' } });
  await world.until('10:05:00');
  assert.deepEqual(await world.slots(), ['10:05']);
});

test('a time that never comes is said to be no schedule; put right, it works without more ado', async () => {
  const world = await worldWith({ schedule: '59 23 31 2 *' });
  assert.deepEqual(await world.messages('InvalidSchedule'), [
    'invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second',
  ]);
  await world.pass(1800_000);
  assert.equal((await world.messages('InvalidSchedule')).length, 1);
  await world.patch({ spec: { schedule: '5 11 * * *' } });
  await world.until('11:05:00');
  assert.deepEqual(await world.slots(), ['11:05']);
});

test('@every counts from the creation on, whatever the deadline', async () => {
  for (const deadline of [{}, { startingDeadlineSeconds: 30 }]) {
    const world = await worldWith({ schedule: '@every 90s', ...deadline });
    await world.until('10:03:30');
    assert.deepEqual(await world.slots(), ['10:02', '10:03']);
    assert.equal((await world.cronJob()).status.lastScheduleTime, '2026-01-05T10:03:30Z');
  }
});

test('@every 20s runs once a minute: names tell minutes apart, no more', async () => {
  const world = await worldWith({ schedule: '@every 20s' });
  for (const slot of ['10:00', '10:01', '10:02']) {
    await world.pass(60_000);
    await world.finish(await world.jobAt(slot));
  }
  assert.deepEqual(await world.slots(), ['10:00', '10:01', '10:02', '10:03']);
  const seen = await world.messages('SawCompletedJob');
  assert.equal(new Set(seen).size, seen.length);
});

test('a yearly schedule waits for a year', async () => {
  const world = await worldWith({ schedule: '@yearly' });
  await world.pass(360 * 86_400_000);
  assert.deepEqual(await world.slots(), []);
  await world.pass(Date.parse('2027-01-01T00:00:00.100Z') - world.clock.now());
  assert.deepEqual(await world.slots(), ['00:00']);
});

test('clocks put forward or back have no run, or two, at the times concerned', async () => {
  const runs = async (start: string, schedule: string): Promise<readonly string[]> => {
    const world = await CronJobWorld.create(start);
    await world.start();
    await world.createCronJob({ schedule, timeZone: 'America/New_York', successfulJobsHistoryLimit: 9 });
    await world.pass(86_400_000);
    return world.slots();
  };
  assert.deepEqual(await runs('2026-11-01T00:00:00Z', '30 1 * * *'), ['05:30', '06:30']);
  assert.deepEqual(await runs('2026-03-08T05:00:00Z', '30 2 * * *'), []);
});

test('a Job of the name of a run that was made by hand in the name of the CronJob is that run', async () => {
  const world = await worldWith();
  const made = await world.createManualJob(`c-${Date.parse('2026-01-05T10:01:00Z') / 60_000}`);
  await world.until('10:01:00');
  const { active, lastScheduleTime } = (await world.cronJob()).status;
  assert.deepEqual([active?.map(({ uid }) => uid), lastScheduleTime], [[made.metadata.uid], '2026-01-05T10:01:00Z']);
});

test('a clock that is set back runs nothing again, one that is put ahead runs the latest slot alone', async () => {
  const world = await worldWith();
  await world.until('10:03:00');
  world.clock.jump(-2 * 3600_000);
  await world.pass(10 * 60_000);
  assert.deepEqual(await world.slots(), ['10:01', '10:02', '10:03']);
  assert.equal((await world.cronJob()).status.lastScheduleTime, '2026-01-05T10:03:00Z');
  world.clock.jump(4 * 3600_000);
  await world.pass(100);
  assert.deepEqual(await world.slots(), ['10:01', '10:02', '10:03', '12:13']);
  assert.deepEqual(await world.messages('TooManyMissedTimes'), [
    'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  ]);
});

test('a Job of the name of a run stays as it is, and later runs start', async () => {
  const world = await worldWith();
  const name = `c-${Date.parse('2026-01-05T10:01:00Z') / 60_000}`;
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  await world.client.create(jobs, { metadata: { namespace: 'ns', name }, spec: { template } } as never);
  await world.until('10:02:00');
  assert.deepEqual(await world.active(), ['10:02']);
  assert.equal((await world.jobAt('10:01')).metadata.ownerReferences, undefined);
});

test('how long after their time Jobs came is told, of those that were made up for too', async () => {
  const world = await worldWith();
  await world.until('10:01:30');
  world.crash();
  await world.until('10:05:10');
  await world.start();
  await world.until('10:05:30');
  const name = 'cronjob_controller_job_creation_skew_duration_seconds';
  const lines = [...world.metrics.lines()].map((line) => line.trim()).filter((line) => line.startsWith(name));
  assert.ok(lines.includes(`${name}_sum 0`) && lines.includes(`${name}_count 1`), 'of the first, on time');
  assert.ok(lines.includes(`${name}_sum 10`), 'of the one made up for, ten seconds late');
});
