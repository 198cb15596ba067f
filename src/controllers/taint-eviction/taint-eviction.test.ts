import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '#client/client.ts';
import { events } from '#kinds/event/event.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { New } from '#kinds/meta/object.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Taint } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';
import { simulateAnnotation } from '#node/runtime/simulated/script.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const namespace = 'default';
const tainted: readonly Taint[] = [{ key: 'k', effect: 'NoExecute' }];

async function withNode(use: (cluster: TestCluster, client: Client) => Promise<void>): Promise<void> {
  const cluster = await createCluster({ seed: 'taints', nodes: 2 });
  try {
    await use(cluster, cluster.client);
  } finally {
    await cluster.stop();
  }
}

function sleeper(name: string, tolerations: readonly Toleration[] = []): New<Pod> {
  const annotations = { [simulateAnnotation]: '{"ignoreTerm": true}' };
  const containers = [{ name: 'c', image: 'example.com/app:1' }];
  const spec = { nodeName: 'node-1', containers, tolerations };
  return { metadata: { namespace, name, annotations }, spec } as unknown as New<Pod>;
}

function taint(client: Client, taints: readonly Taint[] | null): Promise<unknown> {
  return client.patch(nodes, { name: 'node-1' }, { type: 'merge', body: { spec: { taints } } });
}

/** What is said about evictions, without where. */
async function told(client: Client): Promise<readonly string[]> {
  const { items } = await client.list(events, { namespace });
  return items.filter(({ reason }) => reason === 'TaintManagerEviction').map(({ message = '' }) => message);
}

test('a taint drives away at once who does not tolerate it, others in their time, and some never', async () => {
  await withNode(async (cluster, client) => {
    await client.create(pods, sleeper('never'));
    await client.create(
      pods,
      sleeper('ten', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }]),
    );
    await client.create(pods, sleeper('ever', [{ key: 'k', operator: 'Exists' }]));
    await cluster.advance(5_000);
    const leaving = async (): Promise<readonly string[]> =>
      (await client.list(pods, { namespace })).items
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => metadata.name);
    await taint(client, tainted);
    await cluster.advance(1_000);
    assert.deepEqual(await leaving(), ['never']);
    const { status } = await client.get(pods, { namespace, name: 'never' });
    assert.ok(isConditionTrue(status.conditions, 'DisruptionTarget'));
    assert.equal(findCondition(status.conditions, 'DisruptionTarget')?.observedGeneration, 1);
    await cluster.advance(8_900);
    assert.deepEqual(await leaving(), ['never']);
    await cluster.advance(200);
    assert.deepEqual(await leaving(), ['never', 'ten']);
    assert.deepEqual((await told(client)).toSorted(), [
      'Marking for deletion Pod default/never',
      'Marking for deletion Pod default/ten',
    ]);
    await cluster.advance(3600_000);
    assert.deepEqual(
      (await client.list(pods, { namespace })).items.map(({ metadata }) => metadata.name),
      ['ever'],
    );
  });
});

test('a pod that is being deleted anyway is told once that it had to go', async () => {
  await withNode(async (cluster, client) => {
    await client.create(pods, sleeper('p'));
    await cluster.advance(5_000);
    await client.delete(pods, { namespace, name: 'p' }, { gracePeriodSeconds: 30 });
    await cluster.advance(1_000);
    await taint(client, tainted);
    await cluster.advance(1_000);
    await taint(client, [...tainted, { key: 'l', effect: 'NoExecute' }]);
    await cluster.advance(1_000);
    const { metadata, status } = await client.get(pods, { namespace, name: 'p' });
    assert.equal(findCondition(status.conditions, 'DisruptionTarget')?.reason, 'DeletionByTaintManager');
    assert.equal(metadata.deletionGracePeriodSeconds, 30);
    assert.deepEqual(await told(client), ['Marking for deletion Pod default/p']);
    await cluster.advance(60_000);
    assert.deepEqual((await client.list(pods, { namespace })).items, []);
  });
});

test('a taint that goes in time spares the pod', async () => {
  await withNode(async (cluster, client) => {
    await client.create(
      pods,
      sleeper('ten', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }]),
    );
    await cluster.advance(5_000);
    await taint(client, tainted);
    await cluster.advance(9_000);
    await taint(client, null);
    await cluster.advance(60_000);
    const pod = await client.get(pods, { namespace, name: 'ten' });
    assert.equal(pod.metadata.deletionTimestamp, undefined);
    assert.deepEqual(await told(client), ['Cancelling deletion of Pod default/ten']);
  });
});

test('a pod that has been given its time keeps it when taints come and go', async () => {
  await withNode(async (cluster, client) => {
    const of = (key: string, tolerationSeconds: number) =>
      ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }) as const;
    await client.create(pods, sleeper('p', [of('k', 30), of('short', 2), of('long', 90)]));
    await cluster.advance(5_000);
    await taint(client, tainted);
    await cluster.advance(5_000);
    await taint(client, [...tainted, { key: 'short', effect: 'NoExecute' }]);
    await cluster.advance(10_000);
    await taint(client, [{ key: 'long', effect: 'NoExecute' }]);
    await cluster.advance(14_000);
    assert.deepEqual(await told(client), []);
    await cluster.advance(2_000);
    assert.deepEqual(await told(client), ['Marking for deletion Pod default/p']);
  });
});

test('what was to come later comes, also when the node is gone by then', async () => {
  await withNode(async (cluster, client) => {
    await client.create(
      pods,
      sleeper('p', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }]),
    );
    await cluster.advance(5_000);
    await taint(client, tainted);
    await cluster.advance(2_000);
    await cluster.loseNode('node-1');
    await client.delete(nodes, { name: 'node-1' });
    await cluster.advance(9_000);
    assert.deepEqual(await told(client), ['Marking for deletion Pod default/p']);
    assert.notEqual((await client.get(pods, { namespace, name: 'p' })).metadata.deletionTimestamp, undefined);
  });
});

test('what was to come later is taken back when the pod goes at once, or has gone by itself', async () => {
  await withNode(async (cluster, client) => {
    const later = [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }] as const;
    await client.create(pods, sleeper('a', later));
    await client.create(pods, sleeper('b', later));
    await cluster.advance(5_000);
    await taint(client, tainted);
    await cluster.advance(1_000);
    await client.delete(pods, { namespace, name: 'b' }, { gracePeriodSeconds: 0 });
    await cluster.advance(1_000);
    assert.deepEqual(await told(client), ['Cancelling deletion of Pod default/b']);
    await taint(client, [...tainted, { key: 'other', effect: 'NoExecute' }]);
    await cluster.advance(60_000);
    assert.deepEqual((await told(client)).toSorted(), [
      'Cancelling deletion of Pod default/a',
      'Cancelling deletion of Pod default/b',
      'Marking for deletion Pod default/a',
    ]);
  });
});

test('pods of a machine that falls silent are given up after five minutes, and confirmed by nobody', async () => {
  await withNode(async (cluster, client) => {
    await client.create(pods, sleeper('app'));
    await cluster.advance(5_000);
    await cluster.loseNode('node-1');
    await cluster.advance(5 * 60_000);
    assert.equal((await client.get(pods, { namespace, name: 'app' })).metadata.deletionTimestamp, undefined);
    await cluster.advance(2 * 60_000);
    assert.notEqual((await client.get(pods, { namespace, name: 'app' })).metadata.deletionTimestamp, undefined);
    await client.delete(nodes, { name: 'node-1' });
    await cluster.advance(2 * 60_000);
    await assert.rejects(client.get(pods, { namespace, name: 'app' }), isNotFound);
  });
});
