import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { leases } from '#kinds/lease/lease.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

/** A Job whose one pod must not fail, unless it is taken away. */
const manifest = `
apiVersion: batch/v1
kind: Job
metadata: { name: j }
spec:
  backoffLimit: 0
  podFailurePolicy: { rules: [{ action: Ignore, onPodConditions: [{ type: DisruptionTarget }] }] }
  template:
    metadata: { annotations: { sampan.dev/simulate: '{"run":"1h"}' } }
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: busybox }]
`;

async function clusterWithJob(): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 2, seed: 'lost nodes' });
  await cluster.create(manifest);
  await cluster.advance(5_000);
  return cluster;
}

async function onlyPod(cluster: TestCluster): Promise<Pod> {
  const { items } = await cluster.client.list(pods, { namespace: 'default' });
  assert.equal(items.length, 1);
  return items[0] as Pod;
}

function job(cluster: TestCluster): Promise<Job> {
  return cluster.client.get(jobs, { namespace: 'default', name: 'j' });
}

test('a node that is deleted takes its lease and its pods along; the job goes on elsewhere, and nothing has failed', async () => {
  const cluster = await clusterWithJob();
  const { spec } = await onlyPod(cluster);
  const name = spec.nodeName ?? '';
  await cluster.loseNode(name);
  await cluster.client.delete(nodes, { name });
  await cluster.advance(100_000);
  const other = await onlyPod(cluster);
  assert.ok(other.status.phase === 'Running' && other.spec.nodeName !== name);
  const { active, failed, conditions } = (await job(cluster)).status;
  assert.deepEqual([active, failed, conditions], [1, undefined, undefined]);
  const { items } = await cluster.client.list(leases, { namespace: 'kube-node-lease' });
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    [other.spec.nodeName],
  );
  await cluster.stop();
});

test('a pod of a silent node is given up after five minutes, but replaced only when its node is given up too', async () => {
  const cluster = await clusterWithJob();
  const { metadata, spec } = await onlyPod(cluster);
  const name = spec.nodeName ?? '';
  await cluster.loseNode(name);
  await cluster.advance(400_000);
  const lost = await onlyPod(cluster);
  assert.ok(lost.metadata.deletionTimestamp !== undefined);
  assert.equal(findCondition(lost.status.conditions, 'DisruptionTarget')?.reason, 'DeletionByTaintManager');
  const { active, terminating, failed } = (await job(cluster)).status;
  assert.deepEqual([active, terminating, failed], [undefined, 1, undefined]);
  await cluster.client.delete(nodes, { name });
  await cluster.advance(100_000);
  const other = await onlyPod(cluster);
  assert.ok(other.metadata.uid !== metadata.uid && other.status.phase === 'Running');
  assert.equal((await job(cluster)).status.failed, undefined);
  await cluster.stop();
});
