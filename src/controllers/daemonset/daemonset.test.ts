import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '#client/client.ts';
import {
  imageOf,
  newSet,
  nodesOf,
  numbers,
  podsOf,
  ref,
  setImage,
  withCluster,
} from '#controllers/daemonset/test-daemon-cluster.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { events } from '#kinds/event/event.ts';
import { nodes } from '#kinds/node/node.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { simulateAnnotation } from '#node/runtime/simulated/script.ts';

describe('a DaemonSet on four nodes', () => {
  test('goes from none to four, and a fifth node gets its pod when it joins', async () => {
    await withCluster({ nodes: 4 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '4 4 4 4 4 / 0');
      assert.deepEqual(await nodesOf(client), ['node-1', 'node-2', 'node-3', 'node-4']);
      await cluster.addNode('node-5');
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '5 5 5 5 5 / 0');
      assert.deepEqual((await nodesOf(client)).at(-1), 'node-5');
    });
  });

  test('loses the pod of a node that is deleted', async () => {
    await withCluster({ nodes: 4 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      await cluster.loseNode('node-2');
      await client.delete(nodes, { name: 'node-2' });
      await cluster.advance(1_000);
      assert.equal(await numbers(client), '3 3 3 3 3 / 0', 'without waiting for the pod to be collected');
      await cluster.advance(70_000);
      assert.deepEqual(await nodesOf(client), ['node-1', 'node-3', 'node-4']);
    });
  });

  test('runs where the labels are, and moves with them', async () => {
    await withCluster({ nodes: 4 }, async (cluster) => {
      const { client } = cluster;
      const label = (name: string, disk: string | null): Promise<unknown> =>
        client.patch(nodes, { name }, { type: 'merge', body: { metadata: { labels: { disk } } } });
      await client.create(daemonSets, newSet({}, { nodeSelector: { disk: 'ssd' } }));
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '0 0 0 0 0 / 0');
      await label('node-1', 'ssd');
      await label('node-3', 'ssd');
      await cluster.advance(5_000);
      assert.deepEqual(await nodesOf(client), ['node-1', 'node-3']);
      await label('node-1', null);
      await label('node-4', 'ssd');
      await cluster.advance(60_000);
      assert.deepEqual(await nodesOf(client), ['node-3', 'node-4']);
      assert.equal(await numbers(client), '2 2 2 2 2 / 0');
    });
  });

  test('keeps its pod on a node that falls silent, and counts it as misscheduled', async () => {
    await withCluster({ nodes: 4 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      await cluster.loseNode('node-4');
      await cluster.advance(10 * 60_000);
      assert.equal(await numbers(client), '3 3 3 3 3 / 1');
      assert.equal((await podsOf(client)).length, 4);
    });
  });

  test('replaces a pod that is deleted once it is gone, and one that failed, ever later', async () => {
    await withCluster({ nodes: 1 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet({}, {}, { ignoreTerm: true }));
      await cluster.advance(5_000);
      const [first] = await podsOf(client);
      assert.ok(first !== undefined);
      await client.delete(pods, first.metadata);
      await cluster.advance(29_000);
      assert.deepEqual(
        (await podsOf(client)).map(({ metadata }) => metadata.name),
        [first.metadata.name],
      );
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '1 1 1 1 1 / 0');
      const deleted: number[] = [];
      await client.watch(
        pods,
        { resourceVersion: '0' },
        {
          event: (event) => {
            if (event.type === 'DELETED') deleted.push(cluster.now());
          },
          closed: () => {},
        },
      );
      for (let n = 0; n < 4; n++) {
        const [pod] = await podsOf(client);
        assert.ok(pod !== undefined);
        const body = { status: { phase: 'Failed' } };
        await client.patch(pods, pod.metadata, { type: 'merge', body }, { subresource: 'status' });
        await client.patch(pods, pod.metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
        await cluster.runUntil(() => deleted.length === n + 1, 60_000);
        await cluster.runUntil(async () => (await podsOf(client)).length === 1, 60_000);
      }
      const gaps = deleted.slice(1).map((at, n) => at - (deleted[n] as number));
      assert.ok(
        gaps.every((gap, n) => gap >= 1000 * 2 ** n),
        `waited ${gaps}`,
      );
      const { items } = await client.list(events, { namespace: 'default' });
      assert.ok(items.some(({ reason, type }) => reason === 'FailedDaemonPod' && type === 'Warning'));
    });
  });
});

