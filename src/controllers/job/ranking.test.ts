import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byWorth } from '#controllers/job/ranking.ts';
import { type PodWish, podOf } from '#controllers/job/test-pods.ts';

test('the pod that has done less goes first', () => {
  const node = 'n1';
  const readyAt = '2026-01-01T00:10:00Z';
  const pairs: readonly (readonly [string, PodWish, PodWish])[] = [
    ['unassigned before assigned', { phase: 'Running' }, { phase: 'Pending', node }],
    ['pending before unknown', { phase: 'Pending', node }, { phase: 'Unknown', node }],
    ['unknown before running', { phase: 'Unknown', node }, { phase: 'Running', node }],
    ['not ready before ready', { node, restarts: 0 }, { node, readyAt, restarts: 5 }],
    ['shorter ready before longer ready', { node, readyAt: '2026-01-01T00:20:00Z' }, { node, readyAt, restarts: 9 }],
    ['ready since nobody knows when before all', { node, readyAt: null }, { node, readyAt: '2026-01-01T00:20:00Z' }],
    ['more restarts before fewer', { node, restarts: 3 }, { node, restarts: 1, createdAt: '2026-01-01T00:05:00Z' }],
    ['more restarts of sidecars', { node, sidecarRestarts: 2 }, { node, sidecarRestarts: 1 }],
    ['younger before older', { node, createdAt: '2026-01-01T00:05:00Z' }, { node }],
  ];
  for (const [rule, first, second] of pairs) {
    assert.ok(byWorth(podOf(first), podOf(second)) < 0, rule);
    assert.ok(byWorth(podOf(second), podOf(first)) > 0, `${rule}, turned round`);
  }
  assert.equal(byWorth(podOf({ node }), podOf({ node })), 0);
});
