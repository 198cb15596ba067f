import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WatchEvent } from '#client/client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { createCluster, type TestCluster, type TestClusterOptions } from '#testing/create-cluster.ts';
import { conditionsOf, jobOf, podsOf, refOf, simulatedJob } from '#testing/test-jobs.ts';

const minute = 60_000;

/** A cluster in virtual time, ended whatever the test does. */
async function withCluster<T>(options: TestClusterOptions, use: (cluster: TestCluster) => Promise<T>): Promise<T> {
  const cluster = await createCluster(options);
  try {
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

async function untilFinished(cluster: TestCluster, name: string): Promise<void> {
  await cluster.runUntil(async () => isFinished(await jobOf(cluster.client, name)));
}

/** Twenty virtual minutes of a Job that fails again and again: names and creation times of its pods. */
function longRetries(seed: string): Promise<readonly Pod[]> {
  return withCluster({ clock: 'virtual', seed }, async (cluster) => {
    await cluster.client.create(jobs, simulatedJob('fails', { backoffLimit: 6 }, { run: 0, exit: 1 }));
    await cluster.advance(20 * minute);
    const job = await jobOf(cluster.client, 'fails');
    assert.deepEqual(conditionsOf(job), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
    assert.equal(job.status.failed, 7);
    return podsOf(cluster.client, 'fails');
  });
}

describe('a Job with retries', () => {
  test('waits 10, 20, 40 … s between its pods, over twenty minutes that take no time', async () => {
    const before = performance.now();
    const retries = await longRetries('retries');
    const times = retries.map(({ metadata }) => Date.parse(metadata.creationTimestamp));
    const gaps = times.slice(1).map((time, i) => (time - (times[i] as number)) / 1000);
    assert.deepEqual(gaps, [10, 20, 40, 80, 160, 320]);
    assert.ok(performance.now() - before < 5_000, 'virtual minutes take no real ones');
  });

  test('runs the same way, name by name, from the same seed', async () => {
    const names = async (seed: string): Promise<readonly string[]> =>
      (await longRetries(seed)).map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.creationTimestamp}`);
    const first = await names('one');
    assert.deepEqual(await names('one'), first);
    assert.notDeepEqual(await names('two'), first);
  });

  test('restarts the container of one pod when restartPolicy is OnFailure, then gives up', async () => {
    await withCluster({ seed: 'on-failure' }, async (cluster) => {
      const spec = { backoffLimit: 3, restartPolicy: 'OnFailure' };
      await cluster.client.create(jobs, simulatedJob('fails', spec, { run: 1000, exit: 1 }));
      const restarts: number[] = [];
      await cluster.client.watch(
        pods,
        { resourceVersion: '0' },
        {
          event: (event: WatchEvent<Pod>) => {
            if (event.type === 'BOOKMARK') return;
            restarts.push(event.object.status.containerStatuses?.[0]?.restartCount ?? 0);
          },
          closed: () => {},
        },
      );
      await untilFinished(cluster, 'fails');
      assert.deepEqual(conditionsOf(await jobOf(cluster.client, 'fails')).at(-1), 'Failed/BackoffLimitExceeded');
      assert.equal(Math.max(...restarts), 3, 'the first run and three more');
    });
  });
});

test('8 completions by 2 are four batches', async () => {
  await withCluster({ seed: 'batches' }, async (cluster) => {
    const spec = { completions: 8, parallelism: 2 };
    await cluster.client.create(jobs, simulatedJob('batches', spec, { run: 10_000 }));
    await untilFinished(cluster, 'batches');
    const times = (await podsOf(cluster.client, 'batches')).map(({ metadata }) => metadata.creationTimestamp);
    const batches = [...new Set(times)].map((time) => times.filter((each) => each === time).length);
    assert.deepEqual(batches, [2, 2, 2, 2]);
    assert.equal((await jobOf(cluster.client, 'batches')).status.succeeded, 8);
  });
});

test('200 completions on 10 nodes are never more than 20 pods at a time', async () => {
  await withCluster({ seed: 'wide', nodes: 10 }, async (cluster) => {
    const active = new Set<string>();
    let most = 0;
    await cluster.client.watch(
      pods,
      { resourceVersion: '0' },
      {
        event: (event: WatchEvent<Pod>) => {
          if (event.type === 'BOOKMARK') return;
          const { metadata, status } = event.object;
          const isOver = event.type === 'DELETED' || status.phase === 'Succeeded' || status.phase === 'Failed';
          if (isOver) active.delete(metadata.uid);
          else active.add(metadata.uid);
          most = Math.max(most, active.size);
        },
        closed: () => {},
      },
    );
    await cluster.client.create(jobs, simulatedJob('wide', { completions: 200, parallelism: 20 }));
    await untilFinished(cluster, 'wide');
    const job = await jobOf(cluster.client, 'wide');
    assert.equal(job.status.succeeded, 200);
    assert.deepEqual(job.status.uncountedTerminatedPods, {});
    assert.equal(most, 20);
    const all = await podsOf(cluster.client, 'wide');
    assert.equal(all.length, 200);
    assert.equal(new Set(all.map(({ spec }) => spec.nodeName)).size, 10, 'every node has its share');
  });
});

test('a suspended Job gives up its pods, and starts anew when resumed', async () => {
  await withCluster({ seed: 'suspend' }, async (cluster) => {
    const { client } = cluster;
    const suspend = (value: boolean): Promise<unknown> =>
      client.patch(jobs, { namespace: 'default', name: 'nap' }, { type: 'merge', body: { spec: { suspend: value } } });
    await client.create(jobs, simulatedJob('nap', { completions: 2, parallelism: 2 }, { run: minute }));
    await cluster.advance(10_000);
    assert.equal((await jobOf(client, 'nap')).status.active, 2);
    await suspend(true);
    await cluster.advance(minute);
    assert.deepEqual(await podsOf(client, 'nap'), []);
    assert.deepEqual(conditionsOf(await jobOf(client, 'nap')), ['Suspended/JobSuspended']);
    await cluster.advance(10 * minute);
    assert.deepEqual(await podsOf(client, 'nap'), []);
    await suspend(false);
    await untilFinished(cluster, 'nap');
    const job = await jobOf(client, 'nap');
    assert.equal(job.status.succeeded, 2);
    assert.equal(job.status.failed ?? 0, 0);
  });
});

test('ttlSecondsAfterFinished takes the Job and its pods away, to the second', async () => {
  await withCluster({ seed: 'ttl' }, async (cluster) => {
    await cluster.client.create(jobs, simulatedJob('short', { ttlSecondsAfterFinished: 100 }));
    await untilFinished(cluster, 'short');
    const end = Date.parse((await jobOf(cluster.client, 'short')).status.completionTime ?? '');
    await cluster.advance(end + 99_999 - cluster.now());
    assert.equal((await podsOf(cluster.client, 'short')).length, 1);
    await cluster.advance(2_000);
    await assert.rejects(jobOf(cluster.client, 'short'), isNotFound);
    await cluster.advance(5_000);
    assert.deepEqual(await podsOf(cluster.client, 'short'), []);
  });
});

describe('deleting a running Job', () => {
  test('in the background takes the Job at once and its pods after it', async () => {
    await withCluster({ seed: 'background' }, async (cluster) => {
      const job = await cluster.client.create(jobs, simulatedJob('long', { parallelism: 3 }, { run: 60 * minute }));
      await cluster.advance(10_000);
      await cluster.client.delete(jobs, refOf(job), { propagationPolicy: 'Background' });
      await assert.rejects(jobOf(cluster.client, 'long'), isNotFound);
      await cluster.advance(5_000);
      assert.deepEqual(await podsOf(cluster.client, 'long'), []);
    });
  });

  test('in the foreground keeps the Job until its pods have stopped, however long they take', async () => {
    await withCluster({ seed: 'foreground' }, async (cluster) => {
      const stubborn = { run: 60 * minute, ignoreTerm: true };
      const job = await cluster.client.create(jobs, simulatedJob('long', { parallelism: 3 }, stubborn));
      await cluster.advance(10_000);
      await cluster.client.delete(jobs, refOf(job), { propagationPolicy: 'Foreground' });
      await cluster.advance(29_000);
      assert.ok((await jobOf(cluster.client, 'long')).metadata.deletionTimestamp !== undefined);
      assert.equal((await podsOf(cluster.client, 'long')).length, 3);
      await cluster.advance(5_000);
      await assert.rejects(jobOf(cluster.client, 'long'), isNotFound);
      assert.deepEqual(await podsOf(cluster.client, 'long'), []);
    });
  });

  test('with orphans leaves its pods alone', async () => {
    await withCluster({ seed: 'orphan' }, async (cluster) => {
      const job = await cluster.client.create(jobs, simulatedJob('long', { parallelism: 2 }, { run: 60 * minute }));
      await cluster.advance(10_000);
      await cluster.client.delete(jobs, refOf(job), { propagationPolicy: 'Orphan' });
      await cluster.advance(minute);
      await assert.rejects(jobOf(cluster.client, 'long'), isNotFound);
      const left = await podsOf(cluster.client, 'long');
      assert.equal(left.length, 2);
      assert.ok(
        left.every(({ metadata, status }) => metadata.ownerReferences === undefined && status.phase === 'Running'),
      );
    });
  });
});

test('deleting a namespace ends all that runs in it', async () => {
  await withCluster({ seed: 'namespace' }, async (cluster) => {
    const { client } = cluster;
    await client.create(namespaces, { metadata: { name: 'team' }, spec: {} });
    await cluster.advance(1_000);
    const job = simulatedJob('long', { parallelism: 3 }, { run: 60 * minute });
    await client.create(jobs, { ...job, metadata: { ...job.metadata, namespace: 'team' } });
    await cluster.advance(10_000);
    assert.equal((await client.list(pods, { namespace: 'team' })).items.length, 3);
    await client.delete(namespaces, { name: 'team' });
    await cluster.runUntil(
      async () => (await client.list(namespaces)).items.every(({ metadata }) => metadata.name !== 'team'),
      2 * minute,
    );
    assert.deepEqual((await client.list(pods, { namespace: 'team' })).items, []);
    assert.deepEqual((await client.list(jobs, { namespace: 'team' })).items, []);
  });
});

test('a Job outlives its machine: pods of a node that is gone are given up and run elsewhere', async () => {
  await withCluster({ seed: 'node-gone', nodes: 2 }, async (cluster) => {
    const { client } = cluster;
    await client.create(jobs, simulatedJob('long', { completions: 2, parallelism: 2 }, { run: 5 * minute }));
    await cluster.advance(10_000);
    assert.deepEqual(new Set((await podsOf(client, 'long')).map(({ spec }) => spec.nodeName)).size, 2);
    await cluster.loseNode('node-1');
    await client.delete(nodes, { name: 'node-1' });
    await untilFinished(cluster, 'long');
    const job = await jobOf(client, 'long');
    assert.equal(job.status.succeeded, 2);
    assert.equal(job.status.failed, 1);
    assert.ok(cluster.now() - Date.parse(job.status.startTime ?? '') < 10 * minute);
  });
});

test('a cluster in real time lives by the clock on the wall', async () => {
  const cluster = await createCluster({ clock: 'system' });
  try {
    assert.throws(() => cluster.advance(1), /create the cluster with clock 'virtual'/);
    assert.ok(Math.abs(cluster.now() - Date.now()) < 1_000);
    assert.equal((await cluster.client.list(nodes)).items.length, 1);
  } finally {
    await cluster.stop();
  }
});

describe('a manifest', () => {
  test('makes the objects it holds, and the namespaces it mentions', async () => {
    await withCluster({}, async (cluster) => {
      const made = await cluster.create(`
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: nightly }
data: { greeting: hello }
---
apiVersion: batch/v1
kind: Job
metadata: { name: greet }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: busybox }]
`);
      assert.deepEqual(
        made.map(({ kind, metadata }) => `${kind} ${keyOf(metadata)}`),
        ['ConfigMap nightly/settings', 'Job default/greet'],
      );
      await untilFinished(cluster, 'greet');
      assert.deepEqual(conditionsOf(await jobOf(cluster.client, 'greet')).at(-1), 'Complete/CompletionsReached');
    });
  });

  test('that the API does not take is refused in its words', async () => {
    await withCluster({}, async (cluster) => {
      const misspelt = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec: { backOffLimit: 1 }';
      await assert.rejects(cluster.create(misspelt), /^ApiError: manifest: .*unknown field "spec\.backOffLimit"/);
    });
  });
});
