import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import { Expectations } from '#reconcile/expectations.ts';

test('an owner is satisfied when every expected change was observed, each counted once', () => {
  const expectations = new Expectations(new VirtualClock());
  assert.equal(expectations.satisfied('owner'), true);
  expectations.expect('owner', 'a');
  expectations.expect('owner', 'b');
  expectations.observed('owner', 'a');
  expectations.observed('owner', 'a');
  expectations.observed('owner', 'never expected');
  assert.deepEqual([expectations.has('owner', 'a'), expectations.has('owner', 'b')], [false, true]);
  assert.equal(expectations.satisfied('owner'), false);
  expectations.observed('owner', 'b');
  assert.equal(expectations.satisfied('owner'), true);
});

test('owners do not mix, and forget() clears one', () => {
  const expectations = new Expectations(new VirtualClock());
  expectations.expect('owner', 'a');
  assert.equal(expectations.satisfied('other'), true);
  assert.equal(expectations.has('other', 'a'), false);
  expectations.forget('owner');
  assert.equal(expectations.satisfied('owner'), true);
});

test('five minutes after the last expectation the owner is given up waiting', async () => {
  const clock = new VirtualClock();
  const expectations = new Expectations(clock);
  expectations.expect('owner', 'a');
  await clock.advance(60_000);
  expectations.expect('owner', 'b');
  await clock.advance(5 * 60_000);
  assert.equal(expectations.satisfied('owner'), false);
  await clock.advance(1);
  assert.equal(expectations.satisfied('owner'), true);
});
