import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const good = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } };

function volume(spec: object = {}, more: object = {}): PersistentVolume {
  return decoded(persistentVolumes, { spec: { ...good, ...spec }, ...more });
}

function refused(spec: object): readonly string[] {
  return lines(persistentVolumes.rules.validate?.(decoded(persistentVolumes, { spec })) ?? []);
}

function refusedChange(spec: object, old: object): readonly string[] {
  return lines(persistentVolumes.rules.validateUpdate?.(volume(spec), volume(old)) ?? []);
}

const affinity = (values: readonly string[]): object => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }] },
});

test('a volume says little and reads back complete', () => {
  const { spec, status } = created(persistentVolumes, { spec: good, status: { phase: 'Bound' } });
  assert.deepEqual(spec, {
    ...good,
    hostPath: { path: '/data', type: '' },
    persistentVolumeReclaimPolicy: 'Retain',
    volumeMode: 'Filesystem',
  });
  assert.deepEqual(status, { phase: 'Pending', lastPhaseTransitionTime: '1970-01-01T00:00:00Z' });
});

test('a volume needs a size, a way to be mounted and one place', () => {
  assert.deepEqual(refused(good), []);
  assert.deepEqual(refused({}), [
    'spec.accessModes: Required value',
    'spec.capacity: Required value',
    'spec.capacity: Unsupported value: null: supported values: "storage"',
    'spec: Required value: must specify a volume type',
  ]);
  assert.deepEqual(refused({ ...good, nfs: { server: 's', path: '/p' }, accessModes: ['RWO', 'ReadWriteOncePod'] }), [
    'spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    'spec.nfs: Forbidden: may not specify more than 1 volume type',
  ]);
  assert.deepEqual(
    refused({ ...good, capacity: { storage: '0' }, accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] }),
    [
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
    ],
  );
});

