import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import { FailureBackOff } from '#controllers/daemonset/backoff.ts';

test('failures of a node are replaced after 0, 1, 2, 4 s and so on, up to 15 min; others are not held up', async () => {
  const clock = new VirtualClock();
  const backOff = new FailureBackOff(clock);
  const waits: number[] = [];
  for (let n = 0; n < 12; n++) {
    const wait = backOff.remaining('a');
    waits.push(wait / 1000);
    await clock.advance(wait);
    assert.equal(backOff.remaining('a'), 0);
    backOff.next('a');
  }
  assert.deepEqual(waits, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
  assert.equal(backOff.remaining('b'), 0);
});

test('after half an hour of quiet a failure is a first one again', async () => {
  const clock = new VirtualClock();
  const backOff = new FailureBackOff(clock);
  for (let n = 0; n < 5; n++) backOff.next('a');
  await clock.advance(31 * 60_000);
  assert.equal(backOff.remaining('a'), 0);
  backOff.next('a');
  assert.equal(backOff.remaining('a'), 1_000);
});
