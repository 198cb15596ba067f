import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { jobs } from '#kinds/job/job.ts';
import { completionIndexKey, jobTrackingFinalizer } from '#kinds/job/labels.ts';
import { pods } from '#kinds/pod/pod.ts';

const limitExceeded = ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded'];

async function worldWith(wish: Parameters<JobWorld['createJob']>[0]): Promise<JobWorld> {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob(wish);
  return world;
}

test('a pod that ends well just after the failure that ends the job still counts as a success', async () => {
  const world = await worldWith({ backoffLimit: 0, parallelism: 2, completions: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(first);
  await world.run(second);
  await world.pass(2_000);
  await world.fail(first);
  await world.pass(200);
  await world.succeed(second);
  await world.pass(2_000);
  const { succeeded, failed } = (await world.job()).status;
  assert.deepEqual([succeeded, failed], [1, 1]);
  assert.deepEqual(await world.conditions(), limitExceeded);
  assert.ok(!(await world.events()).some((line) => line.includes('SuccessfulDelete')));
});

test('indexes that succeed just after the one that a success policy waits for are done too', async () => {
  const world = await worldWith({
    completionMode: 'Indexed',
    parallelism: 3,
    completions: 3,
    successPolicy: { rules: [{ succeededCount: 1 }] },
  });
  await world.succeed(await world.podOfIndex(2));
  await world.pass(200);
  await world.succeed(await world.podOfIndex(0));
  await world.pass(2_000);
  assert.equal((await world.job()).status.completedIndexes, '0,2');
});

test('the deadline is kept while pods may not be created', async () => {
  const world = await JobWorld.create();
  const { client } = world;
  world.controllerClient = Object.create(client, {
    create: {
      value: (resource: typeof pods, ...rest: [never]) =>
        resource === pods ? Promise.reject(new Error('quota')) : client.create(resource, ...rest),
    },
  });
  await world.start();
  await world.createJob({ activeDeadlineSeconds: 100 });
  await world.pass(99_900);
  assert.deepEqual(await world.conditions(), []);
  await world.pass(200);
  assert.deepEqual(await world.conditions(), ['FailureTarget/DeadlineExceeded', 'Failed/DeadlineExceeded']);
});

test('a limit that is lowered below what has failed ends the job', async () => {
  const world = await worldWith({ backoffLimit: 4, parallelism: 2, completions: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(second);
  await world.fail(first);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), []);
  await world.patchJob({ spec: { backoffLimit: 0 } });
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded']);
  await world.vanish(second.metadata);
  await world.pass(2_000);
  assert.deepEqual([await world.conditions(), (await world.job()).status.failed], [limitExceeded, 2]);
});

test('limits by index, failure policy and success policy: each decides its own', async () => {
  const rules = [
    { action: 'Ignore', onExitCodes: { operator: 'In', values: [7] } },
    { action: 'FailIndex', onExitCodes: { operator: 'In', values: [9] } },
  ];
  const world = await worldWith({
    completionMode: 'Indexed',
    parallelism: 4,
    completions: 4,
    backoffLimitPerIndex: 0,
    podFailurePolicy: { rules },
    successPolicy: { rules: [{ succeededIndexes: '2-3', succeededCount: 1 }] },
  });
  await world.fail(await world.podOfIndex(0), { exitCode: 9 });
  await world.fail(await world.podOfIndex(1), { exitCode: 7 });
  await world.pass(2_000);
  const { failed, failedIndexes, active } = (await world.job()).status;
  assert.deepEqual([failed, failedIndexes, active], [1, '0', 2], 'the ignored index waits for its next pod');
  await world.succeed(await world.podOfIndex(3));
  await world.pass(2_000);
  const status = (await world.job()).status;
  assert.deepEqual(
    [status.failed, status.failedIndexes, status.completedIndexes, status.terminating],
    [1, '0', '3', 0],
  );
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/SuccessPolicy', 'Complete/SuccessPolicy']);
});

test('a pod that loses its index is given up uncounted, and its index is tried again', async () => {
  const world = await worldWith({ completionMode: 'Indexed', parallelism: 2, completions: 2 });
  const lost = await world.podOfIndex(0);
  await world.run(lost);
  const body = { metadata: { annotations: { [completionIndexKey]: '7' } } };
  await world.client.patch(pods, lost.metadata, { type: 'merge', body });
  await world.pass(4_000);
  const { active, terminating, failed } = (await world.job()).status;
  assert.deepEqual([active, terminating, failed], [2, 1, undefined]);
  assert.notEqual((await world.podOfIndex(0)).metadata.uid, lost.metadata.uid);
});

test('indexes that a shorter job no longer has are neither done nor failed', async () => {
  const elastic = { completions: 2, parallelism: 2 };
  const world = await worldWith({
    completionMode: 'Indexed',
    parallelism: 3,
    completions: 3,
    backoffLimitPerIndex: 0,
    maxFailedIndexes: 1,
  });
  await world.fail(await world.podOfIndex(2));
  await world.pass(2_000);
  assert.equal((await world.job()).status.failedIndexes, '2');
  await world.patchJob({ spec: elastic });
  const { failed, failedIndexes } = (await world.job()).status;
  assert.deepEqual([failed, failedIndexes], [1, '']);
  for (const index of [0, 1]) await world.succeed(await world.podOfIndex(index));
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
});

test('a job whose indexes are all taken away completes when its pods have stopped', async () => {
  const world = await worldWith({ completionMode: 'Indexed', parallelism: 2, completions: 2 });
  const all = await world.pods();
  for (const pod of all) await world.run(pod);
  await world.patchJob({ spec: { completions: 0, parallelism: 0 } });
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached']);
  for (const pod of all) await world.vanish(pod.metadata);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
  assert.equal((await world.job()).status.failed, undefined);
});

test('a suspended job keeps what it has done, and one whose work is done completes', async () => {
  const world = await worldWith({ parallelism: 2, completions: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(second);
  await world.succeed(first);
  await world.pass(2_000);
  await world.patchJob({ spec: { suspend: true } });
  const { succeeded, active, terminating, startTime } = (await world.job()).status;
  assert.deepEqual([succeeded, active, terminating, startTime], [1, undefined, 1, undefined]);
  await world.succeed(second);
  await world.pass(2_000);
  assert.equal((await world.job()).status.succeeded, 1, 'a pod that was given up does not count');
  await world.patchJob({ spec: { suspend: false } });
  await world.pass(2_000);
  await world.succeed(await world.pod());
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), [
    'Suspended=False/JobResumed',
    'SuccessCriteriaMet/CompletionsReached',
    'Complete/CompletionsReached',
  ]);
});

test('more successes than asked for are told of', async () => {
  const world = await JobWorld.create();
  const labels = { app: 'x' };
  await world.createJob({ manualSelector: true, selector: { matchLabels: labels }, labels });
  for (const name of ['a', 'b']) {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] };
    const pod = await world.client.create(pods, { metadata: { namespace: 'ns', name, labels }, spec } as never);
    await world.succeed(pod);
  }
  await world.start();
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
  const text = 'Too many succeeded pods running after completion count reached';
  assert.ok((await world.events()).includes(`Warning TooManySucceededPods ${text} x1`));
});

