import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedResources } from '#client/served-resources.ts';
import { createGarbageCollector } from '#controllers/garbage-collector/garbage-collector.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createTtlController } from '#controllers/ttl/ttl-controller.ts';
import { catalog } from '#kinds/catalog.ts';
import { jobs } from '#kinds/job/job.ts';
import type { ControllerDeps } from '#reconcile/controller.ts';

function collector(deps: ControllerDeps) {
  return createGarbageCollector({ ...deps, served: fixedResources(catalog) });
}

async function exists(world: JobWorld): Promise<boolean> {
  const { items } = await world.client.list(jobs, { namespace: 'ns' });
  return items.length > 0;
}

test('a finished job goes when its time is up, with its pods', async () => {
  const world = await JobWorld.create();
  await world.start(collector, createTtlController);
  await world.createJob({ ttlSecondsAfterFinished: 5 });
  await world.pass(20_000);
  await world.succeed(await world.pod());
  await world.pass(4_000);
  assert.equal(await exists(world), true);
  await world.pass(2_500);
  assert.equal(await exists(world), false);
  assert.deepEqual(await world.pods(), []);
  assert.deepEqual(world.told('ttl_after_finished_controller_job_deletion_duration_seconds_count'), ['1']);
});

test('with no time to live a job goes as it ends, and its pods with it', async () => {
  const world = await JobWorld.create();
  await world.start(collector, createTtlController);
  await world.createJob({ ttlSecondsAfterFinished: 0 });
  await world.succeed(await world.pod());
  await world.pass(3_000);
  assert.equal(await exists(world), false);
  assert.deepEqual(await world.pods(), []);
});

test('a time to live set on a finished job counts from its end', async () => {
  const world = await JobWorld.create();
  await world.start(collector, createTtlController);
  await world.createJob({ backoffLimit: 0 });
  await world.fail(await world.pod());
  await world.pass(60_000);
  await world.patchJob({ spec: { ttlSecondsAfterFinished: 100 } });
  await world.pass(30_000);
  assert.equal(await exists(world), true);
  await world.patchJob({ spec: { ttlSecondsAfterFinished: 10 } });
  await world.pass(1_000);
  assert.equal(await exists(world), false);
});

test('a time to live that is taken back in time spares the job', async () => {
  const world = await JobWorld.create();
  await world.start(collector, createTtlController);
  await world.createJob({ completions: 0, ttlSecondsAfterFinished: 10 });
  await world.patchJob({ spec: { ttlSecondsAfterFinished: null } });
  await world.pass(60_000);
  assert.equal(await exists(world), true);
});
