import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { pods } from '#kinds/pod/pod.ts';

const limitExceeded = ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded'];
const complete = ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached'];

/** Passes time until another pod is active; answers with the milliseconds it took. */
async function untilActive(world: JobWorld, secondsMax: number): Promise<number> {
  for (let passed = 0; passed <= secondsMax * 1_000; passed += 250) {
    if ((await world.active()).length > 0) return passed;
    await world.pass(250);
  }
  return Number.POSITIVE_INFINITY;
}

test('a failed pod is replaced after ten seconds, and one failure too many ends the job', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 1 });
  await world.fail(await world.pod());
  await world.pass(1_000);
  assert.equal((await world.job()).status.failed, 1);
  const waited = 1_000 + (await untilActive(world, 30));
  assert.ok(waited >= 9_000 && waited <= 12_000, `${waited}`);
  await world.fail(await world.pod());
  await world.pass(30_000);
  assert.deepEqual(await world.conditions(), limitExceeded);
  const { failed, completionTime } = (await world.job()).status;
  assert.deepEqual([failed, completionTime], [2, undefined]);
  assert.equal((await world.pods()).length, 2);
  assert.equal((await world.events()).filter((line) => line.startsWith('Warning BackoffLimitExceeded')).length, 1);
});

test('what ends in the second after a failure counts as what it is; a single pod has nothing to wait for', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 0, parallelism: 2, completions: 2 });
  const [first, second] = await world.active();
  assert.ok(first !== undefined && second !== undefined);
  await world.fail(first);
  await world.pass(600);
  await world.succeed(second);
  await world.pass(2_000);
  const { failed, succeeded } = (await world.job()).status;
  assert.deepEqual([failed, succeeded, await world.conditions()], [1, 1, limitExceeded]);
  await world.createJob({ backoffLimit: 0 }, 'single');
  await world.fail(await world.pod());
  await world.pass(100);
  assert.deepEqual(await world.conditions('single'), limitExceeded);
});

test('each failure doubles the wait up to ten minutes', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 20 });
  const waits: number[] = [];
  for (let failures = 0; failures < 8; failures++) {
    await world.fail(await world.pod());
    waits.push(await untilActive(world, 700));
  }
  const expected = [10, 20, 40, 80, 160, 320, 600, 600];
  const near = waits.every((wait, index) => Math.abs(wait / 1_000 - (expected[index] ?? 0)) <= 2);
  assert.ok(near, `${waits}`);
});

test('a success forgets the failures before it', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 3 });
  for (let failures = 0; failures < 3; failures++) {
    await world.fail(await world.pod());
    await untilActive(world, 100);
  }
  await world.succeed(await world.pod());
  assert.ok((await untilActive(world, 100)) <= 1_000);
  await world.pass(2_000);
  await world.fail(await world.pod());
  const waited = await untilActive(world, 100);
  assert.ok(waited >= 9_000 && waited <= 12_000, `${waited}`);
});

test('while one pod waits to be replaced, the status of the others stays true', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 2, parallelism: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(first);
  await world.run(second);
  await world.pass(2_000);
  await world.fail(first);
  for (let second = 0; second < 5; second++) {
    await world.pass(1_000);
    const { active, ready, failed } = (await world.job()).status;
    assert.deepEqual([active, ready, failed], [1, 1, 1]);
  }
});

test('with OnFailure, restarts count against the limit', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 3, restartPolicy: 'OnFailure' });
  const pod = await world.pod();
  await world.run(pod, { restarts: 2 });
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), []);
  await world.run(pod, { restarts: 3 });
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded']);
  await world.vanish(pod.metadata);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), limitExceeded);
  assert.equal((await world.job()).status.failed, 1);
});

test('with OnFailure and limit 0 the first restart fails the job', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 0, restartPolicy: 'OnFailure' });
  await world.run(await world.pod(), { restarts: 1 });
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded']);
});

test('a job that fails stops its other pods, counts them, and is Failed when the last has stopped', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 0, parallelism: 10, completions: 10 });
  const all = await world.pods();
  for (const pod of all) await world.run(pod);
  const [first, ...others] = all;
  assert.ok(first);
  await world.fail(first);
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded']);
  const { failed, terminating, active } = (await world.job()).status;
  assert.deepEqual([failed, terminating, active], [10, 9, undefined]);
  for (const pod of others) await world.vanish(pod.metadata);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), limitExceeded);
  assert.equal((await world.job()).status.failed, 10);
  assert.equal((await world.job()).status.terminating, 0);
});

