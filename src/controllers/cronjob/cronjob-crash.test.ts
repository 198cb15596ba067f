import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '#client/client.ts';
import { type CronJobWish, CronJobWorld, clientWith } from '#controllers/cronjob/test-cronjob-world.ts';
import { apiErrors } from '#kinds/meta/errors.ts';

/** A client whose process dies at its write number `diesAt`; `reaches` says whether that write still gets through. Events do
 *  not count. */
function mortal(client: Client, diesAt: number, reaches: boolean, died: () => void): Client {
  let writes = 0;
  const through = async <T>(resource: { readonly plural: string }, call: () => Promise<T>): Promise<T> => {
    if (resource.plural === 'events') return call();
    writes++;
    if (writes < diesAt) return call();
    if (writes === diesAt) {
      if (reaches) await call().catch(() => {});
      died();
    }
    return new Promise(() => {});
  };
  return clientWith(client, {
    create: (...args) => through(args[0], () => client.create(...args)),
    update: (...args) => through(args[0], () => client.update(...args)),
    delete: (...args) => through(args[0], () => client.delete(...args)),
  });
}

/** Counts the Jobs that were ever made, by name. */
function counting(client: Client, made: string[]): Client {
  return clientWith(client, {
    create: async (resource, object, options) => {
      const created = await client.create(resource, object, options);
      if (resource.plural === 'jobs') made.push(created.metadata.name);
      return created;
    },
  });
}

interface Story {
  readonly wish: CronJobWish;
  readonly diesAt: number;
  readonly reaches: boolean;
}

/** Six minutes with a controller that dies once, is away for a while, and comes back; Jobs take 20 s. Names of the Jobs made. */
async function live({ wish, diesAt, reaches }: Story): Promise<{ world: CronJobWorld; made: readonly string[] }> {
  const world = await CronJobWorld.create();
  await world.createCronJob(wish);
  const made: string[] = [];
  const counted = counting(world.client, made);
  let back = Number.POSITIVE_INFINITY;
  world.controllerClient = mortal(counted, diesAt, reaches, () => {
    back = world.clock.now() + 30_000;
  });
  await world.start();
  for (let step = 0; step < 36; step++) {
    await world.pass(10_000);
    for (const job of await world.jobs()) {
      const age = world.clock.now() - Date.parse(job.metadata.creationTimestamp);
      if (age >= 20_000 && (job.status.conditions ?? []).length === 0) await world.finish(job);
    }
    if (world.clock.now() < back) continue;
    back = Number.POSITIVE_INFINITY;
    world.crash();
    world.controllerClient = counted;
    await world.start();
  }
  return { world, made };
}

describe('whichever write the controller dies at, each run starts once, and the books are right', () => {
  const wishes: readonly CronJobWish[] = [
    { concurrencyPolicy: 'Allow' },
    { concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 0 },
    { concurrencyPolicy: 'Replace', schedule: '@every 1m' },
  ];
  for (const wish of wishes) {
    test(JSON.stringify(wish), async () => {
      for (let diesAt = 1; diesAt <= 12; diesAt++) {
        for (const reaches of [false, true]) {
          const { world, made } = await live({ wish, diesAt, reaches });
          const where = `died at ${diesAt}, ${reaches ? 'after' : 'before'} the write`;
          assert.equal(new Set(made).size, made.length, where);
          assert.ok(made.length >= 5, `${where}: ${made.length} runs`);
          const { status } = await world.cronJob();
          const running = (await world.jobs()).filter((job) => (job.status.conditions ?? []).length === 0);
          const listed = (status.active ?? []).map(({ uid }) => uid);
          assert.deepEqual(
            listed,
            running.map(({ metadata }) => metadata.uid),
            where,
          );
          assert.ok(Date.parse(status.lastScheduleTime ?? '') > world.clock.now() - 61_000, where);
        }
      }
    });
  }
});

test('a Job whose run was not written down, and that has finished and gone since, is not made again', async () => {
  const world = await CronJobWorld.create();
  await world.createCronJob({ successfulJobsHistoryLimit: 0 });
  const made: string[] = [];
  const counted = counting(world.client, made);
  world.controllerClient = mortal(counted, 2, false, () => {});
  await world.start();
  await world.until('10:01:00');
  world.crash();
  await world.finish(await world.jobAt('10:01'));
  world.controllerClient = counted;
  await world.start();
  await world.pass(10_000);
  assert.equal(made.length, 1);
  assert.equal((await world.cronJob()).status.lastScheduleTime, '2026-01-05T10:01:00Z');
});

test('two controllers by mistake: one Job a run', async () => {
  const world = await CronJobWorld.create();
  const made: string[] = [];
  world.controllerClient = counting(world.client, made);
  await world.start();
  await world.start();
  await world.createCronJob();
  await world.until('10:03:10');
  assert.deepEqual(await world.slots(), ['10:01', '10:02', '10:03']);
  assert.equal(made.length, 3);
  assert.deepEqual(await world.active(), ['10:01', '10:02', '10:03']);
});

test('conflicts at every second write of the status: no Job twice, none lost', async () => {
  const world = await CronJobWorld.create();
  const made: string[] = [];
  const { client } = world;
  let writes = 0;
  world.controllerClient = counting(
    clientWith(client, {
      update: (resource, object, options) => {
        writes++;
        if (writes % 2 === 1) return Promise.reject(apiErrors.modified(resource, object.metadata.name));
        return client.update(resource, object, options);
      },
    }),
    made,
  );
  await world.start();
  await world.createCronJob();
  await world.until('10:03:10');
  assert.deepEqual(await world.active(), ['10:01', '10:02', '10:03']);
  assert.equal(made.length, 3);
});
