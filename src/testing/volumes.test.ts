import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { createCluster } from '#testing/create-cluster.ts';

const namespace = 'default';
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const containers = [{ name: 'c', image: 'i', resources: {} }];

test('claims of the default class get volumes on the node of their pod, and hold on while they are used', async () => {
  const cluster = await createCluster({ nodes: 2 });
  const { client } = cluster;
  const claim = { namespace, name: 'data' };
  await client.create(persistentVolumeClaims, { metadata: claim, spec: claimSpec });
  await cluster.advance(5_000);
  assert.equal((await client.get(persistentVolumeClaims, claim)).status.phase, 'Pending');
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  await client.create(pods, { metadata: { namespace, name: 'first' }, spec: { containers, volumes } });
  await cluster.advance(30_000);
  const bound = await client.get(persistentVolumeClaims, claim);
  const first = await client.get(pods, { namespace, name: 'first' });
  assert.deepEqual([bound.status.phase, first.status.phase], ['Bound', 'Running']);
  await client.create(pods, { metadata: { namespace, name: 'second' }, spec: { containers, volumes } });
  await cluster.advance(30_000);
  assert.equal((await client.get(pods, { namespace, name: 'second' })).spec.nodeName, first.spec.nodeName);

  await client.delete(persistentVolumeClaims, claim);
  await client.delete(pods, { namespace, name: 'first' });
  await cluster.advance(60_000);
  assert.equal((await client.list(persistentVolumeClaims, { namespace })).items.length, 1, 'the second still uses it');
  await client.delete(pods, { namespace, name: 'second' });
  await cluster.advance(60_000);
  assert.deepEqual((await client.list(persistentVolumeClaims, { namespace })).items, []);
  assert.deepEqual((await client.list(persistentVolumes)).items, []);
  await cluster.stop();
});

test('the claim of an ephemeral volume comes and goes with its pod', async () => {
  const cluster = await createCluster();
  const { client } = cluster;
  const ephemeral = { volumeClaimTemplate: { metadata: { labels: { app: 'x' } }, spec: claimSpec } };
  const spec = { containers, volumes: [{ name: 'scratch', ephemeral }] };
  await client.create(pods, { metadata: { namespace, name: 'p' }, spec });
  await cluster.advance(30_000);
  assert.equal((await client.get(pods, { namespace, name: 'p' })).status.phase, 'Running');
  const claim = await client.get(persistentVolumeClaims, { namespace, name: 'p-scratch' });
  assert.deepEqual([claim.status.phase, claim.metadata.labels], ['Bound', { app: 'x' }]);
  await client.delete(pods, { namespace, name: 'p' });
  await cluster.advance(120_000);
  assert.deepEqual((await client.list(persistentVolumeClaims, { namespace })).items, []);
  assert.deepEqual((await client.list(persistentVolumes)).items, []);
  await cluster.stop();
});
