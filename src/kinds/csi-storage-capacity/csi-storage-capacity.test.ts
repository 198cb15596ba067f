import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csiStorageCapacities } from '#kinds/csi-storage-capacity/csi-storage-capacity.ts';
import type { CSIStorageCapacity } from '#kinds/csi-storage-capacity/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = csiStorageCapacities;
const room = (body: object): CSIStorageCapacity => decoded(csiStorageCapacities, { storageClassName: 'bar', ...body });
const refused = (body: object): readonly string[] => lines(rules.validate?.(room(body)) ?? []);
const refusedChange = (body: object, old: object): readonly string[] =>
  lines(rules.validateUpdate?.(room(body), room(old)) ?? []);

test('room is for a class, and there is no less than none', () => {
  assert.deepEqual(refused({ nodeTopology: { matchLabels: { a: 'b' } }, capacity: '1Gi' }), []);
  assert.match(
    refused({ storageClassName: '' })[0] ?? '',
    /^storageClassName: Invalid value: "": a lowercase RFC 1123 /,
  );
  assert.deepEqual(refused({ capacity: '-1' }), ['capacity: Invalid value: "-1": must be greater than or equal to 0']);
  assert.deepEqual(refused({ nodeTopology: { matchExpressions: [{ key: 'a', operator: 'no-such-operator' }] } }), [
    'nodeTopology.matchExpressions[0].operator: Invalid value: "no-such-operator": not a valid selector operator',
  ]);
});

test('how much there is may change; for what and where, not', () => {
  assert.deepEqual(refusedChange({ capacity: '2', maximumVolumeSize: '1' }, {}), []);
  assert.deepEqual(
    refusedChange({ storageClassName: 'other', nodeTopology: { matchLabels: { b: 'c', a: 'b' } } }, {}),
    [
      'nodeTopology: Invalid value: {"matchLabels":{"a":"b","b":"c"}}: field is immutable',
      'storageClassName: Invalid value: "other": field is immutable',
    ],
  );
});

test('labels that nodes no longer carry are warned of', () => {
  const key = 'beta.kubernetes.io/arch';
  const body = { nodeTopology: { matchLabels: { [key]: 'x' }, matchExpressions: [{ key, operator: 'Exists' }] } };
  const [expression, label] = rules.warnings?.(room(body), undefined) ?? [];
  assert.match(expression ?? '', /^nodeTopology\.matchExpressions\[0\]\.key: beta\.kubernetes\.io\/arch is deprecated/);
  assert.match(label ?? '', /^nodeTopology\.matchLabels\.beta\.kubernetes\.io\/arch: deprecated/);
});

test('room as it is listed', () => {
  assert.deepEqual(table.cells(room({ capacity: '1Gi' }), 0), ['x', 'bar', '1Gi']);
  assert.deepEqual(table.cells(room({}), 0), ['x', 'bar', '<unset>']);
});
