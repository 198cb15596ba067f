import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finalizerWarnings } from './finalizers.ts';

const advice = 'to avoid accidental conflicts with other finalizer writers';

test('finalizers that are new and do not say whose they are get advice, in their order', () => {
  const list = ['loose', 'harbour.example/rope', 'old', 'a.example', 'orphan', 'foregroundDeletion', 'kubernetes'];
  assert.deepEqual(finalizerWarnings(list, ['old'], 'metadata.finalizers'), [
    `metadata.finalizers: "a.example": prefer a domain-qualified finalizer name including a path (/) ${advice}`,
    `metadata.finalizers: "loose": prefer a domain-qualified finalizer name ${advice}`,
  ]);
  assert.deepEqual(finalizerWarnings(undefined, ['old'], 'metadata.finalizers'), []);
});
