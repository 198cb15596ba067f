import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graceEnd, graceFor, nextPulse, silentConditions } from '#controllers/node-lifecycle/health.ts';
import { missingLabels } from '#controllers/node-lifecycle/labels.ts';
import { plannedTaints, withoutEviction } from '#controllers/node-lifecycle/taints.ts';
import { evictionInterval, zoneState, zonesOf } from '#controllers/node-lifecycle/zones.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node, Taint } from '#kinds/node/schema.ts';
import { stored } from '#testing/stored.ts';

const now = Date.UTC(2026, 5, 1);
const then = '2026-05-31T00:00:00Z';

function node(
  ready: string | undefined,
  given: { taints?: readonly Taint[]; unschedulable?: boolean; zone?: string; name?: string } = {},
): Node {
  const base = stored(nodes, {
    metadata: {
      name: given.name ?? 'n1',
      labels: given.zone === undefined ? {} : { 'topology.kubernetes.io/zone': given.zone },
    },
  });
  const condition = (type: string, status: string) => ({
    type,
    status,
    lastHeartbeatTime: then,
    lastTransitionTime: then,
  });
  const conditions = ready === undefined ? [] : [condition('Ready', ready), condition('DiskPressure', 'False')];
  const { name: _name, zone: _zone, ...spec } = given;
  return { ...base, spec, status: { ...base.status, conditions } };
}

const shown = (taints: readonly Taint[]): readonly string[] =>
  taints.map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);

const renewals = ['2026-05-31T00:00:00.000000Z', '2026-05-31T00:00:10.000000Z'];
const at = (monotonic: number) => ({ wall: now, monotonic });

test('a sign of life is another heartbeat or renewal, by our own clock', () => {
  const [early, late] = renewals;
  const first = nextPulse(node('True'), early, undefined, at(1000));
  assert.equal(first.seenAt, 1000);
  assert.equal(nextPulse(node('True'), early, first, at(2000)).seenAt, 1000);
  const second = nextPulse(node('True'), late, first, at(2000));
  assert.equal(second.seenAt, 2000);
  for (const renewal of [undefined, late]) {
    const third = nextPulse(node('True'), renewal, second, at(3000));
    assert.deepEqual([third.seenAt, third.renewal], [2000, late], 'nobody lives because a lease is gone');
  }
  assert.equal(nextPulse(node('True'), early, second, at(3000)).seenAt, 3000, 'who set its clock back is alive');
});

test('a node is alive when it first says that it is ready, even if it does not say when', () => {
  const timeless = node('True');
  const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: null, lastTransitionTime: null }];
  const mute = nextPulse(node(undefined), undefined, undefined, at(1000));
  assert.equal(
    nextPulse({ ...timeless, status: { ...timeless.status, conditions } }, undefined, mute, at(2000)).seenAt,
    2000,
  );
});

test('what a node that never said anything is given counts from when it was made, unless it holds a lease', () => {
  const mute = node(undefined);
  const creationTimestamp = new Date(now - 70_000).toISOString();
  const old = { ...mute, metadata: { ...mute.metadata, creationTimestamp } };
  const pulse = nextPulse(old, undefined, undefined, at(100_000));
  assert.equal(pulse.seenAt, 30_000);
  assert.equal(nextPulse(old, undefined, pulse, at(105_000)).seenAt, 30_000);
  assert.equal(nextPulse(old, renewals[0], undefined, at(100_000)).seenAt, 100_000);
});

test('a node that never reported gets 60 s, one that did 50 s', () => {
  const pulse = { seenAt: 0, heartbeat: undefined, renewal: undefined };
  assert.equal(graceEnd(node('True'), pulse, graceFor(40)), 50_000);
  assert.equal(graceEnd(node(undefined), pulse, graceFor(40)), 60_000);
});

