import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { sampanMain, startCluster, type TestCluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { type History, type Seen, watchHistory } from './history.ts';
import { conditionsOf } from './jobs.ts';
import { succeeding } from './succeeding.ts';

const example = 'examples/pipeline.yaml';

/** What each Job was doing after each event. */
function* moments(events: readonly Seen<Job>[]): Generator<ReadonlyMap<string, string>> {
  const doing = new Map<string, string>();
  for (const { type, object } of events) {
    const { name } = object.metadata;
    if (type === 'DELETED') doing.delete(name);
    else doing.set(name, doingOf(object));
    yield new Map(doing);
  }
}

function doingOf(job: Job): string {
  if (isFinished(job)) return isConditionTrue(job.status.conditions, 'Complete') ? 'complete' : 'failed';
  return (job.status.active ?? 0) > 0 ? 'running' : 'waiting';
}

describe('a pipeline in a diamond', () => {
  let cluster: TestCluster;
  let client: RemoteClient;
  let kubectl: ReturnType<typeof succeeding>;
  before(async () => {
    cluster = await startCluster();
    client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
    kubectl = succeeding(cluster, 'v35');
  });
  after(async () => {
    client.close();
    await cluster.stop();
  });

  async function inNamespace(name: string): Promise<History<Job>> {
    await kubectl('create', 'namespace', name);
    return watchHistory(client, jobs, { namespace: name });
  }

  function manifest(name: string, text: string): string {
    const file = path.join(cluster.dataDir, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  }

  test('runs in order, its two middle Jobs side by side, and tells what waits for what', async () => {
    const history = await inNamespace('order');
    await kubectl('create', '-n', 'order', '-f', example);
    const { stdout } = await runCommand(process.execPath, [sampanMain, 'status', '--data-dir', cluster.dataDir]);
    assert.match(stdout, /^WAITING JOB +FOR\n(?:.*\n)*load +clean to be Complete \(not yet\), count to be Complete/m);
    assert.match(await kubectl('get', 'jobs', '-n', 'order', 'load'), /^load +Suspended +0\/1 /m);
    await kubectl('wait', '-n', 'order', '--for=condition=complete', 'job/load', '--timeout=60s');
    await history.until(
      'load is seen to be complete',
      ({ current }) => doingOf(current().get('load') as Job) === 'complete',
    );

    const seen = [...moments(history.events)];
    const started = (doing: string | undefined): boolean => doing !== undefined && doing !== 'waiting';
    for (const now of seen) {
      for (const middle of ['clean', 'count']) {
        if (started(now.get(middle))) assert.equal(now.get('extract'), 'complete', `${middle} comes after extract`);
        if (started(now.get('load'))) assert.equal(now.get(middle), 'complete', `load comes after ${middle}`);
      }
    }
    assert.ok(seen.some((now) => now.get('clean') === 'running' && now.get('count') === 'running'));
    const described = await kubectl('describe', 'job', '-n', 'order', 'load');
    assert.match(described, /Normal +WaitingForJobs .* Waiting for clean to be Complete \(/);
    assert.match(described, /Normal +DependenciesMet .* Dependencies are met: clean:Complete, count:Complete\n/);
    assert.equal(await kubectl('logs', '-n', 'order', 'job/load'), 'loaded\n');
  });

  test('a middle Job that fails makes the last one fail, with the reason, and the other one end in peace', async () => {
    const history = await inNamespace('failure');
    const file = manifest('failure', readFileSync(example, 'utf8').replace('echo cleaning;', 'echo cleaning; exit 1;'));
    await kubectl('create', '-n', 'failure', '-f', file);
    await kubectl('wait', '-n', 'failure', '--for=condition=failed', 'job/load', '--timeout=60s');
    const failed =
      '{.status.conditions[?(@.type=="Failed")].reason}: {.status.conditions[?(@.type=="Failed")].message}';
    assert.equal(
      await kubectl('get', '-n', 'failure', 'job', 'load', '-o', `jsonpath=${failed}`),
      'DependencyFailed: load -> clean: clean is Failed, not Complete ' +
        '(BackoffLimitExceeded: Job has reached the specified backoff limit)',
    );
    await kubectl('wait', '-n', 'failure', '--for=condition=complete', 'job/count', '--timeout=60s');
    await history.until('all have ended', ({ current }) => [...current().values()].every(isFinished));
    assert.deepEqual(conditionsOf(history.current().get('load') as Job).at(-1), 'Failed/DependencyFailed');
    assert.ok(
      [...moments(history.events)].every((now) => now.get('load') !== 'running'),
      'load never had a pod',
    );
  });

  test('a circle is refused when it would be closed, and written out', async () => {
    await inNamespace('circle');
    const job = (name: string, after: string): string => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations:
    sampan.dev/depends-on: ${after}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: busybox, command: ["true"] }]
`;
    const first = manifest('first', ['---\n', job('a', 'b'), '---\n', job('b', 'c')].join(''));
    await kubectl('create', '-n', 'circle', '-f', first);
    const { code, stderr } = await cluster.kubectl('v32', 'create', '-n', 'circle', '-f', manifest('c', job('c', 'a')));
    assert.equal(code, 1);
    assert.match(stderr, /^The Job "c" is invalid: .*sampan\.dev\/depends-on.*c -> a -> b -> c/m);
    assert.doesNotMatch(await kubectl('get', 'jobs', '-n', 'circle', '-o', 'name'), /job\.batch\/c$/m);
  });
});
