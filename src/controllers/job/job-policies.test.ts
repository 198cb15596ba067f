import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type End, JobWorld } from '#controllers/job/test-job-world.ts';

test('FailJob ends the job with the reason, stops the other pods and counts them', async () => {
  const world = await JobWorld.create();
  await world.start();
  const rules = [{ action: 'FailJob', onExitCodes: { containerName: 'c', operator: 'In', values: [41, 42] } }];
  await world.createJob({ parallelism: 2, completions: 2, podFailurePolicy: { rules } });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  await world.run(first);
  await world.run(second);
  await world.fail(first, { exitCode: 42 });
  await world.pass(1_000);
  const { conditions, failed, terminating } = (await world.job()).status;
  assert.equal(
    conditions?.[0]?.message,
    `Container c for pod ns/${first.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
  );
  assert.deepEqual([failed, terminating], [2, 1]);
  assert.deepEqual(await world.conditions(), ['FailureTarget/PodFailurePolicy']);
  await world.fail(second, { exitCode: 143 });
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/PodFailurePolicy', 'Failed/PodFailurePolicy']);
  assert.equal((await world.job()).status.failed, 2);
});

test('an ignored disruption is replaced after the wait and never counted', async () => {
  const world = await JobWorld.create();
  await world.start();
  const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }];
  await world.createJob({ backoffLimit: 0, podFailurePolicy: { rules } });
  const lost: End = { conditions: [{ type: 'DisruptionTarget', reason: 'DeletionByPodGC' }] };
  await world.fail(await world.pod(), lost);
  await world.pass(5_000);
  assert.equal((await world.active()).length, 0);
  await world.pass(7_000);
  assert.equal((await world.active()).length, 1);
  assert.equal((await world.job()).status.failed, undefined);
  assert.deepEqual(await world.conditions(), []);
});

test('the first rule that matches decides, and without one the failure counts', async () => {
  const rules = [
    { action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } },
    { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [2] } },
  ];
  const outcomes: readonly (readonly [number, number | undefined, boolean])[] = [
    [1, undefined, false],
    [2, 1, false],
    [3, 1, true],
  ];
  for (const [exitCode, failed, ended] of outcomes) {
    const world = await JobWorld.create();
    await world.start();
    await world.createJob({ backoffLimit: 3, podFailurePolicy: { rules } });
    await world.fail(await world.pod(), { exitCode });
    await world.pass(2_000);
    const { status } = await world.job();
    assert.equal(status.failed, failed, `exit code ${exitCode}`);
    assert.equal(status.conditions?.[0]?.message?.endsWith('matching FailJob rule at index 1') ?? false, ended);
  }
});
