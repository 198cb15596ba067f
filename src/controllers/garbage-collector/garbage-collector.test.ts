import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { events } from '#kinds/event/event.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const hold = 'example.com/hold';
let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'garbage' });
});
afterEach(() => cluster.stop());

interface Wish {
  readonly owners?: readonly ConfigMap[];
  readonly block?: boolean;
  readonly finalizers?: readonly string[];
  readonly namespace?: string;
}

/** A ConfigMap with owners. */
async function make(name: string, wish: Wish = {}): Promise<ConfigMap> {
  const { owners = [], block, finalizers, namespace = 'default' } = wish;
  const ownerReferences = owners.map((owner) => referenceTo(owner, block));
  const metadata = { namespace, name, ownerReferences, ...(finalizers === undefined ? {} : { finalizers }) };
  return cluster.client.create(configMaps, { metadata });
}

function referenceTo({ metadata }: ConfigMap, block?: boolean): OwnerReference {
  const { name, uid } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    uid,
    ...(block === undefined ? {} : { blockOwnerDeletion: block }),
  };
}

async function remove({ metadata }: ConfigMap, propagationPolicy?: string): Promise<void> {
  const ref = { namespace: metadata.namespace, name: metadata.name };
  await cluster.client.delete(configMaps, ref, propagationPolicy === undefined ? {} : { propagationPolicy });
}

/** "name <- owners", of all that is there but the namespace's furniture; what is being deleted has a mark. */
async function shown(): Promise<readonly string[]> {
  await cluster.advance(3_000);
  const { items } = await cluster.client.list(configMaps, { namespace: 'default' });
  return items
    .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
    .map(({ metadata }) => {
      const owners = (metadata.ownerReferences ?? []).map(({ name }) => name).join(' ');
      return `${metadata.name}${metadata.deletionTimestamp === undefined ? '' : ' (going)'}${owners && ` <- ${owners}`}`;
    });
}

test('in the background the owner goes at once and all that hangs on it after it', async () => {
  const a = await make('a');
  const b = await make('b', { owners: [a] });
  await make('c', { owners: [b] });
  await make('d');
  assert.deepEqual(await shown(), ['a', 'b <- a', 'c <- b', 'd']);
  await remove(a, 'Background');
  assert.deepEqual(await shown(), ['d']);
});

test('an object whose owner never was, or was another of that name, is collected', async () => {
  const a = await make('a');
  await cluster.client.create(configMaps, {
    metadata: { namespace: 'default', name: 'b', ownerReferences: [{ ...referenceTo(a), uid: 'of-an-earlier-a' }] },
  });
  await cluster.client.create(configMaps, {
    metadata: { namespace: 'default', name: 'c', ownerReferences: [{ ...referenceTo(a), name: 'none', uid: 'none' }] },
  });
  assert.deepEqual(await shown(), ['a']);
});

test('in the foreground the owner waits for those that block it, and only for those', async () => {
  const a = await make('a');
  await make('b', { owners: [a], block: true, finalizers: [hold] });
  await make('c', { owners: [a], block: false, finalizers: [hold] });
  await remove(a, 'Foreground');
  assert.deepEqual(await shown(), ['a (going)', 'b (going) <- a', 'c (going) <- a']);
  const free = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await cluster.client.patch(configMaps, { namespace: 'default', name: 'b' }, free);
  assert.deepEqual(await shown(), ['c (going) <- a']);
});

test('orphans are set free; other owners keep them as they were', async () => {
  const a = await make('a');
  const x = await make('x');
  await make('b', { owners: [a] });
  await make('c', { owners: [a, x] });
  await remove(a, 'Orphan');
  assert.deepEqual(await shown(), ['b', 'c <- x', 'x']);
});

test('with two owners an object goes with the second', async () => {
  const a = await make('a');
  const x = await make('x');
  await make('b', { owners: [a, x] });
  await remove(a);
  assert.deepEqual(await shown(), ['b <- x', 'x']);
  await remove(x);
  assert.deepEqual(await shown(), []);
});

test('an owner given later counts like one from the start', async () => {
  const a = await make('a');
  await make('b');
  const ownerReferences = [referenceTo(a)];
  const patch = { type: 'merge', body: { metadata: { ownerReferences } } } as const;
  await cluster.client.patch(configMaps, { namespace: 'default', name: 'b' }, patch);
  assert.deepEqual(await shown(), ['a', 'b <- a']);
  await remove(a);
  assert.deepEqual(await shown(), []);
});

