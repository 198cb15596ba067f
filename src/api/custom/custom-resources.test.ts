import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import { roles } from '#kinds/rbac/roles.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import type { RangeOptions, RangeResult } from '#store/store.ts';
import { buoys, conditionsOf, define, schema, served, servedAs, v1 } from './test-definitions.ts';

const name = 'buoys.harbour.example';

test('a definition is established, and what it describes is served by then', async () => {
  const harness = await Harness.start();
  const watch = await harness.watch(customResourceDefinitions);
  await define(harness);
  await harness.clock.advance(0);
  const stored = await harness.client.get(customResourceDefinitions, { name });
  assert.deepEqual(conditionsOf(stored), [
    'NamesAccepted=True NoConflicts: no conflicts found',
    'Established=True InitialNamesAccepted: the initial names have been accepted',
  ]);
  assert.deepEqual(stored.status.acceptedNames, {
    plural: 'buoys',
    singular: 'buoy',
    shortNames: ['bu'],
    kind: 'Buoy',
    listKind: 'BuoyList',
  });
  assert.deepEqual(stored.status.storedVersions, ['v1']);
  assert.equal(watch.take().at(-1), `MODIFIED ${name}`);
  const resource = servedAs(harness, 'buoys');
  assert.ok(resource !== undefined);
  const made = await harness.client.create(resource, { metadata: { name: 'a', namespace }, spec: { depth: 3 } });
  assert.deepEqual(made.spec, { depth: 3, colour: 'red' });
  assert.equal(made.metadata.generation, 1);
  assert.deepEqual((await harness.client.list(resource, { namespace })).items, [made]);
});

test('a name that is taken keeps a definition from being served until it is free', async () => {
  const harness = await Harness.start();
  await served(harness);
  await define(harness, buoys({ names: { plural: 'markers', kind: 'Buoy', shortNames: ['bu'] } }));
  await harness.clock.advance(0);
  const ref = { name: 'markers.harbour.example' };
  assert.deepEqual(conditionsOf(await harness.client.get(customResourceDefinitions, ref)), [
    'NamesAccepted=False ListKindConflict: "BuoyList" is already in use',
    'Established=False NotAccepted: not all names are accepted',
  ]);
  assert.equal(servedAs(harness, 'markers'), undefined);
  await harness.client.delete(customResourceDefinitions, { name });
  await harness.clock.advance(0);
  assert.ok(servedAs(harness, 'markers') !== undefined);
});

test('a changed definition changes what is served, and ends watches that go on where they were', async () => {
  const harness = await Harness.start();
  const resource = await served(harness);
  const before = await harness.client.create(resource, { metadata: { name: 'a', namespace }, spec: { depth: 3 } });
  const watch = await harness.watch(resource, { namespace });
  await harness.clock.advance(0);
  const spec = {
    type: 'object',
    properties: { ...schema.properties.spec.properties, length: { type: 'integer', default: 7 } },
  };
  const openAPIV3Schema = { ...schema, properties: { ...schema.properties, spec } };
  const versions = [{ ...v1, schema: { openAPIV3Schema } }];
  await harness.client.patch(customResourceDefinitions, { name }, { type: 'merge', body: { spec: { versions } } });
  await harness.clock.advance(0);
  assert.deepEqual(watch.end, { error: undefined });
  const now = servedAs(harness, 'buoys');
  assert.ok(now !== undefined);
  const { resourceVersion } = before.metadata;
  const seen = await harness.client.get(now, { namespace, name: 'a' });
  assert.deepEqual([seen.spec?.length, seen.metadata.resourceVersion], [7, resourceVersion]);
  const again = await harness.watch(now, { namespace, resourceVersion });
  await harness.client.create(resource, { metadata: { name: 'b', namespace }, spec: { length: 9 } });
  await harness.clock.advance(0);
  assert.deepEqual(again.take(), ['ADDED b']);
  assert.equal((await harness.client.get(now, { namespace, name: 'b' })).spec?.length, 9);
});