test('failure beats success when both come in one second', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ backoffLimit: 0, parallelism: 2, completions: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.succeed(first);
  await world.fail(second);
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), limitExceeded);
});

test('the deadline ends the job, also when it is brought forward', async () => {
  const world = await JobWorld.create();
  await world.start();
  const deadline = ['FailureTarget/DeadlineExceeded', 'Failed/DeadlineExceeded'];
  await world.createJob({ activeDeadlineSeconds: 3 });
  await world.createJob({ activeDeadlineSeconds: 600 }, 'k');
  const [pod, other] = await world.pods();
  assert.ok(pod && other);
  await world.run(pod);
  await world.run(other);
  await world.pass(2_900);
  assert.deepEqual(await world.conditions(), []);
  await world.pass(200);
  assert.deepEqual(await world.conditions(), ['FailureTarget/DeadlineExceeded']);
  await world.vanish(pod.metadata);
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), deadline);
  assert.equal((await world.job()).status.failed, 1);
  await world.patchJob({ spec: { activeDeadlineSeconds: 1 } }, 'k');
  assert.deepEqual(await world.conditions('k'), ['FailureTarget/DeadlineExceeded']);
});

test('pods that may not be created are tried again, ever more slowly, and appear once they may', async () => {
  const world = await JobWorld.create();
  const { client } = world;
  let open = false;
  let tries = 0;
  world.controllerClient = Object.create(client, {
    create: {
      value: (resource: typeof pods, ...rest: [never]) => {
        if (resource !== pods || open) return client.create(resource, ...rest);
        tries++;
        return Promise.reject(new Error('quota'));
      },
    },
  });
  await world.start();
  await world.createJob();
  await world.pass(20_000);
  assert.equal(tries, 5);
  assert.equal((await world.job()).status.active, undefined);
  open = true;
  await world.pass(60_000);
  assert.equal((await world.job()).status.active, 1);
  assert.ok((await world.events()).some((line) => /^Warning FailedCreate Error creating: quota x\d+$/.test(line)));
});

test('a pod deleted by a user is counted at once and replaced after the wait, while it still stops', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  await world.run(pod);
  await world.client.delete(pods, pod.metadata, { gracePeriodSeconds: 3600 });
  await world.pass(2_000);
  const { failed, terminating, active } = (await world.job()).status;
  assert.deepEqual([failed, terminating, active], [1, 1, undefined]);
  assert.equal((await world.client.get(pods, pod.metadata)).metadata.finalizers, undefined);
  assert.equal((await world.active()).length, 0);
  await world.pass(10_000);
  assert.equal((await world.active()).length, 1);
  assert.equal((await world.job()).status.terminating, 1);
});

test('with replacement policy Failed, a deleted pod is replaced only after it has failed', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ podReplacementPolicy: 'Failed' });
  const pod = await world.pod();
  await world.run(pod);
  await world.client.delete(pods, pod.metadata, { gracePeriodSeconds: 3600 });
  await world.pass(30_000);
  const status = (await world.job()).status;
  assert.deepEqual([status.failed, status.terminating], [undefined, 1]);
  assert.equal((await world.active()).length, 0);
  await world.fail(pod);
  await world.pass(1_000);
  assert.deepEqual([(await world.job()).status.failed, (await world.active()).length], [1, 0]);
  await world.pass(11_000);
  assert.equal((await world.active()).length, 1);
});

test('a succeeded pod that is deleted before it was seen stands until it is counted', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  await world.run(pod);
  world.crash();
  await world.succeed(pod);
  await world.client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 });
  assert.deepEqual((await world.client.get(pods, pod.metadata)).metadata.finalizers, [
    'batch.kubernetes.io/job-tracking',
  ]);
  await world.start();
  await world.pass(1_000);
  assert.deepEqual(await world.pods(), []);
  assert.deepEqual(await world.conditions(), complete);
  assert.equal((await world.job()).status.succeeded, 1);
});

test('a pod without a node that is deleted is counted and replaced', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  await world.client.delete(pods, pod.metadata);
  await world.pass(1_000);
  assert.deepEqual(await world.pods(), []);
  await world.pass(12_000);
  const { failed, active } = (await world.job()).status;
  assert.deepEqual([failed, active], [1, 1]);
});

test('a counted pod may be deleted', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 2 });
  const pod = await world.pod();
  await world.succeed(pod);
  await world.pass(1_000);
  await world.client.delete(pods, pod.metadata);
  await world.pass(2_000);
  assert.equal((await world.job()).status.succeeded, 1);
});
