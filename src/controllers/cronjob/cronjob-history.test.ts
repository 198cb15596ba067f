import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '#base/assert.ts';
import { type CronJobWish, CronJobWorld, clientWith } from '#controllers/cronjob/test-cronjob-world.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import { jobs } from '#kinds/job/job.ts';
import { apiErrors } from '#kinds/meta/errors.ts';

async function worldWith(wish: CronJobWish = {}): Promise<CronJobWorld> {
  const world = await CronJobWorld.create();
  await world.start();
  await world.createCronJob(wish);
  return world;
}

test('of Jobs that completed the latest are kept, those that failed have a limit of their own', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 });
  for (const slot of ['10:01', '10:02', '10:03']) {
    await world.until(`${slot}:00`);
    await world.finish(await world.jobAt(slot));
    assert.deepEqual(await world.slots(), [slot]);
  }
  await world.until('10:04:00');
  await world.finish(await world.jobAt('10:04'), 'Failed');
  assert.deepEqual(await world.slots(), ['10:03']);
});

test('age goes by start, not by name', async () => {
  const world = await worldWith({ suspend: true, successfulJobsHistoryLimit: 2 });
  for (const name of ['d', 'a', 'c', 'b']) {
    const job = await world.createManualJob(name);
    await world.pass(2_000);
    await world.finish(job);
  }
  assert.deepEqual(await world.slots(), ['b', 'c']);
});

test('with no room for history a Job goes as it finishes: its success is noted, its end not told', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 0 });
  await world.until('10:01:00');
  await world.pass(5_000);
  await world.finish(await world.jobAt('10:01'));
  assert.deepEqual(await world.slots(), []);
  assert.deepEqual((await world.cronJob()).status, {
    lastScheduleTime: '2026-01-05T10:01:00Z',
    lastSuccessfulTime: '2026-01-05T10:01:05Z',
  });
  assert.deepEqual(await world.events(), ['SuccessfulCreate x1', 'SuccessfulDelete x1']);
});

test('a Job made by hand is unexpected while it runs; its success and its place in history count', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 1 });
  const job = await world.createManualJob('man');
  assert.deepEqual(await world.messages('UnexpectedJob'), [
    'Saw a job that the controller did not create or forgot: man',
  ]);
  assert.deepEqual((await world.cronJob()).status, {});
  await world.finish(job);
  assert.deepEqual((await world.cronJob()).status, { lastSuccessfulTime: '2026-01-05T10:00:30Z' });
  await world.until('10:01:00');
  await world.finish(await world.jobAt('10:01'));
  assert.deepEqual(await world.slots(), ['10:01']);
});

test('a running Job that a user deletes is missed, and not run again', async () => {
  const world = await worldWith();
  await world.until('10:01:00');
  const { metadata } = await world.jobAt('10:01');
  await world.client.delete(jobs, metadata, { propagationPolicy: 'Background' });
  await world.pass(3_000);
  assert.deepEqual((await world.cronJob()).status, { lastScheduleTime: '2026-01-05T10:01:00Z' });
  assert.deepEqual(await world.messages('MissingJob'), [`Active job went missing: ${metadata.name}`]);
  assert.deepEqual(await world.slots(), []);
});

test('Jobs of an earlier CronJob of the same name are strangers', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 0 });
  await world.until('10:01:00');
  await world.client.delete(cronJobs, { namespace: 'ns', name: 'c' }, { propagationPolicy: 'Background' });
  await world.createCronJob({ successfulJobsHistoryLimit: 0, concurrencyPolicy: 'Replace' });
  await world.finish(await world.jobAt('10:01'));
  await world.until('10:02:00');
  assert.deepEqual(await world.slots(), ['10:01', '10:02']);
  assert.deepEqual(await world.active(), ['10:02']);
});

test('a Job that may not be made is told of and tried again; history is kept short, the next run is on time', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 0, suspend: true });
  world.crash();
  const { client } = world;
  let tries = 0;
  const isFull = (): boolean => world.clock.now() < Date.parse('2026-01-05T10:01:30Z');
  world.controllerClient = clientWith(client, {
    create: (resource, ...rest) => {
      if (resource.plural !== 'jobs' || !isFull()) return client.create(resource, ...rest);
      tries++;
      return Promise.reject(apiErrors.forbidden(jobs, 'c-1', 'exceeded quota: few'));
    },
  });
  await world.start();
  const manual = await world.createManualJob('man');
  await world.patch({ spec: { suspend: false } });
  await world.until('10:01:20');
  await world.finish(manual);
  assert.deepEqual(await world.slots(), []);
  assert.match((await world.messages('FailedCreate'))[0] ?? '', /^Error creating job: .*exceeded quota: few$/);
  assert.ok(tries > 3 && tries < 30, `${tries} tries`);
  await world.until('10:02:00');
  assert.deepEqual(await world.slots(), ['10:02']);
});

test('a Job that may not be deleted does not keep others from running', async () => {
  const world = await worldWith({ successfulJobsHistoryLimit: 0 });
  world.crash();
  const { client } = world;
  world.controllerClient = clientWith(client, {
    delete: (resource) => Promise.reject(apiErrors.forbidden(resource, 'c-1', 'a finalizer is missing')),
  });
  await world.start();
  await world.until('10:01:00');
  await world.finish(await world.jobAt('10:01'));
  await world.until('10:02:00');
  assert.deepEqual(await world.slots(), ['10:01', '10:02']);
  assert.match(
    present((await world.messages('FailedDelete'))[0], 'an event'),
    /^Deleted job: .*a finalizer is missing$/,
  );
});
