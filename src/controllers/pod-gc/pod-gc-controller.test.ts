import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'pod-gc' });
});
afterEach(() => cluster.stop());

/** A pod that runs for an hour, held by a finalizer so that its end can be looked at. */
async function makePod(name: string, spec: { readonly [field: string]: unknown } = {}): Promise<Pod> {
  const annotations = { 'sampan.dev/simulate': '{"run":"1h"}' };
  const metadata = { namespace: 'default', name, annotations, finalizers: ['example.com/hold'] };
  const containers = [{ name: 'main', image: 'example.com/app:1' }];
  return cluster.client.create(pods, { metadata, spec: { containers, ...spec } } as never);
}

function podOf(name: string): Promise<Pod> {
  return cluster.client.get(pods, { namespace: 'default', name });
}

test('pods of a node that is gone are failed and deleted, a minute after it', async () => {
  await makePod('p');
  await cluster.advance(5_000);
  assert.equal((await podOf('p')).status.phase, 'Running');
  await cluster.loseNode('node-1');
  await cluster.client.delete(nodes, { name: 'node-1' });
  await cluster.advance(39_000);
  assert.equal((await podOf('p')).metadata.deletionTimestamp, undefined, 'not before 40 s');
  await cluster.advance(42_000);
  const { metadata, status } = await podOf('p');
  assert.ok(metadata.deletionTimestamp !== undefined);
  assert.equal(status.phase, 'Failed');
  const disruption = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  assert.equal(disruption?.reason, 'DeletionByPodGC');
  assert.equal(disruption?.message, 'PodGC: node no longer exists');
  assert.equal(disruption?.observedGeneration, 1);
});

test('a node that comes back within 40 s keeps its pods', async () => {
  await makePod('p');
  await cluster.advance(5_000);
  const { metadata, spec } = await cluster.client.get(nodes, { name: 'node-1' });
  await cluster.loseNode('node-1');
  await cluster.client.delete(nodes, { name: 'node-1' });
  await cluster.advance(25_000);
  await cluster.client.create(nodes, { metadata: { name: metadata.name, labels: metadata.labels ?? {} }, spec });
  await cluster.advance(60_000);
  assert.equal((await podOf('p')).metadata.deletionTimestamp, undefined);
});

test('a deleted pod that no node ever had is let go', async () => {
  await makePod('p', { nodeSelector: { nowhere: 'at-all' } });
  await cluster.advance(1_000);
  await cluster.client.delete(pods, { namespace: 'default', name: 'p' });
  await cluster.advance(25_000);
  const { metadata, status } = await podOf('p');
  assert.equal(metadata.deletionGracePeriodSeconds, 0);
  assert.deepEqual([status.phase, status.observedGeneration], ['Failed', 2], 'as it was after its deletion');
});