test('a cluster-wide object cannot be owned by one of a namespace: it stays, and says so', async () => {
  const a = await make('a');
  const ownerReferences = [referenceTo(a)];
  await cluster.client.create(priorityClasses, { metadata: { name: 'wide', ownerReferences }, value: 1 });
  await remove(a);
  const { metadata } = await cluster.client.get(priorityClasses, { name: 'wide' });
  assert.equal(metadata.ownerReferences?.length, 1);
  const { items } = await cluster.client.list(events, { namespace: 'default' });
  const { uid } = a.metadata;
  assert.deepEqual(
    items.filter(({ reason }) => reason === 'OwnerRefInvalidNamespace').map(({ message }) => message),
    [`ownerRef [v1/ConfigMap, namespace: , name: a, uid: ${uid}] does not exist in namespace ""`],
  );
});

test('an owner in another namespace is none, and the object says so before it goes', async () => {
  await cluster.client.create(namespaces, { metadata: { name: 'other' }, spec: {} });
  const a = await make('a', { namespace: 'other' });
  await make('b', { owners: [a] });
  assert.deepEqual(await shown(), []);
  const { items } = await cluster.client.list(events, { namespace: 'default' });
  const warnings = items.filter(({ reason }) => reason === 'OwnerRefInvalidNamespace');
  assert.equal(warnings.length, 1);
  const { uid } = a.metadata;
  assert.equal(
    warnings[0]?.message,
    `ownerRef [v1/ConfigMap, namespace: default, name: a, uid: ${uid}] does not exist in namespace "default"`,
  );
});

test('an object may belong to a node, and goes when the node does', async () => {
  const node = await cluster.client.create(nodes, { metadata: { name: 'spare' }, spec: {} });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'spare', uid: node.metadata.uid }];
  await cluster.client.create(configMaps, { metadata: { namespace: 'default', name: 'b', ownerReferences } });
  assert.deepEqual(await shown(), ['b <- spare']);
  await cluster.client.delete(nodes, { name: 'spare' });
  assert.deepEqual(await shown(), []);
});

test('an owner deleted in the foreground does not wait for, nor take, what another owner keeps', async () => {
  const a = await make('a');
  const x = await make('x');
  const ownerReferences = [referenceTo(a, true), referenceTo(x)];
  await cluster.client.create(configMaps, { metadata: { namespace: 'default', name: 'b', ownerReferences } });
  await remove(a, 'Foreground');
  assert.deepEqual(await shown(), ['b <- x', 'x']);
});

test('what somebody holds is deleted in the foreground twice as it is once', async () => {
  const a = await make('a', { finalizers: [hold] });
  for (const _ of [1, 2]) {
    await remove(a, 'Foreground');
    assert.deepEqual(await shown(), ['a (going)']);
    const { metadata } = await cluster.client.get(configMaps, { namespace: 'default', name: 'a' });
    assert.deepEqual(metadata.finalizers, [hold]);
  }
  const free = { type: 'json', body: [{ op: 'remove', path: '/metadata/finalizers' }] } as const;
  await cluster.client.patch(configMaps, { namespace: 'default', name: 'a' }, free);
  assert.deepEqual(await shown(), []);
});

test('an object whose owner is of a kind that nobody knows stays, for who can tell', async () => {
  const unknown = { apiVersion: 'unknown.example.com/v1', kind: 'Unknown', name: 'a', uid: 'invalid' };
  await cluster.client.create(configMaps, {
    metadata: { namespace: 'default', name: 'b', ownerReferences: [unknown] },
  });
  await cluster.advance(60_000);
  assert.deepEqual(await shown(), ['b <- a']);
});

test('who names an owner by a wrong kind or from another namespace goes, and true dependents stay', async () => {
  await cluster.client.create(namespaces, { metadata: { name: 'other' }, spec: {} });
  const a = await make('a');
  await make('b', { owners: [a] });
  const wrong = { ...referenceTo(a), kind: 'Secret', name: 'invalid' };
  for (const namespace of ['default', 'other'])
    await cluster.client.create(configMaps, { metadata: { namespace, name: 'c', ownerReferences: [wrong] } });
  assert.deepEqual(await shown(), ['a', 'b <- a']);
  const { items } = await cluster.client.list(configMaps, { namespace: 'other' });
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['kube-root-ca.crt'],
  );
});
