import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controllerOf, isControlledBy, ownerReference } from '#kinds/meta/owners.ts';

const owner = {
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata: { name: 'j', namespace: 'ns', uid: 'u1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
};
const reference = ownerReference(owner, { group: 'batch', version: 'v1', kind: 'Job' });

test('the reference to a controller names it in full and holds back its deletion', () => {
  assert.deepEqual(reference, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: 'j',
    uid: 'u1',
    controller: true,
    blockOwnerDeletion: true,
  });
});

test('the controller is told by uid, not by name, and other owners do not count', () => {
  const plainOwner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u0' };
  const owned = { metadata: { ownerReferences: [plainOwner, reference] } };
  assert.equal(controllerOf(owned), reference);
  assert.equal(isControlledBy(owned, owner), true);
  assert.equal(isControlledBy(owned, { metadata: { uid: 'u2' } }), false);
  assert.equal(controllerOf({ metadata: { ownerReferences: [plainOwner] } }), undefined);
  assert.equal(isControlledBy({ metadata: {} }, owner), false);
});
