import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import { Expectations, UidExpectations } from '#reconcile/expectations.ts';

test('expectations are satisfied when every creation and deletion was observed', () => {
  const expectations = new Expectations(new VirtualClock());
  assert.equal(expectations.satisfied('ns/a'), true);
  expectations.expect('ns/a', { creations: 2 });
  expectations.creationObserved('ns/a');
  assert.equal(expectations.satisfied('ns/a'), false);
  expectations.creationObserved('ns/a');
  assert.equal(expectations.satisfied('ns/a'), true);
  expectations.expect('ns/a', { deletions: 1 });
  expectations.creationObserved('ns/a');
  assert.equal(expectations.satisfied('ns/a'), false);
  expectations.deletionObserved('ns/a');
  assert.equal(expectations.satisfied('ns/a'), true);
});

test('a new batch replaces what was expected; forget() clears it', () => {
  const expectations = new Expectations(new VirtualClock());
  expectations.expect('ns/a', { creations: 9 });
  expectations.expect('ns/a', { deletions: 1 });
  expectations.deletionObserved('ns/a');
  assert.equal(expectations.satisfied('ns/a'), true);
  expectations.expect('ns/a', { creations: 9 });
  expectations.forget('ns/a');
  assert.equal(expectations.satisfied('ns/a'), true);
});

test('an expectation is given up after five minutes', async () => {
  const clock = new VirtualClock();
  const expectations = new Expectations(clock);
  expectations.expect('ns/a', { creations: 1 });
  await clock.advance(5 * 60_000);
  assert.equal(expectations.satisfied('ns/a'), false);
  await clock.advance(1);
  assert.equal(expectations.satisfied('ns/a'), true);
});

test('uid expectations last until each uid was observed', () => {
  const expectations = new UidExpectations();
  expectations.expect('ns/a', ['1', '2']);
  expectations.expect('ns/a', ['3']);
  expectations.observed('ns/a', '1');
  assert.deepEqual(
    ['1', '2', '3'].map((uid) => expectations.has('ns/a', uid)),
    [false, true, true],
  );
  assert.equal(expectations.has('ns/b', '2'), false);
  expectations.forget('ns/a');
  assert.equal(expectations.has('ns/a', '2'), false);
});
