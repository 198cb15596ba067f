import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '#client/client.ts';
import {
  newSet,
  nodesOf,
  numbers,
  podOn,
  podsOf,
  ref,
  setImage,
  told,
  withCluster,
} from '#controllers/daemonset/test-daemon-cluster.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Taint } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

function change(client: Client, name: string, body: object): Promise<unknown> {
  return client.patch(nodes, { name }, { type: 'merge', body });
}

function taint(client: Client, name: string, taints: readonly Taint[] | null): Promise<unknown> {
  return change(client, name, { spec: { taints } });
}

function reports(client: Client, name: string, status: string): Promise<unknown> {
  const body = { status: { conditions: [{ type: 'Ready', status, reason: 'Said', message: 'by the test' }] } };
  return client.patch(nodes, { name }, { type: 'strategic', body }, { subresource: 'status' });
}

function requiredTerms({ spec }: Pod): unknown {
  return spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

const uidOn = async (client: Client, node: string): Promise<string> => (await podOn(client, node)).metadata.uid;

describe('where the pods of a DaemonSet are', () => {
  test('without nodes it has nothing to do, and has done it', async () => {
    await withCluster({ nodes: 0 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      await cluster.advance(1_000);
      assert.equal(await numbers(client), '0 0 0 0 0 / 0');
      assert.equal((await client.get(daemonSets, ref)).status.observedGeneration, 1);
    });
  });

  test('a node that joins before it is ready waits for its pod, unless the template tolerates everything', async () => {
    await withCluster({ nodes: 1 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      const hardy = newSet({}, { tolerations: [{ operator: 'Exists' }] });
      await client.create(daemonSets, { ...hardy, metadata: { namespace: 'default', name: 'hardy' } });
      await cluster.advance(5_000);
      const conditions = [{ type: 'Ready', status: 'False', reason: 'Said', message: 'by the test' }];
      const status = { conditions, allocatable: { cpu: '1', memory: '1Gi', pods: '9' } };
      await client.create(nodes, { metadata: { name: 'late' }, status } as never);
      await cluster.advance(5_000);
      const owners = async () =>
        (await podsOf(client))
          .filter(({ spec }) => spec.nodeName === 'late')
          .map(({ metadata }) => metadata.ownerReferences?.[0]?.name)
          .toSorted();
      assert.deepEqual(await owners(), ['hardy']);
      assert.equal(await numbers(client), '1 1 1 1 1 / 0');
      await reports(client, 'late', 'True');
      await cluster.advance(5_000);
      assert.deepEqual(await owners(), ['d', 'hardy']);
      assert.equal(await numbers(client), '2 2 1 2 1 / 0');
    });
  });

  test('alternatives of the template’s affinity choose nodes, and give way to the one node in each pod', async () => {
    await withCluster({ nodes: 3 }, async (cluster, client) => {
      await change(client, 'node-2', { metadata: { labels: { zone: 'test' } } });
      const nodeSelectorTerms = [
        { matchExpressions: [{ key: 'zone', operator: 'In', values: ['test'] }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
      ];
      const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
      await client.create(daemonSets, newSet({}, { affinity }));
      await cluster.advance(5_000);
      assert.deepEqual(await nodesOf(client), ['node-1', 'node-2']);
      for (const pod of await podsOf(client)) {
        const matchFields = [{ key: 'metadata.name', operator: 'In', values: [pod.spec.nodeName] }];
        assert.deepEqual(requiredTerms(pod), [{ matchFields }]);
      }
    });
  });

  test('a template that names a node makes one pod there, and asks no scheduler', async () => {
    await withCluster({ nodes: 2 }, async (cluster, client) => {
      await client.create(daemonSets, newSet({}, { nodeName: 'node-2' }));
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '1 1 1 1 1 / 0');
      const { metadata } = await podOn(client, 'node-2');
      assert.ok(!(await told(client, metadata.name)).includes('Normal Scheduled'));
    });
  });

  test('a cordon changes nothing, also for the pod that comes next', async () => {
    await withCluster({ nodes: 2 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      const before = await podOn(client, 'node-1');
      await change(client, 'node-1', { spec: { unschedulable: true } });
      await cluster.advance(10_000);
      assert.deepEqual([await numbers(client), await uidOn(client, 'node-1')], ['2 2 2 2 2 / 0', before.metadata.uid]);
      await client.delete(pods, before.metadata);
      await cluster.advance(10_000);
      assert.equal(await numbers(client), '2 2 2 2 2 / 0');
      assert.notEqual(await uidOn(client, 'node-1'), before.metadata.uid);
    });
  });

  test('a NoSchedule taint leaves the pod where it should not be, until the taint goes again', async () => {
    await withCluster({ nodes: 3 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      const before = await uidOn(client, 'node-1');
      await taint(client, 'node-1', [{ key: 'k', value: 'v', effect: 'NoSchedule' }]);
      await cluster.advance(5_000);
      assert.deepEqual([await numbers(client), await uidOn(client, 'node-1')], ['2 2 2 2 2 / 1', before]);
      await taint(client, 'node-1', null);
      await cluster.advance(5_000);
      assert.deepEqual([await numbers(client), await uidOn(client, 'node-1')], ['3 3 3 3 3 / 0', before]);
    });
  });

  test('a NoExecute taint ends the pod, and none comes until it goes again', async () => {
    await withCluster({ nodes: 2 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      await taint(client, 'node-2', [{ key: 'k', value: 'v', effect: 'NoExecute' }]);
      await cluster.advance(60_000);
      assert.deepEqual([await numbers(client), await nodesOf(client)], ['1 1 1 1 1 / 0', ['node-1']]);
      await taint(client, 'node-2', null);
      await cluster.advance(5_000);
      assert.deepEqual([await numbers(client), await nodesOf(client)], ['2 2 2 2 2 / 0', ['node-1', 'node-2']]);
    });
  });

  test('where a taint is tolerated for ten seconds, a new pod comes every ten seconds', async () => {
    await withCluster({ nodes: 1 }, async (cluster, client) => {
      const tolerations = [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }];
      await client.create(daemonSets, newSet({}, { tolerations }));
      await cluster.advance(5_000);
      const seen = new Set([await uidOn(client, 'node-1')]);
      await taint(client, 'node-1', [{ key: 'k', value: 'v', effect: 'NoExecute' }]);
      await cluster.advance(9_000);
      assert.ok(seen.has(await uidOn(client, 'node-1')));
      for (let second = 0; second < 35; second++) {
        await cluster.advance(1_000);
        for (const { metadata } of await podsOf(client)) seen.add(metadata.uid);
        assert.match(await numbers(client), /^1 /);
      }
      assert.ok(seen.size >= 4 && seen.size <= 5, `${seen.size} pods in 44 s`);
    });
  });

  test('a pod that fits on no node waits on each, and no longer than the node is there', async () => {
    await withCluster({ nodes: 2 }, async (cluster, client) => {
      const resources = { requests: { cpu: '4000' } };
      const containers = [{ name: 'c', image: 'example.com/d:1', resources }];
      await client.create(daemonSets, newSet({}, { containers } as never));
      await cluster.advance(5_000);
      assert.equal(await numbers(client), '2 2 0 2 0 / 0');
      for (const { status } of await podsOf(client)) {
        const { status: value, reason } = findCondition(status.conditions, 'PodScheduled') ?? {};
        assert.deepEqual([status.phase, value, reason], ['Pending', 'False', 'Unschedulable']);
      }
      await cluster.loseNode('node-2');
      await client.delete(nodes, { name: 'node-2' });
      await cluster.advance(1_000);
      assert.deepEqual([await numbers(client), (await podsOf(client)).length], ['1 1 0 1 0 / 0', 1]);
    });
  });
});

describe('a rollout that meets a dead node', () => {
  /** Nodes whose pod is of the new image. */
  async function updated(client: Client): Promise<number> {
    return (await podsOf(client)).filter(({ spec }) => spec.containers[0]?.image === 'example.com/d:2').length;
  }

  test('stands still while the pod there is not gone, and goes on when its node has been given up', async () => {
    await withCluster({ nodes: 3 }, async (cluster, client) => {
      await client.create(daemonSets, newSet());
      await cluster.advance(5_000);
      await cluster.loseNode('node-3');
      await cluster.advance(120_000);
      await setImage(client, 'example.com/d:2');
      await cluster.advance(600_000);
      assert.notEqual((await podOn(client, 'node-3')).metadata.deletionTimestamp, undefined);
      assert.deepEqual([await updated(client), await numbers(client)], [0, '2 2 2 0 2 / 1']);
      await client.delete(nodes, { name: 'node-3' });
      await cluster.advance(120_000);
      assert.deepEqual([await updated(client), await numbers(client)], [2, '2 2 2 2 2 / 0']);
    });
  });

  test('goes on one by one when there is room for two', async () => {
    await withCluster({ nodes: 4 }, async (cluster, client) => {
      const updateStrategy = { rollingUpdate: { maxUnavailable: 2 } };
      await client.create(daemonSets, newSet({ updateStrategy }, {}, { ready: 5_000 }));
      await cluster.advance(10_000);
      await cluster.loseNode('node-4');
      await cluster.advance(120_000);
      await setImage(client, 'example.com/d:2');
      let fewest = 3;
      for (let second = 0; second < 60; second++) {
        await cluster.advance(1_000);
        fewest = Math.min(fewest, Number((await numbers(client)).split(' ')[2]));
      }
      assert.deepEqual([fewest, await updated(client), await numbers(client)], [2, 3, '3 3 3 3 3 / 1']);
    });
  });
});
