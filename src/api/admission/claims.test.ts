import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';

function claim({ client }: Harness, name: string, storage = '1Gi', more: object = {}): Promise<PersistentVolumeClaim> {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more };
  return client.create(persistentVolumeClaims, { metadata: { name, namespace }, spec });
}

async function defaultClass({ client }: Harness, name: string, more: object = {}): Promise<void> {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await client.create(storageClasses, { metadata: { name, annotations }, provisioner: 'example.org/disks', ...more });
}

test('claims and volumes are held while they are in use', async () => {
  const harness = await Harness.start();
  assert.deepEqual((await claim(harness, 'a')).metadata.finalizers, ['kubernetes.io/pvc-protection']);
  const volume = await harness.client.create(persistentVolumes, {
    metadata: { name: 'v' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/d' } },
  });
  assert.deepEqual(volume.metadata.finalizers, ['kubernetes.io/pv-protection']);
});

test('a claim that leaves its class open gets the newest default one', async () => {
  const harness = await Harness.start();
  assert.equal((await claim(harness, 'before')).spec.storageClassName, undefined);
  await defaultClass(harness, 'old');
  await harness.clock.advance(5_000);
  await defaultClass(harness, 'new');
  assert.equal((await claim(harness, 'a')).spec.storageClassName, 'new');
  assert.equal((await claim(harness, 'b', '1Gi', { storageClassName: '' })).spec.storageClassName, '');
});

test('a claim asks for more only once it is bound, and where volumes can grow', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await defaultClass(harness, 'fixed');
  await defaultClass(harness, 'growing', { allowVolumeExpansion: true });
  const grow = (name: string): Promise<PersistentVolumeClaim> => {
    const body = { spec: { resources: { requests: { storage: '2Gi' } } } };
    return client.patch(persistentVolumeClaims, { namespace, name }, { type: 'merge', body });
  };
  const bind = (name: string): Promise<PersistentVolumeClaim> =>
    client.patch(
      persistentVolumeClaims,
      { namespace, name },
      { type: 'merge', body: { status: { phase: 'Bound', capacity: { storage: '1Gi' } } } },
      { subresource: 'status' },
    );
  for (const name of ['fixed', 'growing']) {
    await claim(harness, name, '1Gi', { storageClassName: name });
    await bind(name);
  }
  assert.match(
    (await refusal(grow('fixed'))).message,
    /^persistentvolumeclaims "fixed" is forbidden: only dynamically provisioned pvc can be resized /,
  );
  assert.equal((await grow('growing')).spec.resources.requests?.storage, '2Gi');
});

test('limits and quotas hold for claims', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await client.create(limitRanges, {
    metadata: { name: 'l', namespace },
    spec: { limits: [{ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } }] },
  });
  const forbidden = (name: string, why: string): string => `persistentvolumeclaims "${name}" is forbidden: ${why}`;
  assert.equal(
    (await refusal(claim(harness, 'small', '1Mi'))).message,
    forbidden('small', 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi'),
  );
  assert.equal(
    (await refusal(claim(harness, 'large', '9Gi'))).message,
    forbidden('large', 'maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 9Gi'),
  );
  const hard = { 'requests.storage': '6Gi', 'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '1' };
  await client.create(resourceQuotas, { metadata: { name: 'q', namespace }, spec: { hard } });
  const used = { 'requests.storage': '0', 'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '0' };
  const body = { status: { hard, used } };
  await client.patch(resourceQuotas, { namespace, name: 'q' }, { type: 'merge', body }, { subresource: 'status' });
  await claim(harness, 'a', '4Gi', { storageClassName: 'fast' });
  assert.equal(
    (await refusal(claim(harness, 'b', '4Gi'))).message,
    forbidden(
      'b',
      'exceeded quota: q, requested: requests.storage=4Gi, used: requests.storage=4Gi, limited: requests.storage=6Gi',
    ),
  );
  assert.match((await refusal(claim(harness, 'c', '1Gi', { storageClassName: 'fast' }))).message, /fast\.storageclass/);
});