test('of a silent node nothing is known, and that is written once', () => {
  const conditions = silentConditions(node('True'), now) ?? [];
  assert.deepEqual(
    conditions.map(({ type, status, reason }) => `${type}=${status}:${reason}`),
    [
      'Ready=Unknown:NodeStatusUnknown',
      'DiskPressure=Unknown:NodeStatusUnknown',
      'MemoryPressure=Unknown:NodeStatusNeverUpdated',
      'PIDPressure=Unknown:NodeStatusNeverUpdated',
    ],
  );
  assert.equal(silentConditions(node('Unknown'), now), undefined);
});

test('NoSchedule taints follow conditions and cordon, and a user cannot keep one against them', () => {
  assert.deepEqual(shown(plannedTaints(node('False'), false, now)), ['not-ready:NoSchedule']);
  assert.deepEqual(shown(plannedTaints(node('Unknown', { unschedulable: true }), false, now)), [
    'unreachable:NoSchedule',
    'unschedulable:NoSchedule',
  ]);
  const own = { key: 'example.com/mine', effect: 'NoSchedule' };
  const stale = { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' };
  assert.deepEqual(plannedTaints(node('True', { taints: [own, stale] }), false, now), [own]);
});

test('a node that has not said how it is has no taint for it, and loses the one it was born with', () => {
  const born = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  assert.deepEqual(plannedTaints(node(undefined, { taints: [born] }), true, now), []);
});

test('what drives pods away from a node that has said nothing stays', () => {
  const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }];
  assert.deepEqual(plannedTaints(node(undefined, { taints }), true, now), taints);
});

test('older labels follow the newer ones', () => {
  const labelled = (labels: { readonly [key: string]: string }) => {
    const base = node('True');
    return missingLabels({ ...base, metadata: { ...base.metadata, labels } });
  };
  assert.deepEqual(labelled({ 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' }), {
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': 'amd64',
  });
  const wrong = { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/os': 'plan9' };
  assert.deepEqual(labelled(wrong), { 'beta.kubernetes.io/os': 'linux' });
  assert.equal(labelled({ 'beta.kubernetes.io/arch': 'amd64' }), undefined);
});

test('taints that are right come back as the same list, so that nothing is written', () => {
  const before = node('True', { taints: [{ key: 'example.com/mine', effect: 'NoExecute' }] });
  assert.equal(plannedTaints(before, false, now), before.spec.taints);
});

test('NoExecute comes when its turn has come, changes its key with the condition, and goes when the node is well', () => {
  const tainted = plannedTaints(node('False'), true, now);
  assert.deepEqual(shown(tainted), ['not-ready:NoSchedule', 'not-ready:NoExecute']);
  const swapped = plannedTaints(node('Unknown', { taints: tainted }), false, now);
  assert.deepEqual(shown(swapped).toSorted(), ['unreachable:NoExecute', 'unreachable:NoSchedule']);
  assert.deepEqual(plannedTaints(node('True', { taints: swapped }), false, now), []);
  assert.deepEqual(shown(withoutEviction(node('Unknown', { taints: swapped }))), ['unreachable:NoSchedule']);
});

test('a zone is fully down without a ready node, and partially from three and 55 % on', () => {
  const zone = (ready: number, down: number) => [
    ...Array.from({ length: ready }, () => node('True')),
    ...Array.from({ length: down }, () => node('Unknown')),
  ];
  assert.equal(zoneState(zone(1, 0)), 'normal');
  assert.equal(zoneState(zone(0, 1)), 'full');
  assert.equal(zoneState(zone(1, 2)), 'normal');
  assert.equal(zoneState(zone(2, 3)), 'partial');
  assert.equal(evictionInterval(zone(2, 3)), undefined);
  assert.equal(evictionInterval(zone(20, 40)), 100_000);
  assert.equal(evictionInterval(zone(5, 1)), 10_000);
});

test('nodes without zone labels share one zone', () => {
  const zones = zonesOf([
    node('True', { name: 'a' }),
    node('True', { name: 'b' }),
    node('True', { name: 'c', zone: 'z' }),
  ]);
  assert.deepEqual(
    [...zones.values()].map((members) => members.map((each) => each.metadata.name)),
    [['a', 'b'], ['c']],
  );
});
