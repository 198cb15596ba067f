import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CronJobWorld, clientWith } from '#controllers/cronjob/test-cronjob-world.ts';

const names = Array.from({ length: 60 }, (_, index) => `c${index}`);

test('of many that are due at once all run before the status of any is written', async () => {
  const world = await CronJobWorld.create();
  const { client } = world;
  const writes: string[] = [];
  world.controllerClient = clientWith(client, {
    create: (resource, object, options) => {
      if (resource.plural === 'jobs') writes.push('run');
      return client.create(resource, object, options);
    },
    update: (resource, object, options) => {
      writes.push('status');
      return client.update(resource, object, options);
    },
  });
  await world.start();
  for (const name of names) await world.createCronJob({}, name);
  await world.until('10:01:00');
  assert.deepEqual(writes, [...names.map(() => 'run'), ...names.map(() => 'status')]);
  for (const name of names) {
    const { status } = await world.cronJob(name);
    assert.equal(status.lastScheduleTime, '2026-01-05T10:01:00Z');
    assert.deepEqual(
      status.active?.map((job) => job.name),
      [`${name}-${Date.parse('2026-01-05T10:01:00Z') / 60_000}`],
    );
  }
  assert.deepEqual(
    (await world.events()).filter((text) => text !== 'SuccessfulCreate x1'),
    [],
    'nothing is unexpected or missing',
  );
});

test('of many that are due at once, those that replace a Job write that down before they stand back', async () => {
  const world = await CronJobWorld.create();
  await world.start();
  for (const name of names) await world.createCronJob({ concurrencyPolicy: 'Replace' }, name);
  await world.until('10:02:00');
  assert.equal((await world.jobs()).length, names.length);
  const told = new Set((await world.events()).map((text) => text.replace(/ x\d+$/, '')));
  assert.deepEqual([...told].toSorted(), ['SuccessfulCreate', 'SuccessfulDelete']);
});
