import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Departed } from '#controllers/job-order/departed.ts';
import { newJob } from '#kinds/test-objects.ts';

function job(name: string, uid: string, ending?: string) {
  const made = newJob({}, { name, uid });
  const conditions = ending === undefined ? [] : [{ type: ending, status: 'True' }];
  return { ...made, status: { ...made.status, conditions } } as unknown as typeof made;
}

test('ended jobs that are gone are known by uid until those of their name are forgotten', () => {
  const departed = new Departed();
  const first = job('a', '1', 'Complete');
  departed.remember(first);
  departed.remember(job('a', '2', 'Failed'));
  departed.remember(job('b', '3', 'Failed'));
  departed.remember(job('a', '4'));
  assert.equal(departed.of('1'), first);
  assert.equal(departed.of('4'), undefined, 'it had not ended');
  departed.forget('ns/a');
  assert.deepEqual([departed.of('1'), departed.of('2')], [undefined, undefined]);
  assert.ok(departed.of('3') !== undefined);
});
