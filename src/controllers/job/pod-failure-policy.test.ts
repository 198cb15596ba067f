import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOn } from '#controllers/job/pod-failure-policy.ts';
import { podOf } from '#controllers/job/test-pods.ts';
import type { PodFailurePolicyRule } from '#kinds/job/schema.ts';

const onExit = (action: string, operator: string, values: number[], containerName?: string) => ({
  action,
  onExitCodes: { operator, values, ...(containerName === undefined ? {} : { containerName }) },
});

function action(rules: readonly PodFailurePolicyRule[], exitCodes: { [name: string]: number }): string {
  return verdictOn(podOf({ phase: 'Failed', exitCodes }), { rules }).action;
}

test('exit codes are compared container by container, 0 never matches', () => {
  assert.equal(action([onExit('Ignore', 'In', [3])], { a: 0, b: 3 }), 'ignore');
  assert.equal(action([onExit('Ignore', 'In', [0])], { a: 0 }), 'count');
  assert.equal(action([onExit('Ignore', 'NotIn', [3])], { a: 0, b: 3 }), 'count');
  assert.equal(action([onExit('Ignore', 'NotIn', [3])], { a: 4, b: 3 }), 'ignore');
  assert.equal(action([onExit('Ignore', 'In', [3], 'b')], { a: 3, b: 1 }), 'count');
  assert.equal(action([onExit('Ignore', 'In', [3], 'b')], { a: 1, b: 3 }), 'ignore');
});

test('the first matching rule decides; what a newer version knows does not match', () => {
  const rules = [onExit('Shrug', 'In', [1]), onExit('Ignore', 'Near', [1]), onExit('FailIndex', 'In', [1])];
  assert.equal(action([...rules, onExit('FailJob', 'In', [1])], { a: 1 }), 'fail-index');
  assert.equal(action([onExit('Count', 'In', [1]), onExit('Ignore', 'In', [1])], { a: 1 }), 'count');
});

test('a condition matches by type and status, and is named in the message', () => {
  const pod = podOf({ conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
  const rule = (status: string) => ({
    rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status }] }],
  });
  assert.equal(verdictOn(pod, rule('False')).action, 'count');
  assert.deepEqual(verdictOn(pod, rule('True')), {
    action: 'fail-job',
    message: 'Pod ns/p has condition DisruptionTarget matching FailJob rule at index 0',
  });
  assert.deepEqual(verdictOn(pod, undefined), { action: 'count', ruled: false });
});
