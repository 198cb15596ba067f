import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { decoded } from '#kinds/test-objects.ts';
import { planProvision, planReclaim, provisioner, volumeFinalizer } from './plan.ts';

const late = decoded(storageClasses, {
  metadata: { name: 'standard' },
  provisioner,
  volumeBindingMode: 'WaitForFirstConsumer',
});
const atOnce = decoded(storageClasses, { metadata: { name: 'now' }, provisioner });

function claim(spec: object = {}, node?: string): PersistentVolumeClaim {
  return decoded(persistentVolumeClaims, {
    metadata: {
      ...{ name: 'data', namespace: 'ns', uid: 'u' },
      ...(node && { annotations: { 'volume.kubernetes.io/selected-node': node } }),
    },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec },
  });
}

function node(name: string, ready = 'True'): Node {
  return decoded(nodes, {
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': `${name}.example` },
      annotations: { 'sampan.dev/volume-directory': `/data/${name}` },
    },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
}

test('a volume is a directory of the node that was chosen, and can be reached there alone', () => {
  const plan = planProvision(claim({}, 'b'), late, [node('a'), node('b')]);
  assert.ok(plan.to === 'create');
  const { metadata, spec } = plan.volume;
  assert.equal(metadata.name, 'pvc-u');
  assert.deepEqual(metadata.finalizers, [volumeFinalizer]);
  assert.deepEqual(spec.hostPath, { path: '/data/b/pvc-u', type: 'DirectoryOrCreate' });
  assert.deepEqual(spec.capacity, { storage: '2Gi' });
  assert.equal(spec.claimRef?.uid, 'u');
  assert.deepEqual(spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values, ['b.example']);
});

test('nothing is made before its node is known, for others or twice', () => {
  assert.equal(planProvision(claim(), late, [node('a')]).to, 'wait');
  assert.equal(planProvision(claim({ volumeName: 'v' }, 'a'), late, [node('a')]).to, 'wait');
  const other = decoded(storageClasses, { metadata: { name: 'x' }, provisioner: 'example.org/disks' });
  assert.equal(planProvision(claim({}, 'a'), other, [node('a')]).to, 'wait');
  assert.equal(planProvision(claim({}, 'a'), undefined, [node('a')]).to, 'wait');
});

test('a class that does not wait takes the first node that is ready', () => {
  const plan = planProvision(claim(), atOnce, [node('c'), node('a', 'False'), node('b')]);
  assert.equal(plan.to === 'create' ? plan.volume.spec.hostPath?.path : plan.to, '/data/b/pvc-u');
  assert.equal(planProvision(claim(), atOnce, []).to, 'refuse');
});

test('what a directory cannot be is refused; a node that is gone gives way to another', () => {
  const refusal = (spec: object, chosen = 'a'): unknown => {
    const plan = planProvision(claim(spec, chosen), late, [node('a')]);
    return plan.to === 'refuse' ? [plan.message, plan.reschedule] : plan.to;
  };
  const failed = 'failed to provision volume with StorageClass "standard": ';
  assert.deepEqual(refusal({ volumeMode: 'Block' }), [`${failed}a directory is no block device`, false]);
  assert.deepEqual(refusal({}, 'gone'), [`${failed}node "gone" not found`, true]);
});

test('a directory goes when nobody claims it any more, unless it is to be kept', () => {
  const reclaim = (policy: string, phase: string, metadata: object = {}): unknown => {
    const annotations = { 'pv.kubernetes.io/provisioned-by': provisioner };
    const plan = planProvision(claim({}, 'a'), late, [node('a')]);
    assert.ok(plan.to === 'create');
    const volume: PersistentVolume = decoded(persistentVolumes, {
      metadata: { ...plan.volume.metadata, annotations, ...metadata },
      spec: { ...plan.volume.spec, persistentVolumeReclaimPolicy: policy },
      status: { phase },
    });
    const made = planReclaim(volume);
    return made.to === 'delete' ? `delete on ${made.hostname}` : made.to;
  };
  const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  assert.equal(reclaim('Delete', 'Bound'), 'keep');
  assert.equal(reclaim('Delete', 'Bound', deleted), 'keep');
  assert.equal(reclaim('Delete', 'Released'), 'delete on a.example');
  assert.equal(reclaim('Delete', 'Available', deleted), 'delete on a.example');
  assert.equal(reclaim('Retain', 'Released'), 'keep');
  assert.equal(reclaim('Retain', 'Released', deleted), 'let-go');
  assert.equal(reclaim('Delete', 'Released', { annotations: {} }), 'keep');
});
