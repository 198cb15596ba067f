import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateConditions } from '#kinds/meta/validate-conditions.ts';
import { lines } from '#kinds/test-objects.ts';

const good = {
  type: 'DisruptionAllowed',
  status: 'True',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  reason: 'SufficientPods',
  message: '',
};

test('conditions say what, whether, since when and why, each once', () => {
  assert.deepEqual(validateConditions([good], 'c'), []);
  assert.deepEqual(validateConditions(undefined, 'c'), []);
  const bare = { type: '', status: '', observedGeneration: -1, lastTransitionTime: null, reason: '', message: '' };
  assert.deepEqual(lines(validateConditions([bare], 'c')), [
    'c[0].type: Required value: is required',
    'c[0].status: Required value',
    'c[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    'c[0].lastTransitionTime: Required value',
    'c[0].reason: Required value',
  ]);
  const odd = { ...good, status: 'Maybe', message: 'm'.repeat(32769) };
  assert.deepEqual(lines(validateConditions([good, odd], 'c')), [
    'c[1]: Duplicate value: "DisruptionAllowed"',
    'c[1].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    'c[1].message: Too long: may not be more than 32768 bytes',
  ]);
  assert.match(
    lines(validateConditions([{ ...good, reason: '9 lives' }], 'c'))[0] ?? '',
    /^c\[0\]\.reason: Invalid value: "9 lives": a condition reason must start with alphabetic character, .*\(e\.g\. 'my_name', {2}or/,
  );
});
