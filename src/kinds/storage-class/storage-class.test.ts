import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const good = { provisioner: 'example.org/disks' };

function refused(body: object): readonly string[] {
  return lines(storageClasses.rules.validate?.(decoded(storageClasses, { ...body })) ?? []);
}

function refusedChange(now: object, old: object): readonly string[] {
  const [after, before] = [now, old].map((body) => decoded(storageClasses, { ...good, ...body }));
  assert.ok(after !== undefined && before !== undefined);
  return lines(storageClasses.rules.validateUpdate?.(after, before) ?? []);
}

test('a class says who makes its volumes; the rest has defaults', () => {
  assert.deepEqual(refused(good), []);
  const { reclaimPolicy, volumeBindingMode } = decoded(storageClasses, good);
  assert.deepEqual([reclaimPolicy, volumeBindingMode], ['Delete', 'Immediate']);
  assert.deepEqual(refused({ provisioner: '', reclaimPolicy: 'Recycle', volumeBindingMode: 'Later' }), [
    'provisioner: Required value',
    'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
  ]);
  assert.deepEqual(refused({ ...good, parameters: { '': 'x' } }), [
    'parameters: Invalid value: "": field can not be empty.',
  ]);
});

test('places are named once and with values', () => {
  const term = (...values: string[]): object => ({ matchLabelExpressions: [{ key: 'zone', values }] });
  assert.deepEqual(refused({ ...good, allowedTopologies: [term('a'), term('b')] }), []);
  assert.deepEqual(refused({ ...good, allowedTopologies: [term('a', 'b'), term('b', 'a')] }), [
    'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
  ]);
  assert.deepEqual(refused({ ...good, allowedTopologies: [term(), term('a', 'a')] }), [
    'allowedTopologies[0].matchLabelExpressions[0].values: Required value',
    'allowedTopologies[1].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
  ]);
  const empty = (index: number) => `allowedTopologies[${index}].matchLabelExpressions: Duplicate value: ""`;
  assert.deepEqual(refused({ ...good, allowedTopologies: [{}, {}] }), [
    ...[empty(0), empty(0)],
    ...[empty(1), empty(1), empty(1)],
  ]);
});

test('a class stays what it is, except for what it allows later', () => {
  assert.deepEqual(refusedChange({ allowVolumeExpansion: true, mountOptions: ['ro'] }, {}), []);
  assert.deepEqual(
    refusedChange(
      { provisioner: 'b', parameters: { a: '1' }, reclaimPolicy: 'Retain', volumeBindingMode: 'WaitForFirstConsumer' },
      {},
    ),
    [
      'parameters: Invalid value: {"a":"1"}: field is immutable',
      'provisioner: Invalid value: "b": field is immutable',
      'reclaimPolicy: Invalid value: "Retain": field is immutable',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ],
  );
});

test('the default class is marked where classes are listed', () => {
  const row = (metadata: object): readonly unknown[] =>
    storageClasses.table.cells(decoded(storageClasses, { ...good, metadata }), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(row({}), ['x', 'example.org/disks', 'Delete', 'Immediate', false, '60m']);
  assert.equal(row({ annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } })[0], 'x (default)');
});

test('a change is judged as a new class is, and old labels of nodes are warned of', () => {
  assert.deepEqual(refusedChange({ provisioner: '' }, { provisioner: '' }), ['provisioner: Required value']);
  const matchLabelExpressions = [{ key: 'beta.kubernetes.io/os', values: ['linux'] }];
  const old = decoded(storageClasses, { ...good, allowedTopologies: [{ matchLabelExpressions }] });
  assert.deepEqual(storageClasses.rules.warnings?.(old, undefined), [
    'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});