test('a local volume says which nodes have it, and no one recycles a whole disk', () => {
  const { hostPath: _path, ...rest } = good;
  assert.deepEqual(refused({ ...rest, local: { path: '/a/../b' } }), [
    `spec.local.path: Invalid value: "/a/../b": must not contain '..'`,
    'spec.nodeAffinity: Required value: Local volume requires node affinity',
  ]);
  assert.deepEqual(refused({ ...rest, local: { path: '/a' }, nodeAffinity: affinity(['n']) }), []);
  assert.deepEqual(refused({ ...good, nodeAffinity: {} }), [
    'spec.nodeAffinity.required: Required value: must specify required node constraints',
  ]);
  assert.deepEqual(refused({ ...good, hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' }), [
    "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
  ]);
});

test('words that mean nothing are refused with those that do', () => {
  assert.deepEqual(
    refused({ ...good, persistentVolumeReclaimPolicy: 'Keep', volumeMode: 'File', storageClassName: 'A' }),
    [
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"',
      `spec.storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'spec.volumeMode: Unsupported value: "File": supported values: "Block", "Filesystem"',
    ],
  );
  const { hostPath: _path, ...rest } = good;
  assert.deepEqual(refused({ ...rest, csi: { driver: '', volumeHandle: '', nodePublishSecretRef: { name: 's' } } }), [
    'spec.csi.driver: Required value',
    'spec.csi.volumeHandle: Required value',
    'spec.csi.nodePublishSecretRef.namespace: Required value',
  ]);
  assert.deepEqual(refused({ ...good, volumeAttributesClassName: 'gold' }), [
    'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
  ]);
});

test('where the data is stays', () => {
  assert.deepEqual(refusedChange({ storageClassName: 'slow', capacity: { storage: '2Gi' } }, {}), []);
  assert.deepEqual(refusedChange({ hostPath: { path: '/other' } }, {}), [
    'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n- hostPath.path: "/data"\n+ hostPath.path: "/other"',
  ]);
  assert.deepEqual(refusedChange({ volumeMode: 'Block' }, {}), [
    'volumeMode: Invalid value: "Block": field is immutable',
  ]);
  assert.deepEqual(refusedChange({ nodeAffinity: affinity(['n']) }, {}), []);
  assert.match(
    refusedChange({}, { nodeAffinity: affinity(['n']) })[0] ?? '',
    /^nodeAffinity: .* field is immutable, except for updating from beta label to GA$/,
  );
});

test('a driver may be given its secret for making a volume larger, once', () => {
  const { hostPath: _path, ...rest } = good;
  const csi = (more: object): object => ({
    ...rest,
    hostPath: undefined,
    csi: { driver: 'd', volumeHandle: 'h', ...more },
  });
  const secret = (name: string): object => ({ controllerExpandSecretRef: { name, namespace: 'ns' } });
  assert.deepEqual(refusedChange(csi(secret('a')), csi({})), []);
  assert.equal(refusedChange(csi(secret('b')), csi(secret('a'))).length, 1);
});

test('a phase carries the time it began', () => {
  const old = volume({}, { status: { phase: 'Available', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' } });
  const after = (status: object): unknown => {
    const draft = structuredClone(volume({}, { status })) as Draft<PersistentVolume>;
    persistentVolumes.rules.prepareStatusUpdate?.(draft, old, { now: Date.parse('2026-02-02T00:00:00Z') } as never);
    return draft.status.lastPhaseTransitionTime;
  };
  assert.equal(after({ phase: 'Bound', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' }), '2026-02-02T00:00:00Z');
  assert.equal(after({ phase: 'Bound', lastPhaseTransitionTime: '2026-01-31T00:00:00Z' }), '2026-01-31T00:00:00Z');
  assert.equal(after({ phase: 'Available', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' }), '2026-01-01T00:00:00Z');
});

test('volumes as they are listed', () => {
  const row = (more: object, spec: object = {}): readonly unknown[] =>
    persistentVolumes.table.cells(volume(spec, more), Date.parse('2026-01-01T01:00:00Z'));
  const claimRef = { namespace: 'ns', name: 'data' };
  assert.deepEqual(row({ status: { phase: 'Bound' } }, { claimRef, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] }), [
    'x',
    '1Gi',
    'RWO,RWX',
    'Retain',
    'Bound',
    'ns/data',
    '',
    '<unset>',
    '',
    '60m',
    'Filesystem',
  ]);
  assert.equal(row({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })[4], 'Terminating');
});

test('a volume that recycles, or lies on storage of old, is told of', () => {
  const annotations = { 'volume.beta.kubernetes.io/mount-options': 'ro' };
  const matchExpressions = [{ key: 'beta.kubernetes.io/os', operator: 'Exists' }];
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } };
  const old = volume(
    { persistentVolumeReclaimPolicy: 'Recycle', nodeAffinity, glusterfs: { endpoints: 'e', path: 'p' } },
    { metadata: { name: 'v', annotations } },
  );
  assert.deepEqual(persistentVolumes.rules.warnings?.(volume(), undefined), []);
  assert.deepEqual(persistentVolumes.rules.warnings?.(old, undefined), [
    'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
    'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+',
  ]);
});

test('a change is looked at twice, and labels of nodes may be brought up to date', () => {
  const required = 'spec.accessModes: Required value';
  assert.deepEqual(refusedChange({ accessModes: [] }, {}), [required, required]);
  const by = (key: string) => ({
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] } },
  });
  assert.deepEqual(refusedChange(by('topology.kubernetes.io/zone'), by('failure-domain.beta.kubernetes.io/zone')), []);
  assert.equal(refusedChange(by('kubernetes.io/os'), by('failure-domain.beta.kubernetes.io/zone')).length, 1);
  assert.deepEqual(refused({ ...good, capacity: { storage: '-1500m' } }), [
    'spec.capacity[storage]: Invalid value: -2: must be a valid resource quantity',
    'spec.capacity[storage]: Invalid value: "-1500m": must be greater than zero',
  ]);
});
