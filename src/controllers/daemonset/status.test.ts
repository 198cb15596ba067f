import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countNodes, nextAvailability, withCounts } from '#controllers/daemonset/status.ts';
import { daemonSet, node, now, pod, view } from '#controllers/daemonset/test-daemons.ts';

test('nodes are counted, each by its most senior pod', () => {
  const tainted = node('n6', [{ key: 'k', effect: 'NoSchedule' }]);
  const seen = view(
    daemonSet({ minReadySeconds: 10 }),
    ['n1', 'n2', 'n3', 'n4', 'n5', tainted],
    [
      pod('a', 'n1', { ready: 20 }),
      pod('b', 'n2', { ready: 5 }),
      pod('c', 'n3', { old: true, ready: 20, age: 90 }),
      pod('d', 'n3', { ready: 20, age: 10 }),
      pod('e', 'n4', { unbound: true, phase: 'Pending' }),
      pod('f', 'n5', { deleting: true, phase: 'Failed' }),
      pod('g', 'n6', { ready: 20 }),
      pod('h', 'gone', { ready: 20 }),
    ],
  );
  assert.deepEqual(countNodes(seen), {
    desiredNumberScheduled: 5,
    currentNumberScheduled: 4,
    numberMisscheduled: 1,
    numberReady: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 2,
    numberUnavailable: 3,
  });
  assert.equal(nextAvailability(seen), now + 5_000);
});

test('a status is left alone while it says the same, and keeps what others wrote', () => {
  const counts = countNodes(view(daemonSet(), ['n1'], []));
  const { status } = daemonSet();
  const conditions = [{ type: 'x', status: 'True', lastTransitionTime: null }];
  const first = withCounts({ ...status, conditions }, counts, 2);
  assert.deepEqual([first.desiredNumberScheduled, first.observedGeneration, first.conditions], [1, 2, conditions]);
  assert.equal(withCounts(first, counts, 2), first);
  assert.equal(withCounts(first, counts, undefined), first);
  assert.equal(withCounts(first, counts, 3).observedGeneration, 3);
  const more = countNodes(view(daemonSet(), ['n1', 'n2'], []));
  assert.equal(withCounts(first, more, undefined).observedGeneration, 2);
});
