import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';

const rules = [
  { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  { action: 'Count', onExitCodes: { operator: 'In', values: [10] } },
  { action: 'FailJob', onExitCodes: { operator: 'In', values: [5] } },
];

test('ends of jobs and pods are told by mode, result and reason, once', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 2, parallelism: 2 });
  for (const pod of await world.active()) await world.succeed(pod);
  await world.createJob({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimit: 0 }, 'k');
  await world.fail(await world.podOfIndex(1));
  await world.pass(3_000);
  assert.deepEqual(world.told('job_controller_jobs_finished_total'), [
    'completion_mode="Indexed",result="failed",reason="BackoffLimitExceeded" 1',
    'completion_mode="NonIndexed",result="succeeded",reason="CompletionsReached" 1',
  ]);
  assert.deepEqual(world.told('job_controller_job_pods_finished_total'), [
    'completion_mode="Indexed",result="failed" 2',
    'completion_mode="NonIndexed",result="succeeded" 2',
  ]);
  assert.deepEqual(world.told('job_controller_terminated_pods_tracking_finalizer_total'), [
    'event="add" 3',
    'event="delete" 3',
  ]);
});

test('ended indexes are told by whose limit they had; those that are taken away and done again count again', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 0 });
  await world.succeed(await world.podOfIndex(0));
  await world.fail(await world.podOfIndex(1));
  await world.createJob({ completionMode: 'Indexed', completions: 3, parallelism: 3 }, 'k');
  await world.succeed(await world.podOfIndex(2));
  await world.pass(2_000);
  await world.patchJob({ spec: { completions: 2, parallelism: 2 } }, 'k');
  await world.pass(2_000);
  await world.patchJob({ spec: { completions: 3, parallelism: 3 } }, 'k');
  await world.succeed(await world.podOfIndex(2));
  await world.pass(2_000);
  assert.deepEqual(world.told('job_controller_job_finished_indexes_total'), [
    'status="failed",backoffLimit="perIndex" 1',
    'status="succeeded",backoffLimit="global" 2',
    'status="succeeded",backoffLimit="perIndex" 1',
  ]);
});

test('failures that a rule decides on are told by what it says, others not at all', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ podFailurePolicy: { rules } });
  await world.fail(await world.pod(), { conditions: [{ type: 'DisruptionTarget', reason: 'Gone' }] });
  await world.pass(12_000);
  await world.fail(await world.pod(), { exitCode: 10 });
  await world.pass(25_000);
  await world.fail(await world.pod(), { exitCode: 1 });
  await world.pass(50_000);
  await world.fail(await world.pod(), { exitCode: 5 });
  await world.pass(3_000);
  assert.deepEqual(world.told('job_controller_pod_failures_handled_by_failure_policy_total'), [
    'action="Count" 1',
    'action="FailJob" 1',
    'action="Ignore" 1',
  ]);
  assert.deepEqual(world.told('job_controller_jobs_finished_total'), [
    'completion_mode="NonIndexed",result="failed",reason="PodFailurePolicy" 1',
  ]);
});

test('pods are told as new or as made again, and why', async () => {
  const world = await JobWorld.create();
  await world.start();
  for (const [name, podReplacementPolicy] of [
    ['j', 'TerminatingOrFailed'],
    ['k', 'Failed'],
  ] as const) {
    await world.createJob({ podReplacementPolicy }, name);
    await world.fail(await world.pod());
    await world.pass(12_000);
    await world.succeed(await world.pod());
    await world.pass(2_000);
  }
  assert.deepEqual(world.told('job_controller_job_pods_creation_total'), [
    'reason="new",status="succeeded" 2',
    'reason="recreate_failed",status="succeeded" 1',
    'reason="recreate_terminating_or_failed",status="succeeded" 1',
  ]);
});

test('syncs are told by what they did, and jobs of other controllers by whose they are', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ managedBy: 'example.com/x' }, 'other');
  assert.deepEqual(world.told('job_controller_job_syncs_total'), []);
  await world.createJob();
  await world.patchJob({ spec: { suspend: true } });
  await world.pass(2_000);
  assert.deepEqual(world.told('job_controller_jobs_by_external_controller_total'), [
    'controller_name="example.com/x" 1',
  ]);
  const told = world.told('job_controller_job_syncs_total');
  assert.ok(told.includes('completion_mode="NonIndexed",result="success",action="pods_created" 1'), String(told));
  assert.ok(told.some((line) => line.includes('action="pods_deleted"')));
  assert.deepEqual(
    world.told('job_controller_job_sync_duration_seconds_count').map((line) => line.replace(/ \d+$/, '')),
    told.map((line) => line.replace(/ \d+$/, '')),
  );
});
