import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';

test('a job created suspended waits without pods or start until it is resumed', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ suspend: true, parallelism: 2, completions: 2 });
  await world.pass(5_000);
  assert.deepEqual(await world.pods(), []);
  assert.deepEqual(await world.conditions(), ['Suspended/JobSuspended']);
  assert.equal((await world.job()).status.startTime, undefined);
  await world.patchJob({ spec: { suspend: false } });
  assert.deepEqual(await world.conditions(), ['Suspended=False/JobResumed']);
  assert.equal((await world.active()).length, 2);
  assert.ok((await world.job()).status.startTime);
  await world.pass(0);
  const told = (await world.events()).filter((line) => /Suspended|Resumed/.test(line));
  assert.deepEqual(told, ['Normal Resumed Job resumed x1', 'Normal Suspended Job suspended x1']);
});

test('suspending gives running pods up uncounted, in one status write', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ parallelism: 2, completions: 2 });
  const before = await world.pods();
  for (const pod of before) await world.run(pod);
  await world.pass(2_000);
  const started = (await world.job()).status.startTime;
  await world.patchJob({ spec: { suspend: true } });
  const { conditions: _, ...status } = (await world.job()).status;
  assert.deepEqual(status, { ready: 0, terminating: 2, uncountedTerminatedPods: {} });
  assert.deepEqual(
    (await world.pods()).map(({ metadata }) => metadata.finalizers),
    [undefined, undefined],
  );
  for (const pod of before) await world.vanish(pod.metadata);
  await world.pass(2_000);
  assert.equal((await world.job()).status.terminating, 0);
  await world.patchJob({ spec: { suspend: false } });
  assert.equal((await world.active()).length, 2);
  const resumed = (await world.job()).status;
  assert.equal(resumed.failed, undefined);
  assert.ok((resumed.startTime ?? '') > (started ?? 'z'));
});

test('with replacement policy Failed, resuming waits for the pods that still stop', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ podReplacementPolicy: 'Failed' });
  const pod = await world.pod();
  await world.run(pod);
  await world.patchJob({ spec: { suspend: true } });
  await world.patchJob({ spec: { suspend: false } });
  await world.pass(20_000);
  assert.equal((await world.active()).length, 0);
  await world.vanish(pod.metadata);
  await world.pass(2_000);
  assert.equal((await world.active()).length, 1);
  assert.equal((await world.job()).status.failed, undefined);
});

test('the deadline counts from the resumption', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ activeDeadlineSeconds: 5 });
  await world.pass(3_000);
  await world.patchJob({ spec: { suspend: true } });
  await world.pass(60_000);
  await world.patchJob({ spec: { suspend: false } });
  await world.pass(4_500);
  assert.deepEqual(await world.conditions(), ['Suspended=False/JobResumed']);
  await world.pass(1_000);
  assert.ok((await world.conditions()).includes('FailureTarget/DeadlineExceeded'));
});
