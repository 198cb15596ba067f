import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { History } from '#patch/test-history.ts';

const metadata = { name: 'sail' };

/** What `action` is refused with. */
function refusal(action: () => void): PatchError {
  try {
    action();
  } catch (error) {
    if (error instanceof PatchError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('a manager owns just what it applied, and what it leaves out later is removed', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1', b: '2' } });
  assert.deepEqual(history.owned('alpha'), { 'f:data': { 'f:a': {}, 'f:b': {} } });
  history.apply('alpha', { metadata, data: { a: '1' } });
  assert.deepEqual(history.owned('alpha'), { 'f:data': { 'f:a': {} } });
  assert.deepEqual(history.object?.data, { a: '1' });
});

test('what two applied stays until the last of them gives it up', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1' } });
  history.apply('beta', { metadata, data: { a: '1', c: '3' } });
  history.apply('alpha', { metadata });
  assert.equal(history.owned('alpha'), undefined);
  assert.deepEqual(history.object?.data, { a: '1', c: '3' });
  history.apply('beta', { metadata, data: { c: '3' } });
  assert.deepEqual(history.object?.data, { c: '3' });
});

test('who withdraws all labels leaves the name', () => {
  const history = new History();
  history.apply('alpha', { metadata: { ...metadata, labels: { a: '1' } }, data: { a: '1' } });
  history.apply('alpha', { metadata, data: { a: '1' } });
  assert.deepEqual(
    { ...(history.object?.metadata as JsonObject), managedFields: [] },
    { ...metadata, managedFields: [] },
  );
});

test('one who merely agrees gets an entry without a time', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1' } });
  history.apply('beta', { metadata, data: {} });
  assert.deepEqual(history.managedFields[0], {
    manager: 'beta',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': {} },
  });
});

test('applying the same again changes nothing, not even a time', () => {
  const history = new History();
  const config = {
    metadata: { ...metadata, labels: { a: '1' } },
    spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }] },
  };
  history.apply('alpha', config);
  const before = history.object;
  history.apply('alpha', config);
  assert.deepEqual(history.object, before);
});

test('a conflict names the owner and the field', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1', b: '2' } });
  const error = refusal(() => history.apply('beta', { metadata, data: { b: '9' } }));
  assert.equal(error.status, 409);
  assert.equal(error.message, 'Apply failed with 1 conflict: conflict with "alpha": .data.b');
  assert.deepEqual(error.causes, [{ message: 'conflict with "alpha"', field: '.data.b' }]);
});

test('conflicts are listed by owner, updaters with their version, each with its fields in order', () => {
  const history = new History();
  history.create('hand', { metadata, spec: { replicas: 1 } });
  history.apply('alpha', {
    metadata,
    data: { b: '2', a: '1' },
    spec: { containers: [{ name: 'main', image: 'i:1' }] },
  });
  history.update('kubelet', { status: { active: 2 } }, { subresource: 'status' });
  const config = {
    metadata,
    data: { a: '9', b: '9' },
    spec: { replicas: 3, containers: [{ name: 'main', image: 'i:2' }] },
  };
  const error = refusal(() => history.apply('beta', config));
  assert.equal(
    error.message,
    'Apply failed with 4 conflicts: conflicts with "alpha":\n' +
      '- .data.a\n- .data.b\n- .spec.containers[name="main"].image\n' +
      'conflicts with "hand" using v1:\n- .spec.replicas',
  );
  const status = refusal(() => history.apply('beta', { metadata, status: { active: 1 } }, { subresource: 'status' }));
  const expected =
    'Apply failed with 1 conflict: conflict with "kubelet" with subresource "status" using v1: .status.active';
  assert.equal(status.message, expected);
});

test('force takes the field from its owner, who conflicts from then on', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1', b: '2' } });
  history.apply('beta', { metadata, data: { b: '9' } }, { force: true });
  assert.deepEqual(history.owned('alpha'), { 'f:data': { 'f:a': {} } });
  assert.deepEqual(history.owned('beta'), { 'f:data': { 'f:b': {} } });
  assert.equal(refusal(() => history.apply('alpha', { metadata, data: { a: '1', b: '2' } })).status, 409);
});

test('list items are owned by key, with the key itself', () => {
  const history = new History();
  history.apply('alpha', { metadata, spec: { containers: [{ name: 'main', image: 'i:1' }] } });
  assert.deepEqual(history.owned('alpha'), {
    'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
  });
});

