import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evictingTaints, toleratedFor } from '#controllers/taint-eviction/plan.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';
import { stored } from '#testing/stored.ts';

const taint = (key: string) => ({ key, effect: 'NoExecute' });
const tolerating = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

test('only NoExecute taints drive pods away', () => {
  const taints = [taint('a'), { key: 'b', effect: 'NoSchedule' }];
  assert.deepEqual(evictingTaints(stored(nodes, { spec: { taints } })), [taint('a')]);
});

test('a pod stays as long as its shortest toleration, or not at all', () => {
  const both = [taint('a'), taint('b')];
  assert.equal(toleratedFor(both, undefined), 0);
  assert.equal(toleratedFor(both, [tolerating('a')]), 0);
  assert.equal(toleratedFor(both, [tolerating('a'), tolerating('b')]), undefined);
  assert.equal(toleratedFor(both, [tolerating('a'), tolerating('b', 30)]), 30_000);
  assert.equal(toleratedFor(both, [tolerating('a', 10), tolerating('b', 30)]), 10_000);
  assert.equal(toleratedFor(both, [tolerating('a', -5), tolerating('b')]), 0);
  assert.equal(toleratedFor([taint('a')], [tolerating('a', 10), tolerating('a', 5)]), 10_000);
});
