import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';
import { protectedMetadata } from './volume-protection-controller.ts';

const namespace = 'default';
const claim = { namespace, name: 'data' };
const volume = { name: 'disk' };
const storage = { storage: '1Gi' };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'protection', nodes: 0 });
  const { client } = cluster;
  const accessModes = ['ReadWriteOnce'];
  const hostPath = { path: '/srv/disk' };
  await client.create(persistentVolumes, {
    metadata: volume,
    spec: { accessModes, capacity: storage, hostPath, storageClassName: '' },
  });
  await client.create(persistentVolumeClaims, {
    metadata: claim,
    spec: { accessModes, resources: { requests: storage }, storageClassName: '' },
  });
  await cluster.advance(20_000);
});
afterEach(() => cluster.stop());

/** Deletes it and says whether it is still there some time later. */
async function survives(resource: typeof persistentVolumes | typeof persistentVolumeClaims, ref: { name: string }) {
  const of = resource as typeof persistentVolumes;
  await cluster.client.delete(of, ref);
  return isThere(of, ref);
}

async function isThere(resource: typeof persistentVolumes, ref: { name: string }): Promise<boolean> {
  await cluster.advance(5_000);
  try {
    await cluster.client.get(resource, ref);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

test('a volume that a claim is bound to is kept until it is no more', async () => {
  assert.equal((await cluster.client.get(persistentVolumeClaims, claim)).status.phase, 'Bound');
  assert.equal(await survives(persistentVolumes, volume), true);
  assert.equal(await survives(persistentVolumeClaims, claim), false);
  assert.equal(await isThere(persistentVolumes, volume), false);
});

test('a claim is kept while a pod on a node uses it, though the pod has ended', async () => {
  const { client } = cluster;
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: claim.name } }];
  const containers = [{ name: 'c', image: 'i', resources: {} }];
  const pod = { namespace, name: 'user' };
  await client.create(pods, { metadata: pod, spec: { nodeName: 'far', containers, volumes } });
  await client.patch(pods, pod, { type: 'merge', body: { status: { phase: 'Succeeded' } } }, { subresource: 'status' });
  assert.equal(await survives(persistentVolumeClaims, claim), true);
  await client.delete(pods, pod, { gracePeriodSeconds: 0 });
  assert.equal(await isThere(persistentVolumeClaims as unknown as typeof persistentVolumes, claim), false);
});

test('a pod without a node keeps no claim', async () => {
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: claim.name } }];
  const containers = [{ name: 'c', image: 'i', resources: {} }];
  await cluster.client.create(pods, { metadata: { namespace, name: 'waits' }, spec: { containers, volumes } });
  assert.equal(await survives(persistentVolumeClaims, claim), false);
});

test('the finalizer is added to what lives and taken from what goes, and others stay', () => {
  const of = (finalizers?: readonly string[], deletionTimestamp?: string): readonly string[] | undefined => {
    const metadata = {
      name: 'x',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '',
      ...(finalizers && { finalizers }),
      ...(deletionTimestamp && { deletionTimestamp }),
    };
    const object: KubeObject = { kind: 'PersistentVolume', apiVersion: 'v1', metadata };
    return protectedMetadata(object, 'f', () => false)?.finalizers;
  };
  assert.deepEqual(of(), ['f']);
  assert.deepEqual(of(['other']), ['other', 'f']);
  assert.equal(of(['f']), undefined);
  assert.deepEqual(of(['f', 'other'], '2026-01-01T00:00:00Z'), ['other']);
  assert.equal(of(['other'], '2026-01-01T00:00:00Z'), undefined);
});