describe('a new template', () => {
  /** What was seen of the pods, told at every change. */
  async function follow(client: Client, look: (live: readonly Pod[]) => void): Promise<void> {
    const { items, resourceVersion } = await client.list(pods);
    const live = new Map(items.map((pod): [string, Pod] => [pod.metadata.uid, pod]));
    await client.watch(
      pods,
      { resourceVersion },
      {
        event: (event) => {
          if (event.type === 'BOOKMARK') return;
          if (event.type === 'DELETED') live.delete(event.object.metadata.uid);
          else live.set(event.object.metadata.uid, event.object);
          look([...live.values()]);
        },
        closed: () => {},
      },
    );
  }

  test('reaches 50 nodes within the limit, and no new pod is made before the old one is gone', async () => {
    await withCluster({ nodes: 50 }, async (cluster) => {
      const { client } = cluster;
      const pace = { updateStrategy: { rollingUpdate: { maxUnavailable: 5 } } };
      await client.create(daemonSets, newSet(pace, {}, { ready: 20_000 }));
      await cluster.runUntil(async () => (await numbers(client)) === '50 50 50 50 50 / 0');
      let unavailable = 0;
      let crowded = 0;
      await follow(client, (live) => {
        const serving = live.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
        unavailable = Math.max(unavailable, 50 - serving.length);
        crowded = Math.max(crowded, live.length - 50);
      });
      const from = cluster.now();
      await setImage(client, 'example.com/d:2');
      await cluster.runUntil(async () => (await client.get(daemonSets, ref)).status.observedGeneration === 2);
      await cluster.runUntil(async () => (await numbers(client)) === '50 50 50 50 50 / 0');
      assert.deepEqual([unavailable, crowded], [5, 0]);
      assert.ok((await podsOf(client)).every((pod) => imageOf(pod) === 'example.com/d:2'));
      assert.ok(cluster.now() - from >= 10 * 20_000, 'ten waves, each as slow as its pods');
      const { items } = await client.list(controllerRevisions);
      assert.deepEqual(items.map(({ revision }) => revision).toSorted(), [1, 2]);
    });
  });

  test('with surge comes beside the old one, so that nobody is ever without', async () => {
    await withCluster({ nodes: 3 }, async (cluster) => {
      const { client } = cluster;
      const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
      await client.create(daemonSets, newSet({ minReadySeconds: 3, updateStrategy: { rollingUpdate } }));
      await cluster.runUntil(async () => (await numbers(client)) === '3 3 3 3 3 / 0');
      let fewest = 3;
      let most = 0;
      await follow(client, (live) => {
        const serving = live.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
        fewest = Math.min(fewest, serving.length);
        most = Math.max(most, live.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length);
      });
      await setImage(client, 'example.com/d:2');
      await cluster.runUntil(async () => (await podsOf(client)).every((pod) => imageOf(pod) === 'example.com/d:2'));
      assert.deepEqual([fewest, most], [3, 4]);
    });
  });

  test('with OnDelete changes nothing until a pod is deleted', async () => {
    await withCluster({ nodes: 3 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet({ updateStrategy: { type: 'OnDelete' } }));
      await cluster.advance(5_000);
      await setImage(client, 'example.com/d:2');
      await cluster.advance(60_000);
      assert.equal(await numbers(client), '3 3 3 0 3 / 0');
      const [pod] = await podsOf(client);
      await client.delete(pods, pod?.metadata ?? ref);
      await cluster.advance(60_000);
      assert.equal(await numbers(client), '3 3 3 1 3 / 0');
      const body = { spec: { updateStrategy: { type: 'RollingUpdate' } } };
      await client.patch(daemonSets, ref, { type: 'merge', body });
      await cluster.advance(60_000);
      assert.equal(await numbers(client), '3 3 3 3 3 / 0');
    });
  });

  test('that is bad stops at the limit, and going back restarts only what it broke', async () => {
    await withCluster({ nodes: 4 }, async (cluster) => {
      const { client } = cluster;
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      const before = await podsOf(client);
      const broken = { metadata: { annotations: { [simulateAnnotation]: '{"ready": "24h"}' } } };
      await client.patch(daemonSets, ref, { type: 'strategic', body: { spec: { template: broken } } });
      await cluster.advance(30 * 60_000);
      assert.equal(await numbers(client), '4 4 3 1 3 / 0');
      const history = (await client.list(controllerRevisions)).items;
      const first = history.find(({ revision }) => revision === 1);
      await client.patch(daemonSets, ref, { type: 'strategic', body: first?.data as object });
      await cluster.advance(60_000);
      assert.equal(await numbers(client), '4 4 4 4 4 / 0');
      const uids = new Set(before.map(({ metadata }) => metadata.uid));
      assert.equal((await podsOf(client)).filter(({ metadata }) => uids.has(metadata.uid)).length, 3);
      const numbered = (await client.list(controllerRevisions)).items.map(({ revision }) => revision);
      assert.deepEqual(numbered.toSorted(), [2, 3]);
    });
  });

  test('whose name is taken by another one gets another name', async () => {
    await withCluster({ nodes: 1 }, async (cluster) => {
      const { client } = cluster;
      const first = await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      const [own] = (await client.list(controllerRevisions)).items;
      assert.ok(own !== undefined);
      await client.delete(daemonSets, first.metadata, { propagationPolicy: 'Foreground' });
      await cluster.advance(60_000);
      const { name, namespace } = own.metadata;
      await client.create(controllerRevisions, { metadata: { name, namespace }, data: { other: 1 }, revision: 1 });
      await client.create(daemonSets, newSet());
      await cluster.advance(60_000);
      assert.equal((await client.get(daemonSets, ref)).status.collisionCount, 1);
      assert.equal(await numbers(client), '1 1 1 1 1 / 0');
      const [pod] = await podsOf(client);
      assert.notEqual(`d-${pod?.metadata.labels?.['controller-revision-hash']}`, name);
    });
  });
});

