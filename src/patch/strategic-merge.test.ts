import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, type Json, type JsonObject } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { applyStrategicMergePatch } from '#patch/strategic-merge.ts';
import { Workload } from '#patch/test-workload.ts';
import { map, object, optional, string } from '#schema/build.ts';

const env = [
  { name: 'X', value: '1' },
  { name: 'Y', value: '2' },
];
const stored = deepFreeze({
  metadata: { name: 'loom', finalizers: ['f1', 'f2'], labels: { a: '1' } },
  spec: {
    containers: [
      {
        name: 'a',
        image: 'i:1',
        env,
        ports: [
          { containerPort: 80, protocol: 'TCP' },
          { containerPort: 90, protocol: 'TCP' },
        ],
      },
      { name: 'b', image: 'i:1' },
    ],
    volumes: [
      { name: 'v1', emptyDir: {} },
      { name: 'v2', configMap: { name: 'c' } },
    ],
    tolerations: [{ key: 'k1' }],
    nodeSelector: { a: '1', b: '2' },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
  },
});

const patched = (patch: Json): JsonObject => applyStrategicMergePatch(Workload, stored, deepFreeze(patch));
const spec = (patch: JsonObject): JsonObject => patched({ spec: patch }).spec as JsonObject;
const names = (items: Json | undefined) => (items as { name: string }[]).map((item) => item.name);
const envOf = (patch: Json) =>
  ((spec({ containers: [{ name: 'a', env: patch }] }).containers as JsonObject[])[0] as JsonObject).env;

test('a list item is merged by its key and keeps its place', () => {
  const { containers } = spec({ containers: [{ name: 'b', image: 'new:2' }] });
  assert.deepEqual(containers, [stored.spec.containers[0], { name: 'b', image: 'new:2' }]);
});

test('patched items come in the order of the patch, each ahead of what came after it', () => {
  assert.deepEqual(
    envOf([
      { name: 'Z', value: '3' },
      { name: 'X', value: '9' },
    ]),
    [
      { name: 'Z', value: '3' },
      { name: 'X', value: '9' },
      { name: 'Y', value: '2' },
    ],
  );
});

test('an item is deleted by its key, and deleting an absent one is no error', () => {
  assert.deepEqual(envOf([{ name: 'Y', $patch: 'delete' }]), [env[0]]);
  assert.deepEqual(envOf([{ name: 'none', $patch: 'delete' }]), env);
});

test('a null inside a merged item removes that member', () => {
  assert.deepEqual(envOf([{ name: 'X', value: null }]), [{ name: 'X' }, env[1]]);
});

test('a list is replaced by directive', () => {
  const { volumes } = spec({ volumes: [{ $patch: 'replace' }, { name: 'v3', emptyDir: {} }] });
  assert.deepEqual(volumes, [{ name: 'v3', emptyDir: {} }]);
});

test('a map is replaced or emptied by directive', () => {
  assert.deepEqual(spec({ nodeSelector: { $patch: 'replace', c: '3' } }).nodeSelector, { c: '3' });
  assert.deepEqual(spec({ nodeSelector: { $patch: 'delete' } }).nodeSelector, {});
  assert.deepEqual(spec({ nodeSelector: { $patch: 'merge', c: '3' } }).nodeSelector, { a: '1', b: '2', c: '3' });
});

test('a list without a strategy is replaced', () => {
  assert.deepEqual(spec({ tolerations: [{ key: 'k2' }] }).tolerations, [{ key: 'k2' }]);
});

test('$setElementOrder orders what the patch and the server have', () => {
  const order = [{ name: 'b' }, { name: 'c' }, { name: 'a' }];
  const { containers } = spec({ '$setElementOrder/containers': order, containers: [{ name: 'c', image: 'm:1' }] });
  assert.deepEqual(names(containers), ['b', 'c', 'a']);
  assert.deepEqual(names(spec({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }).containers), [
    'b',
    'a',
  ]);
});

test('what takes the room of a deleted item comes after what only the server has', () => {
  const volumes = [{ name: 'v1', $patch: 'delete' }, { name: 'v3' }, { name: 'v4' }];
  assert.deepEqual(names(spec({ '$setElementOrder/volumes': [{ name: 'v3' }, { name: 'v4' }], volumes }).volumes), [
    'v2',
    'v3',
    'v4',
  ]);
});

test('$setElementOrder leaves items that only the server has where they were', () => {
  const volumes = names(
    spec({ '$setElementOrder/volumes': [{ name: 'v0' }, { name: 'v2' }], volumes: [{ name: 'v0' }] }).volumes,
  );
  assert.deepEqual(volumes, ['v0', 'v1', 'v2']);
});

test('$retainKeys drops what it does not name', () => {
  const { updateStrategy } = spec({ updateStrategy: { $retainKeys: ['type'], type: 'OnDelete' } });
  assert.deepEqual(updateStrategy, { type: 'OnDelete' });
  const { volumes } = spec({ volumes: [{ name: 'v2', emptyDir: {}, $retainKeys: ['name', 'emptyDir'] }] });
  assert.deepEqual(volumes, [
    { name: 'v1', emptyDir: {} },
    { name: 'v2', emptyDir: {} },
  ]);
});

