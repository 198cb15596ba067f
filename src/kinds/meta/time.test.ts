import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microTimestamp, timestamp } from '#kinds/meta/time.ts';

test('times have whole seconds, micro times six digits', () => {
  const at = Date.parse('2026-11-22T00:41:36.789Z');
  assert.equal(timestamp(at), '2026-11-22T00:41:36Z');
  assert.equal(microTimestamp(at), '2026-11-22T00:41:36.789000Z');
});