test('an item comes and goes with its only owner; that of another stays', () => {
  const history = new History();
  history.create('hand', { metadata, spec: { containers: [{ name: 'a', image: 'a:1' }] } });
  history.apply('third', { metadata, spec: { containers: [{ name: 'b', image: 'b:1' }], volumes: [{ name: 'w' }] } });
  const names = () => ((history.object?.spec as JsonObject).containers as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(names(), ['a', 'b']);
  history.apply('third', { metadata, spec: { volumes: [{ name: 'w' }] } });
  assert.deepEqual(names(), ['a']);
});

test('a key left out of an item stands for its default', () => {
  const history = new History();
  const port = (protocol?: string) => ({ containerPort: 53, ...(protocol ? { protocol } : {}) });
  history.apply('tcp', { metadata, spec: { containers: [{ name: 'dns', ports: [port()] }] } });
  history.apply('udp', { metadata, spec: { containers: [{ name: 'dns', ports: [port('UDP')] }] } });
  const [container] = (history.object?.spec as JsonObject).containers as JsonObject[];
  assert.deepEqual(container?.ports, [
    { containerPort: 53, protocol: 'TCP' },
    { containerPort: 53, protocol: 'UDP' },
  ]);
});

test('sets are united and shrink again, atomic values are replaced', () => {
  const history = new History();
  history.apply('alpha', { metadata: { ...metadata, finalizers: ['x'] }, spec: { tolerations: [{ key: 'k1' }] } });
  history.apply('beta', { metadata: { ...metadata, finalizers: ['y'] } });
  const finalizers = () => (history.object?.metadata as JsonObject).finalizers;
  assert.deepEqual(finalizers(), ['x', 'y']);
  history.apply('beta', { metadata });
  assert.deepEqual(finalizers(), ['x']);
  const error = refusal(() => history.apply('beta', { metadata, spec: { tolerations: [{ key: 'k2' }] } }));
  assert.equal(error.causes[0]?.field, '.spec.tolerations');
});

test('the order that was applied wins, live-only items keep their place', () => {
  const history = new History();
  const named = (...names: string[]) => ({ metadata, spec: { volumes: names.map((name) => ({ name })) } });
  history.create('hand', named('a', 'x', 'b', 'c'));
  history.apply('alpha', named('c', 'n', 'a'));
  const volumes = (history.object?.spec as JsonObject).volumes as { name: string }[];
  assert.deepEqual(
    volumes.map(({ name }) => name),
    ['x', 'b', 'c', 'n', 'a'],
  );
});

test('what was there untracked belongs to before-first-apply', () => {
  const history = new History();
  history.create('hand', { metadata, data: { a: '1' } });
  history.update('hand', {}, { requested: [{}] });
  assert.deepEqual(history.managedFields, []);
  history.update('hand', { data: { b: '2' } });
  assert.deepEqual(history.managedFields, []);
  history.apply('alpha', { metadata, data: { c: '3' } });
  assert.deepEqual(history.owned('before-first-apply', 'Update'), { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } });
});

test('the main resource neither takes nor owns status', () => {
  const history = new History();
  history.apply('alpha', { metadata, data: { a: '1' }, status: { active: 1 } });
  assert.deepEqual(history.owned('alpha'), { 'f:data': { 'f:a': {} } });
});

test('a quantity is compared by amount', () => {
  const history = new History();
  const limit = (cpu: string) => ({ metadata, spec: { containers: [{ name: 'c', resources: { limits: { cpu } } }] } });
  history.apply('alpha', limit('1000m'));
  history.apply('beta', limit('1.0'));
  assert.deepEqual(history.owned('beta'), history.owned('alpha'));
});

const misfits: { title: string; config: JsonObject; status: number; message: string }[] = [
  {
    title: 'an unknown field',
    config: { spec: { tempo: 'fast' } },
    status: 500,
    message:
      'failed to create typed patch object (/sail; /v1, Kind=Workload): .spec.tempo: field not declared in schema',
  },
  {
    title: 'the same item twice',
    config: { spec: { volumes: [{ name: 'w' }, { name: 'w' }] } },
    status: 500,
    message:
      'failed to create typed patch object (/sail; /v1, Kind=Workload): .spec.volumes: duplicate entries for key [name="w"]',
  },
  {
    title: 'a text for a number',
    config: { spec: { replicas: 'ten' } },
    status: 500,
    message:
      'failed to create typed patch object (/sail; /v1, Kind=Workload): .spec.replicas: expected numeric (int or float), got string',
  },
  {
    title: 'an item without its key',
    config: { spec: { containers: [{ image: 'x' }] } },
    status: 500,
    message:
      'failed to create typed patch object (/sail; /v1, Kind=Workload): .spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
  },
  {
    title: 'several at once',
    config: { data: { a: 1 }, spec: { containers: { name: 'x' } } },
    status: 500,
    message:
      'failed to create typed patch object (/sail; /v1, Kind=Workload): errors:\n' +
      '  .data.a: expected string, got &value.valueUnstructured{Value:1}\n' +
      '  .spec.containers: expected list, got &{map[name:x]}',
  },
  {
    title: 'another version',
    config: { apiVersion: 'v2' },
    status: 400,
    message: 'invalid object type: /v2, Kind=Workload',
  },
  {
    title: 'managed fields',
    config: { metadata: { name: 'sail', managedFields: [{}] } },
    status: 400,
    message: 'metadata.managedFields must be nil',
  },
  {
    title: 'managed fields, even none',
    config: { metadata: { name: 'sail', managedFields: [] } },
    status: 400,
    message: 'metadata.managedFields must be nil',
  },
];

