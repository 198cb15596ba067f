import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockersOf, type OwnerState, planDependent } from '#controllers/garbage-collector/plan.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import { type Partially, stored } from '#testing/stored.ts';

function owner(name: string, block = false): OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: `${name}-uid`, blockOwnerDeletion: block };
}

function dependent(owners: readonly OwnerReference[], metadata: Partially<ConfigMap['metadata']> = {}): ConfigMap {
  return stored(configMaps, { metadata: { name: 'd', ...metadata, ownerReferences: owners } });
}

const states =
  (known: { readonly [name: string]: OwnerState }) =>
  (ref: OwnerReference): OwnerState =>
    known[ref.name] ?? 'absent';

test('an object whose owners are all there is kept', () => {
  const plan = planDependent(dependent([owner('a'), owner('b')]), states({ a: 'solid', b: 'solid' }), []);
  assert.deepEqual(plan, { do: 'keep' });
});

test('one solid owner keeps the object, and the references to the others are taken off', () => {
  const refs = [owner('a'), owner('b'), owner('c')];
  const plan = planDependent(dependent(refs), states({ a: 'solid', b: 'waiting' }), []);
  assert.deepEqual(plan, { do: 'release', owners: refs.slice(1) });
});

test('without any owner the object is deleted in the way its own finalizers ask for', () => {
  const deleted = (finalizers: readonly string[]) =>
    planDependent(dependent([owner('a')], { finalizers }), states({}), []);
  assert.deepEqual(deleted([]), { do: 'delete', propagation: 'Background', unblock: false });
  assert.deepEqual(deleted(['orphan']), { do: 'delete', propagation: 'Orphan', unblock: false });
  assert.deepEqual(deleted(['foregroundDeletion']), { do: 'delete', propagation: 'Foreground', unblock: false });
});

test('an owner that waits passes foreground deletion on to dependents that have dependents', () => {
  const object = dependent([owner('a')]);
  const below = dependent([owner('d')], { name: 'below' });
  const plan = (dependents: readonly ConfigMap[]) => planDependent(object, states({ a: 'waiting' }), dependents);
  assert.deepEqual(plan([below]), { do: 'delete', propagation: 'Foreground', unblock: false });
  assert.deepEqual(plan([]), { do: 'delete', propagation: 'Background', unblock: false });
});

test('a circle of foreground deletions is broken by no longer blocking the owner', () => {
  const below = dependent([owner('d')], {
    name: 'below',
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['foregroundDeletion'],
  });
  const plan = planDependent(dependent([owner('a')]), states({ a: 'waiting' }), [below]);
  assert.deepEqual(plan, { do: 'delete', propagation: 'Foreground', unblock: true });
});

test('only dependents that say so block their owner', () => {
  const top = stored(configMaps, { metadata: { name: 'a' } });
  const blocking = dependent([owner('a', true)], { name: 'x' });
  const other = dependent([owner('a', false), owner('b', true)], { name: 'y' });
  assert.deepEqual(blockersOf(top, [blocking, other]), [blocking]);
});
