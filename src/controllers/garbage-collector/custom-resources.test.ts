import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { customResource } from '#kinds/custom-resource/custom-resource.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const group = 'harbour.example';
const namespace = 'default';

let cluster: TestCluster;
let buoys: ResourceDefinition;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'custom-garbage' });
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  const definition = await cluster.client.create(customResourceDefinitions, {
    metadata: { name: `buoys.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural: 'buoys', kind: 'Buoy' }, versions: [version] },
  } as never);
  await cluster.advance(1_000);
  buoys = customResource(definition, 'v1') as ResourceDefinition;
});
afterEach(() => cluster.stop());

function ownedBy({ apiVersion, kind, metadata }: KubeObject, blockOwnerDeletion = false): object {
  const { name, uid } = metadata;
  return { ownerReferences: [{ apiVersion, kind, name, uid, blockOwnerDeletion }] };
}

async function buoy(name: string, metadata: object = {}): Promise<KubeObject> {
  return cluster.client.create(buoys, { metadata: { name, namespace, ...metadata } });
}

async function exists(resource: ResourceDefinition, name: string): Promise<boolean> {
  try {
    await cluster.client.get(resource, { namespace, name });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

const maps = configMaps as unknown as ResourceDefinition;

test('what a custom object owns goes with it, be it built in or custom, and the other way round', async () => {
  const owner = await buoy('owner');
  await cluster.client.create(configMaps, { metadata: { name: 'map', namespace, ...ownedBy(owner) } });
  await buoy('middle', ownedBy(owner));
  const map = await cluster.client.create(configMaps, { metadata: { name: 'top', namespace } });
  await buoy('below', ownedBy(map));
  await cluster.advance(1_000);
  await cluster.client.delete(buoys, { namespace, name: 'owner' });
  await cluster.client.delete(configMaps, { namespace, name: 'top' });
  await cluster.advance(1_000);
  assert.deepEqual(
    [await exists(maps, 'map'), await exists(buoys, 'middle'), await exists(buoys, 'below')],
    [false, false, false],
  );
});

test('custom objects wait for their dependents, or set them free, as the deletion says', async () => {
  const first = await buoy('first');
  await buoy('held', { ...ownedBy(first, true), finalizers: ['harbour.example/rope'] });
  await cluster.client.delete(buoys, { namespace, name: 'first' }, { propagationPolicy: 'Foreground' });
  await cluster.advance(1_000);
  assert.equal(await exists(buoys, 'first'), true);
  const patch = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await cluster.client.patch(buoys, { namespace, name: 'held' }, patch);
  await cluster.advance(1_000);
  assert.deepEqual([await exists(buoys, 'first'), await exists(buoys, 'held')], [false, false]);
  const second = await buoy('second');
  await buoy('orphan', ownedBy(second));
  await cluster.client.delete(buoys, { namespace, name: 'second' }, { propagationPolicy: 'Orphan' });
  await cluster.advance(1_000);
  assert.equal(await exists(buoys, 'second'), false);
  assert.equal((await cluster.client.get(buoys, { namespace, name: 'orphan' })).metadata.ownerReferences, undefined);
});

test('objects that a definition takes with it take what they own', async () => {
  const owner = await buoy('owner');
  await cluster.client.create(configMaps, { metadata: { name: 'map', namespace, ...ownedBy(owner) } });
  await cluster.advance(1_000);
  await cluster.client.delete(customResourceDefinitions, { name: `buoys.${group}` });
  await cluster.advance(2_000);
  await assert.rejects(cluster.client.get(customResourceDefinitions, { name: `buoys.${group}` }), isNotFound);
  assert.equal(await exists(maps, 'map'), false);
});

test('a namespace goes with its custom objects, and a quota counts them down', async () => {
  await cluster.client.create(namespaces, { metadata: { name: 'team' }, spec: {} });
  await cluster.client.create(buoys, { metadata: { name: 'a', namespace: 'team' } });
  await cluster.client.delete(namespaces, { name: 'team' });
  await cluster.advance(2_000);
  await assert.rejects(cluster.client.get(namespaces, { name: 'team' }), isNotFound);
  assert.deepEqual((await cluster.client.list(buoys, { namespace: 'team' })).items, []);
  const count = `count/buoys.${group}`;
  await buoy('a');
  await cluster.client.create(resourceQuotas, { metadata: { name: 'q', namespace }, spec: { hard: { [count]: '5' } } });
  await cluster.advance(1_000);
  const used = async (): Promise<string | undefined> =>
    (await cluster.client.get(resourceQuotas, { namespace, name: 'q' })).status.used?.[count];
  assert.equal(await used(), '1');
  await cluster.client.delete(buoys, { namespace, name: 'a' });
  await cluster.advance(1_000);
  assert.equal(await used(), '0');
});
