import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '#base/json.ts';
import { overlaps } from '#patch/fields/field-set.ts';
import { equalButTimes } from '#patch/managed/entry.ts';
import { History } from '#patch/test-history.ts';

const metadata = { name: 'chest' };

test('a creator owns what it set, maps and lists themselves included, and nothing that is always there', () => {
  const history = new History();
  history.create('maker', {
    metadata: { ...metadata, labels: { a: '1' }, finalizers: ['x'] },
    spec: {
      containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }],
      volumes: [{ name: 'v', emptyDir: {} }],
      tolerations: [{ key: 'k' }],
    },
  });
  assert.deepEqual(history.owned('maker', 'Update'), {
    'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} }, 'f:finalizers': { '.': {}, 'v:"x"': {} } },
    'f:spec': {
      'f:containers': {
        'k:{"name":"c"}': {
          '.': {},
          'f:name': {},
          'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {} } },
        },
      },
      'f:volumes': { '.': {}, 'k:{"name":"v"}': { '.': {}, 'f:name': {}, 'f:emptyDir': {} } },
      'f:tolerations': {},
    },
  });
});

test('an object in which nobody set anything has no entries', () => {
  const history = new History();
  history.create('maker', { metadata });
  assert.deepEqual(history.managedFields, []);
});

test('a writer owns what it adds and takes what it changes', () => {
  const history = new History();
  history.create('maker', { metadata: { ...metadata, labels: { a: '1', b: '2' } } });
  history.update('mate', { metadata: { labels: { b: '9', c: '3' } } });
  assert.deepEqual(history.owned('maker', 'Update'), { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } });
  assert.deepEqual(history.owned('mate', 'Update'), { 'f:metadata': { 'f:labels': { 'f:b': {}, 'f:c': {} } } });
});

test('what is removed is lost to all, and an entry goes with its last field', () => {
  const history = new History();
  history.create('maker', { metadata, data: { a: '1' } });
  history.apply('keeper', { metadata, data: { b: '2' } });
  history.update('mate', { data: { b: null } });
  assert.equal(history.owned('keeper'), undefined);
  assert.equal(history.managedFields.length, 1);
});

test('the time moves with the fields', () => {
  const history = new History();
  history.create('maker', { metadata, data: { a: '1' } });
  const [first] = history.managedFields;
  history.update('maker', { data: { a: '1' } });
  assert.equal(history.managedFields[0], first);
  history.update('maker', { data: { a: '2' } });
  assert.notEqual(history.managedFields[0]?.time, first?.time);
});

test('status belongs to those who write it through its own endpoint', () => {
  const history = new History();
  history.create('maker', { metadata, data: { a: '1' }, status: { active: 1 } });
  history.update(
    'kubelet',
    { status: { conditions: [{ type: 'Ready', status: 'True' }] }, spec: { replicas: 3 } },
    { subresource: 'status' },
  );
  const entry = history.managedFields.find(({ manager }) => manager === 'kubelet');
  assert.equal(entry?.subresource, 'status');
  const condition = { '.': {}, 'f:type': {}, 'f:status': {} };
  assert.deepEqual(entry?.fieldsV1, { 'f:status': { 'f:conditions': { '.': {}, 'k:{"type":"Ready"}': condition } } });
  assert.deepEqual(history.owned('maker', 'Update'), { 'f:data': { '.': {}, 'f:a': {} } });
});

test('items that share a key are owned together', () => {
  const history = new History();
  const env = (...values: string[]) => [{ name: 'c', env: values.map((value) => ({ name: 'X', value })) }];
  history.create('maker', { metadata, spec: { containers: env('1', '2') } });
  history.update('mate', { spec: { containers: env('1', '3') } });
  assert.deepEqual(history.owned('mate', 'Update'), {
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"X"}': {} } } } },
  });
});

test('entries are ordered: appliers first, then by age', () => {
  const history = new History();
  history.create('z', { metadata, data: { a: '1' } });
  history.update('b', { data: { b: '1' } });
  history.apply('k', { metadata, data: { c: '1' } });
  history.update('a', { data: { d: '1' } });
  assert.deepEqual(
    history.managedFields.map(({ manager }) => manager),
    ['k', 'z', 'b', 'a'],
  );
});

test('entries that a client sends are taken over if they can be read', () => {
  const history = new History();
  history.create('maker', { metadata, data: { a: '1' } });
  const entry = {
    manager: 'new',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  };
  history.update('mate', {}, { requested: [{ ...entry, fieldsType: 'FieldsV2' }] });
  assert.deepEqual(
    history.managedFields.map(({ manager }) => manager),
    ['maker'],
  );
  history.update('mate', {}, { requested: [entry] });
  assert.deepEqual(history.managedFields, [entry]);
});

test('an empty list or entry ends the tracking, but not through a subresource', () => {
  for (const requested of [[], [{}]] as Json[]) {
    const history = new History();
    history.create('maker', { metadata, data: { a: '1' } });
    history.update('mate', {}, { requested, subresource: 'status' });
    assert.equal(history.managedFields.length, 1);
    history.update('mate', {}, { requested });
    assert.deepEqual(history.managedFields, []);
  }
});

test('a value set and set back changes no more than times', () => {
  const history = new History();
  history.create('maker', { metadata, data: { a: '1' } });
  const before = history.managedFields;
  history.update('maker', { data: { a: '2' } });
  assert.notDeepEqual(history.managedFields, before);
  assert.equal(equalButTimes(history.managedFields, before), true);
  history.update('mate', { data: { b: '2' } });
  assert.equal(equalButTimes(history.managedFields, before), false);
});

test('of more than ten updaters the oldest are united', () => {
  const history = new History();
  history.create('maker', { metadata, data: { x: '1' } });
  for (let at = 1; at < 13; at++) history.update(`m${at}`, { data: { [`k${at}`]: '1' } });
  const managers = history.managedFields.map(({ manager }) => manager);
  assert.deepEqual(managers, ['ancient-changes', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11', 'm12']);
  const ancient = { 'f:data': { '.': {}, 'f:x': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} } };
  assert.deepEqual(history.owned('ancient-changes', 'Update'), ancient);
});

test('no two updaters ever own the same field', () => {
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.constantFrom('1', '2')));
  const step = fc.tuple(fc.constantFrom('m1', 'm2', 'm3'), data);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const history = new History();
      history.create('maker', { metadata, data: { a: '0' } } as JsonObject);
      for (const [manager, patch] of steps) history.update(manager, { data: patch });
      const entries = history.managedFields;
      for (const one of entries)
        for (const other of entries) assert.ok(one === other || !overlaps(one.fieldsV1, other.fieldsV1));
    }),
  );
});