test('pods and revisions left behind by one DaemonSet are taken over by the next, and run on', async () => {
  await withCluster({ nodes: 2 }, async (cluster) => {
    const { client } = cluster;
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const before = (await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted();
    await client.delete(daemonSets, ref, { propagationPolicy: 'Orphan' });
    await cluster.advance(5_000);
    const successor = await client.create(daemonSets, newSet());
    await cluster.advance(60_000);
    const after = await podsOf(client);
    assert.deepEqual(after.map(({ metadata }) => metadata.uid).toSorted(), before);
    assert.ok(after.every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === successor.metadata.uid));
    assert.equal((await client.list(controllerRevisions)).items.length, 1);
  });
});

test('a pod that no longer matches is let go and replaced; taken back, the younger of the two goes', async () => {
  await withCluster({ nodes: 1 }, async (cluster) => {
    const { client } = cluster;
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const [first] = await podsOf(client);
    assert.ok(first !== undefined);
    const label = (app: string): Promise<unknown> =>
      client.patch(pods, first.metadata, { type: 'merge', body: { metadata: { labels: { app } } } });
    await label('out');
    await cluster.advance(5_000);
    const released = await client.get(pods, first.metadata);
    assert.deepEqual([released.metadata.ownerReferences, released.metadata.deletionTimestamp], [undefined, undefined]);
    const [second] = await podsOf(client);
    assert.notEqual(second?.metadata.uid, first.metadata.uid);
    await label('d');
    await cluster.advance(60_000);
    assert.deepEqual(
      (await podsOf(client)).map(({ metadata }) => metadata.uid),
      [first.metadata.uid],
    );
  });
});

test('two revisions of one template become one, and no pod is restarted for it', async () => {
  await withCluster({ nodes: 2 }, async (cluster) => {
    const { client } = cluster;
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const before = (await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted();
    const [own] = (await client.list(controllerRevisions)).items;
    assert.ok(own !== undefined);
    const metadata = {
      namespace: 'default',
      name: 'd-twin',
      labels: { app: 'd', 'controller-revision-hash': 'twin' },
      ownerReferences: own.metadata.ownerReferences ?? [],
    };
    await client.create(controllerRevisions, { metadata, data: own.data, revision: 7 });
    await client.patch(daemonSets, ref, { type: 'merge', body: { metadata: { labels: { touch: '1' } } } });
    await cluster.advance(60_000);
    assert.deepEqual(
      (await client.list(controllerRevisions)).items.map(({ metadata, revision }) => `${metadata.name} ${revision}`),
      ['d-twin 7'],
    );
    const after = await podsOf(client);
    assert.deepEqual(after.map(({ metadata }) => metadata.uid).toSorted(), before);
    assert.ok(after.every(({ metadata }) => metadata.labels?.['controller-revision-hash'] === 'twin'));
  });
});
