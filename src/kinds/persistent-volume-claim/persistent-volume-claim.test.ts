import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const sized = (storage: string): object => ({ requests: { storage } });
const good = { accessModes: ['ReadWriteOnce'], resources: sized('1Gi') };

function claim(spec: object = {}, more: object = {}): PersistentVolumeClaim {
  return decoded(persistentVolumeClaims, { spec: { ...good, ...spec }, ...more });
}

function refused(spec: object): readonly string[] {
  return lines(persistentVolumeClaims.rules.validate?.(decoded(persistentVolumeClaims, { spec })) ?? []);
}

function refusedChange(now: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly string[] {
  return lines(persistentVolumeClaims.rules.validateUpdate?.(now, old) ?? []);
}

const bound = { status: { phase: 'Bound', capacity: { storage: '1Gi' } } };
const fixed =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

test('a claim says how much and how', () => {
  assert.deepEqual(refused(good), []);
  assert.deepEqual(refused({}), [
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.resources[storage]: Required value',
  ]);
  assert.deepEqual(
    refused({ ...good, resources: sized('-1'), volumeMode: 'x', selector: { matchLabels: { a: 'b c' } } }),
    [
      `spec.selector.matchLabels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      'spec.resources[storage]: Invalid value: "-1": must be greater than zero',
      'spec.volumeMode: Unsupported value: "x": supported values: "Block", "Filesystem"',
    ],
  );
});

test('a claim that is filled from something says so in both ways', () => {
  const of = (spec: object): PersistentVolumeClaim => created(persistentVolumeClaims, { spec: { ...good, ...spec } });
  const source = { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'a' };
  assert.deepEqual(of({ dataSource: source }).spec.dataSourceRef, source);
  assert.deepEqual(of({ dataSourceRef: source }).spec.dataSource, source);
  assert.equal(of({ dataSource: { ...source, kind: 'Pod' } }).spec.dataSource, undefined);
  assert.deepEqual(refused({ ...good, dataSource: source, dataSourceRef: { ...source, name: 'b' } }), [
    'spec: Invalid value: "spec.dataSource": must match dataSourceRef',
  ]);
  assert.deepEqual(refused({ ...good, dataSourceRef: { apiGroup: '', kind: 'Pod', name: '' } }), [
    'spec.dataSourceRef.name: Required value',
    `spec.dataSourceRef: Invalid value: "Pod": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
  ]);
});

test('a claim stays what it is', () => {
  assert.deepEqual(refusedChange(claim({ accessModes: ['ReadWriteMany'] }), claim()), [
    `spec: Forbidden: ${fixed}
@@ -1,6 +1,6 @@
 {
  "AccessModes": [
-  "ReadWriteOnce"
+  "ReadWriteMany"
  ],
  "Selector": null,
  "Resources": {
`,
  ]);
  assert.deepEqual(refusedChange(claim({ resources: sized('2Gi') }), claim()), [
    `spec: Forbidden: ${fixed}
@@ -6,7 +6,7 @@
  "Resources": {
   "Limits": null,
   "Requests": {
-   "storage": "1Gi"
+   "storage": "2Gi"
   }
  },
  "VolumeName": "",
`,
  ]);
  assert.deepEqual(
    refusedChange(claim({ volumeMode: 'Block' }), claim()).at(-1),
    'volumeMode: Invalid value: "Block": field is immutable',
  );
});

test('a claim gets its volume once, and its class once if it had none', () => {
  assert.deepEqual(refusedChange(claim({ volumeName: 'v' }), claim()), []);
  assert.equal(refusedChange(claim({ volumeName: 'w' }), claim({ volumeName: 'v' })).length, 1);
  assert.deepEqual(refusedChange(claim({ storageClassName: 'fast' }), claim()), []);
  assert.equal(refusedChange(claim({ storageClassName: 'fast' }), claim({ storageClassName: '' })).length, 1);
  const annotated = { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'fast' } } };
  assert.deepEqual(refusedChange(claim({ storageClassName: 'fast' }), claim({}, annotated)), []);
  assert.equal(refusedChange(claim({ storageClassName: 'slow' }, annotated), claim({}, annotated)).length, 1);
  assert.deepEqual(refusedChange(claim(), claim({}, annotated)), [
    'metadata.volume.beta.kubernetes.io/storage-class: Invalid value: "": field is immutable',
  ]);
});

test('a claim that is bound may ask for more, not for less than it has', () => {
  const asking = (storage: string): PersistentVolumeClaim => claim({ resources: sized(storage) }, bound);
  assert.deepEqual(refusedChange(asking('2Gi'), asking('1Gi')), []);
  assert.deepEqual(refusedChange(asking('512Mi'), asking('1Gi')), [
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
  ]);
  assert.deepEqual(refusedChange(asking('2Gi'), asking('3Gi')), []);
});

test('a status is about storage', () => {
  const status = (more: object): readonly string[] =>
    lines(persistentVolumeClaims.rules.validateStatusUpdate?.(claim({}, { status: more }), claim()) ?? []);
  assert.deepEqual(status({ phase: 'Bound', capacity: { storage: '1Gi' } }), []);
  assert.deepEqual(status({ allocatedResources: { cpu: '1' }, capacity: { storage: '-1' } }), [
    'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
  ]);
  assert.deepEqual(
    status({
      allocatedResources: { cpu: '-1', storage: '-2' },
      allocatedResourceStatuses: { cpu: 'NodeResizePending' },
    }),
    [
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"',
      'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
      'status.allocatedResources[storage]: Invalid value: -2: must be a valid resource quantity',
    ],
  );
});

test('claims as they are listed', () => {
  const row = (spec: object, more: object): readonly unknown[] =>
    persistentVolumeClaims.table.cells(claim(spec, more), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(row({ storageClassName: 'fast' }, {}), [
    'x',
    'Pending',
    '',
    '',
    '',
    'fast',
    '<unset>',
    '60m',
    'Filesystem',
  ]);
  const status = { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadOnlyMany'] };
  assert.deepEqual(row({ volumeName: 'v' }, { status }).slice(1, 5), ['Bound', 'v', '2Gi', 'ROX']);
});

test('a claim on a part of a byte, or with its class in an annotation, is told of', () => {
  const annotations = { 'volume.beta.kubernetes.io/storage-class': 'fast' };
  const odd = claim({ resources: sized('100m') }, { metadata: { name: 'c', namespace: 'default', annotations } });
  assert.deepEqual(persistentVolumeClaims.rules.warnings?.(claim(), undefined), []);
  assert.deepEqual(persistentVolumeClaims.rules.warnings?.(odd, undefined), [
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer',
  ]);
});

test('a class of attributes that is in force gives way to another one only', () => {
  const inForce = { status: { phase: 'Bound', currentVolumeAttributesClassName: 'gold' } };
  const refusedClass = (now: string | undefined, more: object) =>
    refusedChange(
      claim(now === undefined ? {} : { volumeAttributesClassName: now }, more),
      claim({ volumeAttributesClassName: 'gold' }, more),
    );
  const text = (what: string) =>
    `spec.volumeAttributesClassName: Forbidden: update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  assert.deepEqual(refusedClass('silver', inForce), []);
  assert.deepEqual(refusedClass(undefined, inForce).slice(-1), [text('nil')]);
  assert.deepEqual(refusedClass('', inForce), [text('empty string')]);
  assert.deepEqual(refusedClass('', { status: { phase: 'Bound' } }), []);
});