test('an object is the same in all versions but for what each of them knows', async () => {
  const harness = await Harness.start();
  const own = { type: 'object', properties: { depth: { type: 'integer' }, mood: { type: 'string', default: 'calm' } } };
  const openAPIV3Schema = { type: 'object', properties: { spec: own } };
  const v2 = { name: 'v2', served: true, storage: false, schema: { openAPIV3Schema } };
  const first = await served(harness, buoys({ versions: [v1, v2] }));
  const second = servedAs(harness, 'buoys', 'v2');
  assert.ok(second !== undefined);
  await harness.client.create(first, { metadata: { name: 'a', namespace }, spec: { depth: 3 } });
  const seen = await harness.client.get(second, { namespace, name: 'a' });
  assert.deepEqual([seen.apiVersion, seen.spec], ['harbour.example/v2', { depth: 3, mood: 'calm' }]);
  const watch = await harness.watch(first, { namespace });
  await harness.client.patch(second, { namespace, name: 'a' }, { type: 'merge', body: { spec: { depth: 4 } } });
  await harness.clock.advance(0);
  assert.deepEqual(watch.take(), ['ADDED a', 'MODIFIED a']);
  const changed = await harness.client.get(first, { namespace, name: 'a' });
  assert.deepEqual([changed.apiVersion, changed.spec], ['harbour.example/v1', { depth: 4, colour: 'red' }]);
});

test('a version that only a webhook could show is listed, and fails; the stored one works', async () => {
  const harness = await Harness.start();
  const v2 = { ...v1, name: 'v2', storage: false };
  const clientConfig = { service: { namespace: 'harbour', name: 'converter' } };
  const conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } };
  const first = await served(harness, buoys({ versions: [v1, v2], conversion }));
  const second = servedAs(harness, 'buoys', 'v2');
  assert.ok(second !== undefined);
  await harness.client.create(first, { metadata: { name: 'a', namespace }, spec: { depth: 3 } });
  assert.equal((await harness.client.get(first, { namespace, name: 'a' })).spec?.depth, 3);
  const { client } = harness;
  const at = { namespace, name: 'a' };
  const asked: readonly (() => Promise<unknown>)[] = [
    () => client.get(second, at),
    () => client.list(second, { namespace }),
    () => client.create(second, { metadata: { name: 'b', namespace } }),
    () => client.patch(second, at, { type: 'merge', body: {} }),
    () => client.delete(second, at),
    () => harness.watch(second, { namespace }),
  ];
  for (const ask of asked) {
    const { code, message } = await refusal(ask());
    assert.deepEqual(
      [code, message],
      [
        500,
        'conversion webhook for harbour.example/v2, Kind=Buoy failed: webhooks are never called here; ask for harbour.example/v1, ' +
          'in which these objects are stored',
      ],
    );
  }
  // Without the webhook both are served again.
  const body = { spec: { conversion: { strategy: 'None', webhook: null } } };
  await client.patch(customResourceDefinitions, { name }, { type: 'merge', body });
  await harness.clock.advance(0);
  const now = servedAs(harness, 'buoys', 'v2');
  assert.ok(now !== undefined);
  assert.equal((await client.get(now, at)).spec?.depth, 3);
});

test('a version that is not served any more is not there, and its watches end', async () => {
  const harness = await Harness.start();
  const v2 = { ...v1, name: 'v2', storage: false };
  const first = await served(harness, buoys({ versions: [v1, v2] }));
  const second = servedAs(harness, 'buoys', 'v2');
  assert.ok(second !== undefined);
  const watch = await harness.watch(second, { namespace });
  const versions = [v1, { ...v2, served: false }];
  await harness.client.patch(customResourceDefinitions, { name }, { type: 'merge', body: { spec: { versions } } });
  await harness.clock.advance(0);
  assert.deepEqual(watch.end, { error: undefined });
  assert.equal(servedAs(harness, 'buoys', 'v2'), undefined);
  assert.equal((await refusal(harness.client.get(second, { namespace, name: 'a' }))).code, 404);
  assert.equal((await harness.client.list(first, { namespace })).items.length, 0);
});

