import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayAfter, nextRecord, noFailures, remainingDelay } from '#controllers/job/backoff.ts';
import { finishTime } from '#controllers/job/pod-facts.ts';
import { podOf } from '#controllers/job/test-pods.ts';

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const ended = (second: number) => podOf({ finishedAt: [at(second)] });

test('delays double from ten seconds to ten minutes', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => delayAfter(failures) / 1_000);
  assert.deepEqual(delays, [0, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
});

test('failures add up; a success starts anew with the failures after it', () => {
  const two = nextRecord(noFailures, [], [ended(3), ended(1)]);
  assert.deepEqual(two, { failures: 2, lastFailureAt: Date.parse(at(3)) });
  assert.deepEqual(nextRecord(two, [], [ended(9)]), { failures: 3, lastFailureAt: Date.parse(at(9)) });
  assert.equal(nextRecord(two, [], []), two);
  assert.deepEqual(nextRecord(two, [ended(9)], []), noFailures);
  const mixed = nextRecord(two, [ended(5)], [ended(4), ended(5), ended(7)]);
  assert.deepEqual(mixed, { failures: 1, lastFailureAt: Date.parse(at(7)) });
});

test('the delay runs from the last failure', () => {
  const record = { failures: 2, lastFailureAt: Date.parse(at(10)) };
  assert.equal(remainingDelay(record, Date.parse(at(15))), 15_000);
  assert.equal(remainingDelay(record, Date.parse(at(40))), 0);
  assert.equal(remainingDelay(noFailures, 0), 0);
});

test('a pod ended when its last container did, or as well as can be told', () => {
  const cases = [
    [podOf({ finishedAt: [at(5), at(9), at(7)] }), at(9)],
    [podOf({ finishedAt: [at(5)], running: true, notReadyAt: at(8) }), at(8)],
    [podOf({ readyAt: at(3), deletedAt: at(50), graceSeconds: 30 }), at(20)],
    [podOf({ createdAt: at(2) }), at(2)],
  ] as const;
  for (const [pod, expected] of cases) assert.equal(finishTime(pod), Date.parse(expected));
});
