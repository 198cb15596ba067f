import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '#api/api.ts';
import { InFlight } from '#server/in-flight.ts';
import type { ResourceInfo } from '#server/request-info.ts';

const alice: User = { name: 'alice', groups: [] };
const node: User = { name: 'system:node:n1', groups: ['system:nodes'] };

function info(verb: string, plural: string, more: Partial<ResourceInfo> = {}): ResourceInfo {
  const place = { namespace: 'default', name: undefined, subresource: undefined, rest: [], watchPrefix: false };
  return { at: 'resource', verb, group: '', version: 'v1', plural, ...place, ...more };
}

function fill(inFlight: InFlight, user: User, request: ResourceInfo): number {
  let count = 0;
  while (count < 10_000 && inFlight.enter(user, request) !== undefined) count++;
  return count;
}

const lease = { group: 'coordination.k8s.io', namespace: 'kube-node-lease' };

test('readers and writers have places of their own, given back once', () => {
  const inFlight = new InFlight();
  assert.equal(fill(inFlight, alice, info('list', 'pods')), 400);
  assert.equal(fill(inFlight, alice, info('create', 'pods')), 200);
  const other = new InFlight();
  const leave = other.enter(alice, info('list', 'pods'));
  leave?.();
  leave?.();
  assert.equal(fill(other, alice, info('list', 'pods')), 400);
});

test('a crowd keeps no node from its lease and no leader from its lead', () => {
  const inFlight = new InFlight();
  fill(inFlight, alice, info('list', 'pods'));
  fill(inFlight, alice, info('create', 'pods'));
  assert.ok(inFlight.enter(node, info('update', 'leases', lease)));
  assert.ok(inFlight.enter(node, info('patch', 'nodes', { namespace: undefined, subresource: 'status' })));
  assert.equal(inFlight.enter(node, info('list', 'secrets')), undefined);
  const scheduler: User = { name: 'system:kube-scheduler', groups: [] };
  assert.ok(inFlight.enter(scheduler, info('update', 'leases', { ...lease, namespace: 'kube-system' })));
  assert.equal(inFlight.enter(alice, info('update', 'leases', lease)), undefined);
});

test('administrators are never turned away', () => {
  const inFlight = new InFlight();
  assert.equal(fill(inFlight, { name: 'root', groups: ['system:masters'] }, info('list', 'pods')), 10_000);
});
