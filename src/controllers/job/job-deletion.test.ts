import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedResources } from '#client/served-resources.ts';
import { createGarbageCollector } from '#controllers/garbage-collector/garbage-collector.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { catalog } from '#kinds/catalog.ts';
import { jobs } from '#kinds/job/job.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { ControllerDeps } from '#reconcile/controller.ts';

const ref = { namespace: 'ns', name: 'j' };

function collector(deps: ControllerDeps) {
  return createGarbageCollector({ ...deps, served: fixedResources(catalog) });
}

async function exists(world: JobWorld): Promise<boolean> {
  const { items } = await world.client.list(jobs, { namespace: 'ns' });
  return items.length > 0;
}

test('pods of a job that was deleted while the controller was away are freed', async () => {
  const world = await JobWorld.create();
  await world.start(collector);
  await world.createJob({ parallelism: 2, completions: 2 });
  world.crash();
  await world.client.delete(jobs, ref, { propagationPolicy: 'Background' });
  await world.start(collector);
  await world.pass(5_000);
  assert.deepEqual(await world.pods(), []);
});

test('an orphaning deletion leaves running pods without owner and finalizer, labels kept', async () => {
  const world = await JobWorld.create();
  await world.start(collector);
  await world.createJob();
  const pod = await world.pod();
  await world.run(pod);
  await world.client.delete(jobs, ref);
  await world.pass(5_000);
  assert.equal(await exists(world), false);
  const { ownerReferences, finalizers, labels, deletionTimestamp } = (await world.client.get(pods, pod.metadata))
    .metadata;
  assert.deepEqual([ownerReferences, finalizers, deletionTimestamp], [undefined, undefined, undefined]);
  assert.equal(labels?.['job-name'], 'j');
});

test('a foreground deletion waits for the pods, makes none and counts none', async () => {
  const world = await JobWorld.create();
  await world.start(collector);
  await world.createJob({ parallelism: 2, completions: 2 });
  for (const pod of await world.pods()) await world.run(pod);
  await world.client.delete(jobs, ref, { propagationPolicy: 'Foreground' });
  await world.pass(3_000);
  const { active, failed, terminating } = (await world.job()).status;
  assert.deepEqual([active, failed, terminating], [undefined, undefined, 2]);
  for (const { metadata } of await world.pods()) {
    assert.ok(metadata.deletionTimestamp);
    assert.equal(metadata.finalizers, undefined);
    await world.vanish(metadata);
  }
  await world.pass(3_000);
  assert.equal(await exists(world), false);
});

test('a job created anew under its name has nothing to do with the pods of the old one', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const old = await world.pod();
  await world.run(old);
  await world.client.delete(jobs, ref, { propagationPolicy: 'Background' });
  const created = await world.createJob();
  await world.pass(2_000);
  assert.equal((await world.client.get(pods, old.metadata)).metadata.finalizers, undefined);
  const own = (await world.active()).filter(({ metadata }) => metadata.name !== old.metadata.name);
  assert.deepEqual(
    own.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid),
    [created.metadata.uid],
  );
  await world.fail(old);
  await world.pass(2_000);
  assert.equal((await world.job()).status.failed, undefined);
});

test('a tracking finalizer that somebody puts on a pod of a finished job is taken off again', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  await world.succeed(pod);
  await world.pass(2_000);
  const finalizers = ['batch.kubernetes.io/job-tracking'];
  await world.client.patch(pods, pod.metadata, { type: 'merge', body: { metadata: { finalizers } } });
  await world.pass(1_000);
  assert.equal((await world.client.get(pods, pod.metadata)).metadata.finalizers, undefined);
});

test('pods of jobs that are managed elsewhere keep their finalizer', async () => {
  const world = await JobWorld.create();
  await world.start();
  const job = await world.createJob({ managedBy: 'example.com/x' });
  const { name, uid } = job.metadata;
  const finalizers = ['batch.kubernetes.io/job-tracking'];
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }];
  const metadata = { namespace: 'ns', name: 'theirs', finalizers, ownerReferences };
  await world.client.create(pods, { metadata, spec: { containers: [{ name: 'c', image: 'i' }] } } as never);
  await world.pass(5_000);
  assert.deepEqual((await world.client.get(pods, metadata)).metadata.finalizers, finalizers);
});
