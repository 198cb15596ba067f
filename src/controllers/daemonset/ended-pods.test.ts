import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '#client/client.ts';
import {
  imageOf,
  newSet,
  numbers,
  podOn,
  podsOf,
  ref,
  setImage,
  setPhase,
  told,
  withCluster,
} from '#controllers/daemonset/test-daemon-cluster.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { events } from '#kinds/event/event.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { TestCluster } from '#testing/create-cluster.ts';

/** Fails the pod of the node each time that there is a new one, and says after how many seconds each was replaced. */
async function failures(cluster: TestCluster, node: string, count: number): Promise<readonly number[]> {
  const { client } = cluster;
  const waits: number[] = [];
  for (let n = 0; n < count; n++) {
    const pod = await podOn(client, node);
    await setPhase(client, pod, 'Failed');
    const from = cluster.now();
    await cluster.runUntil(async () => {
      const [now] = (await podsOf(client)).filter(({ spec }) => spec.nodeName === node);
      return now !== undefined && now.metadata.uid !== pod.metadata.uid;
    }, 60_000);
    waits.push(Math.round((cluster.now() - from) / 1000));
  }
  return waits;
}

async function running(cluster: TestCluster): Promise<void> {
  await cluster.client.create(daemonSets, newSet());
  await cluster.advance(5_000);
}

async function messages(client: Client, reason: string): Promise<readonly string[]> {
  const { items } = await client.list(events, { namespace: 'default' });
  return items
    .filter((event) => event.reason === reason && event.involvedObject.name === ref.name)
    .map(({ type, message = '' }) => `${type} ${message}`);
}

test('pods that fail are replaced ever later, node by node, and a new template begins anew', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await running(cluster);
    assert.deepEqual(await failures(cluster, 'node-1', 5), [0, 1, 2, 4, 8]);
    assert.deepEqual(await failures(cluster, 'node-2', 2), [0, 1]);
    const failed = await podOn(client, 'node-1');
    await setPhase(client, failed, 'Failed');
    await cluster.advance(1_000);
    assert.equal(await numbers(client), '2 2 1 2 1 / 0', 'it is counted while it waits');
    await setImage(client, 'example.com/d:2');
    await cluster.advance(3_000);
    assert.notEqual((await podOn(client, 'node-1')).metadata.uid, failed.metadata.uid);
    assert.equal(imageOf(await podOn(client, 'node-1')), 'example.com/d:2');
  });
});

test('a pod that succeeded is replaced at once, every time, and that is told', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    await running(cluster);
    for (let n = 0; n < 3; n++) {
      const { metadata } = await setPhase(client, await podOn(client, 'node-1'), 'Succeeded');
      await cluster.advance(500);
      const text = `Found succeeded daemon pod default/${metadata.name} on node node-1, will try to delete it`;
      assert.equal((await messages(client, 'SucceededDaemonPod')).at(-1), `Normal ${text}`);
      assert.equal((await podsOf(client)).length, 1);
    }
    const { metadata } = await setPhase(client, await podOn(client, 'node-1'), 'Failed');
    await cluster.advance(500);
    const text = `Found failed daemon pod default/${metadata.name} on node node-1, will try to kill it`;
    assert.deepEqual(await messages(client, 'FailedDaemonPod'), [`Warning ${text}`]);
    assert.deepEqual(await told(client, ref.name), [
      'Normal SucceededDaemonPod',
      'Normal SuccessfulCreate',
      'Normal SuccessfulDelete',
      'Warning FailedDaemonPod',
    ]);
  });
});

for (const strategy of ['RollingUpdate', 'OnDelete']) {
  test(`with ${strategy} a pod that has ended is replaced, although a finalizer holds it`, async () => {
    await withCluster({ nodes: 1 }, async (cluster, client) => {
      const set = newSet({ updateStrategy: { type: strategy } });
      const { template } = set.spec;
      const metadata = { ...template.metadata, finalizers: ['example.com/hold'] };
      await client.create(daemonSets, { ...set, spec: { ...set.spec, template: { ...template, metadata } } });
      await cluster.advance(5_000);
      const held = await podOn(client, 'node-1');
      await setPhase(client, held, 'Succeeded');
      await cluster.advance(5_000);
      const after = await podsOf(client);
      const phases = after.map((pod: Pod) => `${pod.status.phase} ${pod.metadata.deletionTimestamp !== undefined}`);
      assert.deepEqual(phases.toSorted(), ['Running false', 'Succeeded true']);
      assert.equal(await numbers(client), '1 1 1 1 1 / 0');
      await client.patch(pods, held.metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
      await cluster.advance(5_000);
      assert.equal((await podsOf(client)).length, 1);
    });
  });
}
