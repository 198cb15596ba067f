import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { events } from '#kinds/event/event.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const namespace = 'default';
const claim = { namespace, name: 'p-scratch' };
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const metadata = { labels: { app: 'x' }, annotations: { note: 'y' } };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'ephemeral', nodes: 0 });
});
afterEach(() => cluster.stop());

function createPod(): Promise<unknown> {
  const volumes = [
    { name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata, spec: claimSpec } } },
    { name: 'plain', emptyDir: {} },
  ];
  const spec = { containers: [{ name: 'c', image: 'i', resources: {} }], volumes };
  return cluster.client.create(pods, { metadata: { namespace, name: 'p' }, spec });
}

test('a pod that waits for a node has its claim already: labelled as the template says, and owned by the pod', async () => {
  await createPod();
  await cluster.advance(1_000);
  const made = await cluster.client.get(persistentVolumeClaims, claim);
  assert.deepEqual([made.metadata.labels, made.metadata.annotations?.note], [metadata.labels, 'y']);
  assert.deepEqual(
    made.metadata.ownerReferences?.map(({ kind, name, controller }) => [kind, name, controller]),
    [['Pod', 'p', true]],
  );
  assert.equal((await cluster.client.list(persistentVolumeClaims, { namespace })).items.length, 1);
});

test('a claim of that name that is not the pod’s own is left alone, and said to be in the way until it goes', async () => {
  await cluster.client.create(persistentVolumeClaims, { metadata: claim, spec: claimSpec });
  await createPod();
  await cluster.advance(1_000);
  const told = (await cluster.client.list(events, { namespace })).items.find(
    ({ reason }) => reason === 'FailedBinding',
  );
  assert.deepEqual(
    told?.message,
    'ephemeral volume scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)',
  );
  assert.equal((await cluster.client.get(persistentVolumeClaims, claim)).metadata.ownerReferences, undefined);
});

test('a claim that somebody deletes is made again while the pod lives', async () => {
  await createPod();
  await cluster.advance(1_000);
  const before = await cluster.client.get(persistentVolumeClaims, claim);
  await cluster.client.delete(persistentVolumeClaims, claim);
  await cluster.advance(1_000);
  const after = await cluster.client.get(persistentVolumeClaims, claim);
  assert.notEqual(after.metadata.uid, before.metadata.uid);
});
