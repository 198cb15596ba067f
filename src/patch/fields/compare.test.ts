import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '#base/json.ts';
import { compareObjects } from '#patch/fields/compare.ts';
import { difference, type FieldSet, noFields, overlaps, union } from '#patch/fields/field-set.ts';
import { trackedNodeOf } from '#patch/fields/node.ts';
import { fieldsOf } from '#patch/fields/of-value.ts';
import { Workload } from '#patch/test-workload.ts';

const node = trackedNodeOf(Workload);
const word = fc.constantFrom('a', 'b', 'c');
const env = fc.record({ name: word, value: word });
const unlikeEnvs = fc.uniqueArray(env, { selector: (item) => item.name, minLength: 1 });

/** Nothing in these objects is empty: an empty map is a field of its own, which its first key ends. */
const objectWith = (envs: fc.Arbitrary<readonly object[]>): fc.Arbitrary<JsonObject> => {
  const container = fc.record({ name: word, image: word, env: envs }, { requiredKeys: ['name'] });
  const containers = fc.uniqueArray(container, { selector: (item) => item.name, minLength: 1 });
  const labels = fc.dictionary(word, word, { minKeys: 1 });
  const finalizers = fc.uniqueArray(word, { minLength: 1 });
  const spec = fc.record({ containers, nodeSelector: labels, replicas: fc.nat(2) }, { requiredKeys: ['containers'] });
  return fc.record({
    metadata: fc.record({ labels, finalizers }, { requiredKeys: ['labels'] }),
    spec,
  }) as fc.Arbitrary<JsonObject>;
};
const object = objectWith(unlikeEnvs);
const repetitive = objectWith(fc.array(env, { maxLength: 4, minLength: 1 }));

test('an object is equal to itself, copied or not', () => {
  fc.assert(
    fc.property(repetitive, (value) => {
      const none = { changed: noFields, removed: noFields };
      assert.deepEqual(compareObjects(node, value, value), none);
      assert.deepEqual(compareObjects(node, value, structuredClone(value)), none);
    }),
  );
});

test('what was not there is changed, what is not there is removed', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const { changed, removed } = compareObjects(node, before, after);
      const [old, now] = [fieldsOf(node, before), fieldsOf(node, after)];
      assert.deepEqual(difference(difference(now, old), changed), noFields);
      assert.deepEqual(difference(difference(old, now), removed), noFields);
      assert.equal(overlaps(changed, removed), false);
      const both = compareObjects(node, after, before);
      assert.deepEqual(union(both.changed, both.removed), union(removed, changed));
    }),
  );
});

test('the order of keyed items does not count', () => {
  const reversed = (value: JsonObject): JsonObject => {
    const spec = value.spec as JsonObject;
    const items = spec.containers as readonly JsonObject[];
    return { ...value, spec: { ...spec, containers: items.toReversed() } };
  };
  fc.assert(
    fc.property(repetitive, repetitive, (before, after) => {
      assert.deepEqual(compareObjects(node, reversed(before), after), compareObjects(node, before, after));
    }),
  );
});

const changedIn = (before: JsonObject, after: JsonObject): FieldSet =>
  compareObjects(node, { metadata: {}, spec: before }, { metadata: {}, spec: after }).changed;

test('an empty map that appears is a field, one that fills was there before', () => {
  assert.deepEqual(compareObjects(node, { metadata: {} }, { metadata: { labels: {} } }).changed, {
    'f:metadata': { 'f:labels': {} },
  });
  assert.deepEqual(compareObjects(node, { metadata: { labels: {} } }, { metadata: { labels: { a: '1' } } }).changed, {
    'f:metadata': { 'f:labels': { 'f:a': {} } },
  });
});

test('an atomic map or list is one field', () => {
  assert.deepEqual(changedIn({ nodeSelector: { a: '1' } }, { nodeSelector: { a: '2' } }), {
    'f:spec': { 'f:nodeSelector': {} },
  });
  assert.deepEqual(changedIn({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] }), {
    'f:spec': { 'f:tolerations': {} },
  });
});

test('items that come to share their keys become one field, and fields of their own when they no longer do', () => {
  const single = { containers: [{ name: 'c', env: [{ name: 'X', value: '1' }] }] };
  const twice = {
    containers: [
      {
        name: 'c',
        env: [
          { name: 'X', value: '1' },
          { name: 'X', value: '2' },
        ],
      },
    ],
  };
  const changes = (before: JsonObject, after: JsonObject) =>
    compareObjects(node, { metadata: {}, spec: before }, { metadata: {}, spec: after });
  const env = (fields: FieldSet) => ({
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"X"}': fields } } } },
  });
  const fields = { 'f:name': {}, 'f:value': {} };
  assert.deepEqual(changes(single, twice), { changed: env({}), removed: env({ '.': {}, ...fields }) });
  assert.deepEqual(changes(twice, single), { changed: env({ '.': {}, ...fields }), removed: env({}) });
});
