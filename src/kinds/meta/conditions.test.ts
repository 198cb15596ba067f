import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition, isConditionTrue, setCondition } from '#kinds/meta/conditions.ts';

const early = '2026-01-01T00:00:00Z';
const late = '2026-01-02T00:00:00Z';
const ready = { type: 'Ready', status: 'True', reason: 'Up', lastTransitionTime: early };
const other = { type: 'Other', status: 'False', lastTransitionTime: early };

test('a new condition goes to the end', () => {
  assert.deepEqual(setCondition([other], ready), [other, ready]);
  assert.deepEqual(setCondition(undefined, ready), [ready]);
});

test('a flip takes the new time and keeps the place', () => {
  const flipped = { ...ready, status: 'False', lastTransitionTime: late };
  assert.deepEqual(setCondition([ready, other], flipped), [flipped, other]);
});

test('another reason without a flip keeps the time of the last flip', () => {
  const next = { ...ready, reason: 'StillUp', lastTransitionTime: late };
  assert.deepEqual(setCondition([ready], next), [{ ...next, lastTransitionTime: early }]);
});

test('the same condition again is the same list', () => {
  const before = [other, ready];
  assert.equal(setCondition(before, { ...ready, lastTransitionTime: late }), before);
});

test('only a condition that is there and True is true', () => {
  assert.equal(findCondition([other, ready], 'Ready'), ready);
  assert.equal(isConditionTrue([other, ready], 'Ready'), true);
  assert.equal(isConditionTrue([other], 'Other'), false);
  assert.equal(isConditionTrue(undefined, 'Ready'), false);
});
