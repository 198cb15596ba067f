import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { jobs } from '#kinds/job/job.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Pods that somebody else keeps from going: a Job's end, and its replacements, wait for what they wait for and no longer. */
const hold = 'example.com/hold';

async function createHeld(world: JobWorld, spec: object): Promise<void> {
  const template = {
    metadata: { finalizers: [hold] },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'example.com/app:1' }] },
  };
  await world.client.create(jobs, { metadata: { namespace: 'ns', name: 'j' }, spec: { ...spec, template } } as never);
  await world.pass(0);
}

const going = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

async function counts(world: JobWorld): Promise<object> {
  const { active = 0, ready, failed = 0, succeeded = 0, terminating } = (await world.job()).status;
  return { active, ready, failed, succeeded, terminating };
}

test('a job that fails is Failed when its last pod has ended, and not when it has gone', async () => {
  const world = await JobWorld.create();
  await world.start();
  await createHeld(world, { parallelism: 2, completions: 2, backoffLimit: 0 });
  const [first] = await world.active();
  assert.ok(first);
  await world.fail(first);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded']);
  assert.deepEqual(await counts(world), { active: 0, ready: 0, failed: 2, succeeded: 0, terminating: 1 });
  const [last] = await world.pods(going);
  assert.deepEqual(last?.metadata.finalizers, [hold]);
  assert.ok(last);
  await world.succeed(last);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
  assert.deepEqual(await counts(world), { active: 0, ready: 0, failed: 2, succeeded: 0, terminating: 0 });
});

test('a job made shorter is Complete when the pod it gave up has ended', async () => {
  const world = await JobWorld.create();
  await world.start();
  await createHeld(world, { parallelism: 2, completions: 2, completionMode: 'Indexed' });
  await world.succeed(await world.podOfIndex(0));
  await world.patchJob({ spec: { parallelism: 1, completions: 1 } });
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached']);
  assert.deepEqual(await counts(world), { active: 0, ready: 0, failed: 0, succeeded: 1, terminating: 1 });
  const [last] = await world.pods(going);
  assert.ok(last);
  await world.succeed(last);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
  assert.equal((await world.job()).status.completedIndexes, '0');
});

for (const completionMode of ['Indexed', 'NonIndexed'] as const) {
  const ended = { active: 2, ready: 0, failed: 2, succeeded: 0, terminating: 0 };

  test(`deleted pods are replaced while they are there, and counted once (${completionMode})`, async () => {
    const world = await JobWorld.create();
    await world.start();
    await createHeld(world, { parallelism: 2, completions: 2, completionMode });
    await world.client.deleteCollection(pods, { namespace: 'ns' });
    await world.pass(25_000);
    assert.deepEqual(await counts(world), { ...ended, terminating: 2 });
    for (const pod of await world.pods(going)) await world.fail(pod);
    await world.pass(2_000);
    assert.deepEqual(await counts(world), ended);
  });

  test(`with replacement policy Failed they are replaced when they have failed (${completionMode})`, async () => {
    const world = await JobWorld.create();
    await world.start();
    await createHeld(world, { parallelism: 2, completions: 2, completionMode, podReplacementPolicy: 'Failed' });
    await world.client.deleteCollection(pods, { namespace: 'ns' });
    await world.pass(25_000);
    assert.deepEqual(await counts(world), { active: 0, ready: 0, failed: 0, succeeded: 0, terminating: 2 });
    for (const pod of await world.pods(going)) await world.fail(pod);
    await world.pass(25_000);
    assert.deepEqual(await counts(world), ended);
  });
}

test('what a suspended job asks for may change while its pods stop, and new pods get it', async () => {
  const world = await JobWorld.create();
  await world.start();
  await createHeld(world, { parallelism: 2, completions: 2, podReplacementPolicy: 'Failed' });
  await world.patchJob({ spec: { suspend: true } });
  await world.pass(2_000);
  const stopping = { active: 0, ready: 0, failed: 0, succeeded: 0, terminating: 2 };
  assert.deepEqual(await counts(world), stopping);
  const resources = { requests: { cpu: '2' } };
  const containers = [{ name: 'c', image: 'example.com/app:1', resources }];
  await world.patchJob({ spec: { template: { spec: { containers, nodeSelector: { foo: 'bar' } } } } });
  await world.patchJob({ spec: { suspend: false } });
  await world.pass(20_000);
  assert.deepEqual(await counts(world), stopping);
  const free = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  for (const pod of await world.pods()) await world.client.patch(pods, pod.metadata, free);
  await world.pass(2_000);
  const fresh = await world.active();
  assert.deepEqual(
    fresh.map(({ spec }) => [spec.containers[0]?.resources, spec.nodeSelector]),
    [
      [resources, { foo: 'bar' }],
      [resources, { foo: 'bar' }],
    ],
  );
});
