import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder } from '#node/runtime/process/mounting.ts';

function order(...pairs: readonly (readonly [source: string, target: string])[]): readonly string[] {
  const mounts = pairs.map(([source, target]) => ({
    source,
    target,
    readOnly: false,
    propagation: 'private' as const,
  }));
  return inOrder(mounts).map(({ target }) => target);
}

test('mounts come in the order in which none hides what another needs', () => {
  assert.deepEqual(order(['/a/1', '/x/y'], ['/a/2', '/x']), ['/x', '/x/y'], 'outer places first');
  assert.deepEqual(order(['/a/1', '/tmp'], ['/tmp/2', '/x/y/z']), ['/x/y/z', '/tmp'], 'before it is hidden');
  assert.deepEqual(order(['/a/1', '/b'], ['/a/2', '/c']), ['/b', '/c'], 'as given');
  assert.deepEqual(order(['/tmp/1', '/tmp'], ['/tmp/2', '/tmp/x']), ['/tmp', '/tmp/x'], 'both, and neither');
  assert.deepEqual(order(['/tmp/1', '/tmp'], ['/tmp', '/host']), ['/host', '/tmp']);
});