test('while others hold up its deletion, a job neither makes, stops nor counts pods', async () => {
  const world = await worldWith({ backoffLimit: 0, parallelism: 2, completions: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(second);
  await world.patchJob({ metadata: { finalizers: ['example.com/x'] } });
  await world.client.delete(jobs, { namespace: 'ns', name: 'j' }, { propagationPolicy: 'Background' });
  await world.pass(2_000);
  await world.fail(first);
  await world.pass(20_000);
  const { active, failed } = (await world.job()).status;
  assert.deepEqual([active, failed, (await world.pods()).length], [1, undefined, 2]);
  assert.deepEqual(await world.conditions(), []);
  for (const { metadata } of await world.pods()) assert.equal(metadata.finalizers, undefined);
});

test('a template that asks for the tracking finalizer itself gives pods one of it', async () => {
  const world = await JobWorld.create();
  await world.start();
  const template = {
    metadata: { finalizers: [jobTrackingFinalizer] },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
  };
  await world.client.create(jobs, { metadata: { namespace: 'ns', name: 'j' }, spec: { template } } as never);
  await world.pass(1_000);
  assert.deepEqual((await world.pod()).metadata.finalizers, [jobTrackingFinalizer]);
});

test('a pod that is given the labels of another job goes over to it', async () => {
  const world = await JobWorld.create();
  await world.start();
  const a = await world.createJob({}, 'a');
  const b = await world.createJob({ completions: 2, parallelism: 2 }, 'b');
  const [pod, ...others] = await world.pods();
  assert.ok(pod?.metadata.ownerReferences?.[0]?.uid === a.metadata.uid);
  assert.equal(others.length, 2);
  const labels = { 'batch.kubernetes.io/controller-uid': b.metadata.uid };
  await world.client.patch(pods, pod.metadata, { type: 'merge', body: { metadata: { labels } } });
  await world.pass(2_000);
  const moved = await world.client.get(pods, pod.metadata);
  assert.deepEqual(
    moved.metadata.ownerReferences?.map(({ uid }) => uid),
    [b.metadata.uid],
  );
  assert.deepEqual([(await world.job('a')).status.active, (await world.job('b')).status.active], [1, 2]);
  assert.equal((await world.pods(({ metadata }) => metadata.deletionTimestamp === undefined)).length, 3);
});
