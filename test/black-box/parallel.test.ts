import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { jobs } from '#kinds/job/job.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { conditionsOf, shellJob, untilFinished } from './jobs.ts';
import { watchPods } from './watch-history.ts';

let cluster: TestCluster;
let client: RemoteClient;
before(async () => {
  cluster = await startCluster();
  client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
});
after(async () => {
  client.close();
  await cluster.stop();
});

/** A command that leaves a line for each of its runs, takes a moment, and ends as told. */
function counted(name: string, exitCode: number): string {
  return `echo run >>${path.join(cluster.dataDir, name)}; sleep 0.5; exit ${exitCode}`;
}

function runs(name: string): number {
  return readFileSync(path.join(cluster.dataDir, name), 'utf8').trim().split('\n').length;
}

test('8 completions by 2 are four batches, and never more than 2 pods are active', async () => {
  const history = await watchPods(client, 'batches');
  await client.create(jobs, shellJob('batches', counted('batches', 0), { completions: 8, parallelism: 2 }));
  const job = await untilFinished(client, 'batches', 30_000);
  assert.deepEqual(conditionsOf(job), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
  assert.equal(job.status.succeeded, 8);
  assert.equal(history.names().length, 8);
  assert.equal(Math.max(...history.activeCounts()), 2);
  assert.equal(runs('batches'), 8);
  const { startTime = '', completionTime = '' } = job.status;
  // Times of the API are whole seconds; four batches of half a second take two.
  assert.ok(Date.parse(completionTime) - Date.parse(startTime) >= 1_000);
});

for (const [limit, attempts] of [
  [0, 1],
  [1, 2],
] as const) {
  test(`a Job that fails, restartPolicy Never, backoffLimit ${limit}: ${attempts} pods`, async () => {
    const name = `never-${limit}`;
    const history = await watchPods(client, name);
    await client.create(jobs, shellJob(name, counted(name, 1), { backoffLimit: limit }));
    const job = await untilFinished(client, name, 40_000);
    assert.deepEqual(conditionsOf(job), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
    assert.equal(job.status.failed, attempts);
    assert.equal(history.names().length, attempts);
    assert.equal(runs(name), attempts);
  });
}

test('a Job that fails, restartPolicy OnFailure, backoffLimit 1: one pod, run twice', async () => {
  const history = await watchPods(client, 'on-failure');
  const spec = { backoffLimit: 1 };
  await client.create(jobs, shellJob('on-failure', counted('on-failure', 1), spec, 'OnFailure'));
  const job = await untilFinished(client, 'on-failure', 40_000);
  assert.deepEqual(conditionsOf(job), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
  assert.equal(job.status.failed, 1);
  assert.equal(history.names().length, 1);
  assert.equal(history.restartsMax(), 1);
  await sleep(600);
  assert.equal(runs('on-failure'), 2);
});