for (const { title, config, status, message } of misfits) {
  test(`an applied configuration is refused for ${title}`, () => {
    const error = refusal(() => new History().apply('alpha', { metadata, ...config }));
    assert.deepEqual([error.status, error.message], [status, message]);
  });
}

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

test('kubectl takes over without conflict what it applied on the client side, and renews the annotation', () => {
  const history = new History();
  const last = JSON.stringify({ apiVersion: 'v1', kind: 'Workload', metadata, data: { a: '1', b: '2' } });
  history.create('kubectl-client-side-apply', {
    metadata: { ...metadata, annotations: { [annotation]: last } },
    data: { a: '1', b: '2' },
  });
  history.apply('kubectl', { metadata, data: { a: '9<' } });
  assert.deepEqual(history.object?.data, { a: '9<', b: '2' });
  const annotations = (history.object?.metadata as JsonObject).annotations as JsonObject;
  const renewed = '{"apiVersion":"v1","data":{"a":"9\\u003c"},"kind":"Workload","metadata":{"name":"sail"}}\n';
  assert.equal(annotations[annotation], renewed);
});

test('kubectl has no right to what others changed since', () => {
  const history = new History();
  const last = JSON.stringify({ apiVersion: 'v1', kind: 'Workload', metadata, data: { a: '1' } });
  history.create('kubectl-client-side-apply', {
    metadata: { ...metadata, annotations: { [annotation]: last } },
    data: { a: '1' },
  });
  history.update('other', { data: { a: '5' } });
  const error = refusal(() => history.apply('kubectl', { metadata, data: { a: '9' } }));
  assert.equal(error.message, 'Apply failed with 1 conflict: conflict with "other" using v1: .data.a');
});

const port = fc.record({ containerPort: fc.integer({ min: 1, max: 4 }), protocol: fc.constantFrom('TCP', 'UDP') });
const container = (names: readonly string[]) =>
  fc.record({
    name: fc.constantFrom(...names),
    image: fc.constantFrom('i:1', 'i:2'),
    ports: fc.uniqueArray(port, { selector: (item) => `${item.containerPort}${item.protocol}` }),
  });
/** Maps are never empty: who applies an empty one owns the map itself, which then is something in common. */
const configOf = (names: readonly string[]) => {
  const some = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('1', '2'), { minKeys: 1 });
  return fc.record({
    metadata: fc.record({ labels: some, finalizers: fc.uniqueArray(fc.constantFrom(...names)) }),
    data: some,
    spec: fc.record({ containers: fc.uniqueArray(container(names), { selector: (item) => item.name }) }),
  }) as fc.Arbitrary<JsonObject>;
};

test('applying twice is applying once, whatever was there', () => {
  const names = ['a', 'b', 'c'];
  fc.assert(
    fc.property(configOf(names), configOf(names), (first, second) => {
      const history = new History();
      history.apply('alpha', first);
      history.apply('beta', second, { force: true });
      const once = history.object;
      history.apply('beta', second, { force: true });
      assert.deepEqual(history.object, once);
    }),
  );
});

test('managers with nothing in common may apply in either order, and leave no trace when they withdraw', () => {
  fc.assert(
    fc.property(configOf(['a', 'b']), configOf(['x', 'y']), (mine, theirs) => {
      const result = (steps: readonly ['alpha' | 'beta', JsonObject][]) => {
        const history = new History();
        for (const [manager, config] of steps) history.apply(manager, config);
        return history;
      };
      const one = result([
        ['alpha', mine],
        ['beta', theirs],
      ]);
      const other = result([
        ['beta', theirs],
        ['alpha', mine],
      ]);
      for (const manager of ['alpha', 'beta']) assert.deepEqual(one.owned(manager), other.owned(manager));
      assert.deepEqual(one.object?.data, other.object?.data);
      const withdrawn = result([
        ['beta', theirs],
        ['alpha', mine],
        ['alpha', {}],
      ]);
      assert.deepEqual(withdrawn.object?.data ?? {}, result([['beta', theirs]]).object?.data ?? {});
    }),
  );
});