test('lists of words are united, and shortened by $deleteFromPrimitiveList', () => {
  assert.deepEqual((patched({ metadata: { finalizers: ['f3', 'f1'] } }).metadata as JsonObject).finalizers, [
    'f3',
    'f1',
    'f2',
  ]);
  const patch = { metadata: { finalizers: ['f3'], '$deleteFromPrimitiveList/finalizers': ['f1'] } };
  assert.deepEqual((patched(patch).metadata as JsonObject).finalizers, ['f3', 'f2']);
  const removal = {
    metadata: { '$deleteFromPrimitiveList/finalizers': ['f1'], '$setElementOrder/finalizers': ['f2'] },
  };
  assert.deepEqual((patched(removal).metadata as JsonObject).finalizers, ['f2']);
});

test('where nothing was before, nulls and directives are left out', () => {
  const { labels } = applyStrategicMergePatch(Workload, {}, { labels: { $patch: 'replace', a: null, b: '1' } });
  assert.equal(labels, undefined);
  assert.deepEqual(applyStrategicMergePatch(Workload, {}, { data: { a: null, b: '1' } }), { data: { b: '1' } });
  const { spec: created } = applyStrategicMergePatch(
    Workload,
    {},
    {
      spec: {
        '$setElementOrder/containers': [{ name: 'a' }],
        containers: [
          { name: 'a', image: null },
          { name: 'x', $patch: 'delete' },
        ],
      },
    },
  );
  assert.deepEqual(created, { containers: [{ name: 'a' }] });
});

test('null as a patch changes nothing', () => {
  assert.equal(patched(null), stored);
});

const faults: { title: string; patch: Json; status: number; message: string }[] = [
  {
    title: 'an item without its merge key',
    patch: { spec: { containers: [{ image: 'x' }] } },
    status: 500,
    message: 'map: map[image:x] does not contain declared merge key: name',
  },
  {
    title: 'an unknown directive',
    patch: { spec: { containers: [{ name: 'c', $patch: 'bogus' }] } },
    status: 500,
    message: 'unknown patch type: bogus in map: map[$patch:bogus name:c]',
  },
  {
    title: 'a map for a list',
    patch: { spec: { containers: { name: 'a' } } },
    status: 422,
    message: 'cannot restore slice from map',
  },
  {
    title: 'an order that contradicts the list',
    patch: { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'c' }] } },
    status: 500,
    message: "The order in patch list:\n[map[name:c]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
  },
  {
    title: '$retainKeys of another shape',
    patch: { spec: { $retainKeys: 'x' } },
    status: 400,
    message: 'invalid patch format of retainKeys',
  },
  {
    title: 'an order of another shape',
    patch: { spec: { '$setElementOrder/containers': 'x' } },
    status: 400,
    message: 'invalid patch format of setElementOrder list',
  },
  {
    title: 'a deletion of another shape',
    patch: { metadata: { '$deleteFromPrimitiveList/finalizers': 'x' } },
    status: 400,
    message: 'invalid patch format of primitive list',
  },
  {
    title: 'a key that $retainKeys forgets',
    patch: { spec: { updateStrategy: { $retainKeys: ['type'], rollingUpdate: {} } } },
    status: 400,
    message: 'invalid patch format of retainKeys',
  },
  {
    title: 'a list',
    patch: [],
    status: 400,
    message: 'json: cannot unmarshal array into Go value of type map[string]interface {}',
  },
];

for (const { title, patch, status, message } of faults) {
  test(`strategic merge patch refuses ${title}`, () => {
    assert.throws(
      () => patched(patch),
      (error) => error instanceof PatchError && error.status === status && error.message === message,
    );
  });
}

test('a strategic merge patch applied twice is one applied once', () => {
  const item = fc.record({ name: fc.constantFrom('X', 'Y', 'Z', 'W'), value: fc.string({ maxLength: 2 }) });
  const envs = fc.uniqueArray(item, { selector: (entry) => entry.name });
  const patches = fc.record({
    metadata: fc.record({
      finalizers: fc.uniqueArray(fc.constantFrom('f1', 'f2', 'f3')),
      labels: fc.dictionary(fc.string({ maxLength: 2 }), fc.string()),
    }),
    spec: fc.record({
      containers: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), env: envs }), {
        selector: (c) => c.name,
      }),
      nodeSelector: fc.option(fc.record({ a: fc.option(fc.string()) })),
    }),
  }) as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(patches, (patch) => {
      const once = patched(patch);
      assert.deepEqual(applyStrategicMergePatch(Workload, once, patch), once);
    }),
  );
});

test('a field that is replaced as a whole keeps nothing of what it was', () => {
  const labels = map(string);
  const Budget = object('test.Budget', '', {
    selector: optional(1, labels, '', { replaced: true }),
    labels: optional(2, labels),
  });
  const before = { selector: { a: '1' }, labels: { a: '1' } };
  const after = applyStrategicMergePatch(Budget, before, { selector: { b: '2' }, labels: { b: '2' } });
  assert.deepEqual(after, { selector: { b: '2' }, labels: { a: '1', b: '2' } });
});

test('keys that every JavaScript object has are keys like others', () => {
  const patch = JSON.parse('{"constructor":{"a":1},"__proto__":{"b":2},"toString":"x"}');
  const after = applyStrategicMergePatch(Workload, {}, patch) as object;
  assert.equal(JSON.stringify(after), '{"constructor":{"a":1},"__proto__":{"b":2},"toString":"x"}');
});
