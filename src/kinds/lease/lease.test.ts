import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leases } from '#kinds/lease/lease.ts';
import { created, lines } from '#kinds/test-objects.ts';

test('a lease lasts, and changes hands some number of times', () => {
  const refused = (spec: object) => lines(leases.rules.validate?.(created(leases, { spec })) ?? []);
  assert.deepEqual(refused({ leaseDurationSeconds: 0, leaseTransitions: -1 }), [
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(refused({ leaseDurationSeconds: 1 }), []);
});

test('what belongs to elections among candidates is dropped', () => {
  const { spec } = created(leases, { spec: { strategy: 'Odd', preferredHolder: 'b', holderIdentity: 'a' } });
  assert.deepEqual(spec, { holderIdentity: 'a' });
});