test('a definition goes after its objects; meanwhile nothing is created', async () => {
  const harness = await Harness.start();
  const { client, clock } = harness;
  const resource = await served(harness);
  await client.create(resource, { metadata: { name: 'free', namespace } });
  await client.create(resource, { metadata: { name: 'held', namespace, finalizers: ['harbour.example/rope'] } });
  const marked = await client.delete(customResourceDefinitions, { name });
  assert.deepEqual(marked?.metadata.finalizers, ['customresourcecleanup.apiextensions.k8s.io']);
  await clock.advance(0);
  const { items } = await client.list(resource, { namespace });
  assert.deepEqual(
    items.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
    [['held', true]],
  );
  const refused = await refusal(client.create(resource, { metadata: { name: 'late', namespace } }));
  assert.equal(refused.code, 405);
  assert.equal(refused.message, 'create not allowed while custom resource definition is terminating');
  await client.patch(
    resource,
    { namespace, name: 'held' },
    { type: 'merge', body: { metadata: { finalizers: null } } },
  );
  await clock.advance(0);
  assert.equal((await refusal(client.get(customResourceDefinitions, { name }))).code, 404);
  assert.equal(servedAs(harness, 'buoys'), undefined);
});

test('a definition that never was established goes at once', async () => {
  const harness = await Harness.start();
  await served(harness);
  await define(harness, buoys({ names: { plural: 'markers', kind: 'Buoy' } }));
  await harness.client.delete(customResourceDefinitions, { name: 'markers.harbour.example' });
  await harness.clock.advance(0);
  const { items } = await harness.client.list(customResourceDefinitions);
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    [name],
  );
});

test('a start goes on where the last one was interrupted', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const first = await Harness.start({ store });
  const resource = await served(first);
  await first.client.create(resource, { metadata: { name: 'a', namespace }, spec: { depth: 3 } });
  await define(first, buoys({ names: { plural: 'markers', kind: 'Marker' } }));
  first.api.close();
  const second = await Harness.start({ store });
  const now = servedAs(second, 'buoys');
  assert.ok(now !== undefined);
  assert.deepEqual((await second.client.get(now, { namespace, name: 'a' })).spec, { depth: 3, colour: 'red' });
  await second.clock.advance(0);
  assert.ok(servedAs(second, 'markers') !== undefined);
  await second.client.delete(customResourceDefinitions, { name });
  second.api.close();
  const third = await Harness.start({ store });
  await third.clock.advance(0);
  assert.equal(servedAs(third, 'buoys'), undefined);
  assert.deepEqual((await store.range({ prefix: '/registry/harbour.example/buoys/' })).entries, []);
});

test('a definition does not take the place of a built-in resource, nor its objects with it', async () => {
  const harness = await Harness.start();
  const group = 'rbac.authorization.k8s.io';
  const annotations = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/kubernetes/pull/1' };
  const definition = buoys({ group, names: { plural: 'roles', kind: 'Role' } });
  await define(harness, { ...definition, metadata: { name: `roles.${group}`, annotations } });
  await harness.clock.advance(0);
  const found = harness.api.served.resources.filter(
    (resource) => resource.group === group && resource.plural === 'roles',
  );
  assert.deepEqual(
    found.map(({ custom }) => custom),
    [undefined],
  );
  const count = async (): Promise<number> => (await harness.client.list(roles, {})).items.length;
  const before = await count();
  await harness.client.delete(customResourceDefinitions, { name: `roles.${group}` });
  await harness.clock.advance(0);
  assert.deepEqual((await harness.client.list(customResourceDefinitions)).items, []);
  assert.equal(await count(), before);
});

test('another server on the same store serves the same, and what came while it loaded', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const range = Promise.withResolvers<void>();
  const slow = new Proxy(store, {
    get: (target, key) => {
      const value = Reflect.get(target, key) as unknown;
      if (key !== 'range') return typeof value === 'function' ? value.bind(target) : value;
      return async (options: RangeOptions): Promise<RangeResult> => {
        const result = await target.range(options);
        if (options.prefix.includes('buoys')) await range.promise;
        return result;
      };
    },
  });
  const first = await Harness.start({ store });
  const second = await Harness.start({ store: slow });
  const resource = await served(first);
  assert.equal(servedAs(second, 'buoys'), undefined);
  await first.client.create(resource, { metadata: { name: 'a', namespace } });
  range.resolve();
  await second.clock.advance(0);
  const there = servedAs(second, 'buoys');
  assert.ok(there !== undefined);
  const { items, resourceVersion } = await second.client.list(there, { namespace });
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['a'],
  );
  const watch = await second.watch(there, { namespace, resourceVersion });
  await first.client.create(resource, { metadata: { name: 'b', namespace } });
  await second.clock.advance(0);
  assert.deepEqual(watch.take(), ['ADDED b']);
});
