import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventCorrelator } from '#reconcile/event-correlator.ts';

const involvedObject = { kind: 'Job', namespace: 'default', name: 'j', uid: 'u', apiVersion: 'batch/v1' };

function observe(correlator: EventCorrelator, message: string, now = 0, resourceVersion = '1') {
  const subject = { involvedObject: { ...involvedObject, resourceVersion }, type: 'Normal', reason: 'Made', message };
  return correlator.observe(subject, now);
}

test('equal events are counted on one entry, whatever the version of the object', () => {
  const correlator = new EventCorrelator();
  const first = observe(correlator, 'one', 1_000, '1');
  const second = observe(correlator, 'one', 5_000, '2');
  assert.equal(first?.count, 1);
  assert.equal(second?.count, 2);
  assert.equal(second?.entry, first?.entry);
  assert.deepEqual([second?.firstAt, second?.lastAt], [1_000, 5_000]);
});

test('after nine different messages the others are combined into one entry, known ones keep theirs', () => {
  const correlator = new EventCorrelator();
  const seen = Array.from({ length: 12 }, (_, index) => observe(correlator, `pod ${index}`));
  assert.deepEqual(
    seen.slice(8).map((item) => [item?.message, item?.count]),
    [
      ['pod 8', 1],
      ['(combined from similar events): pod 9', 1],
      ['(combined from similar events): pod 10', 2],
      ['(combined from similar events): pod 11', 3],
    ],
  );
  assert.equal(observe(correlator, 'pod 3')?.message, 'pod 3');
});

test('ten quiet minutes end a combination', () => {
  const correlator = new EventCorrelator();
  for (let index = 0; index < 12; index++) observe(correlator, `pod ${index}`, 0);
  assert.equal(observe(correlator, 'pod 20', 600_001)?.message, 'pod 20');
});

test('one object gets 25 events at once, then one every five minutes', () => {
  const correlator = new EventCorrelator();
  const count = (now: number): number =>
    Array.from({ length: 40 }, () => observe(correlator, 'again', now)).filter((item) => item !== undefined).length;
  assert.deepEqual([count(0), count(299_999), count(300_000), count(900_000)], [25, 0, 1, 2]);
});
