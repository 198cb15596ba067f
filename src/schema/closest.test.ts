import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '#schema/closest.ts';

test('closest() finds what was meant', () => {
  const fields = ['backoffLimit', 'completions', 'parallelism', 'template', 'suspend'];
  assert.equal(closest('backOffLimit', fields), 'backoffLimit');
  assert.equal(closest('completion', fields), 'completions');
  assert.equal(closest('tepmlate', fields), 'template');
  assert.equal(closest('paralellism', fields), 'parallelism');
});

test('closest() says nothing when nothing is near', () => {
  assert.equal(closest('image', ['backoffLimit', 'suspend']), undefined);
  assert.equal(closest('x', ['ab']), undefined);
  assert.equal(closest('name', []), undefined);
});

test('a swapped pair counts as one slip', () => {
  assert.equal(closest('pdos', ['jobs', 'pods']), 'pods');
});
