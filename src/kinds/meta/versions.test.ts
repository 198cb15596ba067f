import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from '#kinds/meta/versions.ts';

test('stable versions come before beta and alpha, higher numbers first', () => {
  const sorted = ['v1alpha1', 'v1', 'v1beta2', 'v2', 'other', 'v1beta10'].toSorted(compareVersions);
  assert.deepEqual(sorted, ['v2', 'v1', 'v1beta10', 'v1beta2', 'v1alpha1', 'other']);
});
