import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { podTroubles } from './pod-troubles.ts';

function troubles(status: object): readonly string[] {
  return podTroubles({ status } as unknown as Pod);
}

const container = (state: object) => ({ containerStatuses: [{ name: 'c', state }] });

test('what keeps a pod from running is told in the words of its status', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }];
  assert.deepEqual(troubles({ conditions }), ['Unschedulable: 0/1 nodes']);
  assert.deepEqual(troubles({ reason: 'Evicted', message: 'too much' }), ['Evicted: too much']);
  assert.deepEqual(troubles(container({ waiting: { reason: 'CreateContainerError', message: 'no command' } })), [
    'CreateContainerError: no command',
  ]);
  assert.deepEqual(troubles(container({ terminated: { exitCode: 128, reason: 'StartError', message: 'not found' } })), [
    'StartError: not found',
  ]);
});

test('a pod that runs, waits its turn, or ended by itself has no troubles', () => {
  assert.deepEqual(troubles({ conditions: [{ type: 'PodScheduled', status: 'True' }] }), []);
  assert.deepEqual(troubles(container({ running: {} })), []);
  assert.deepEqual(troubles(container({ waiting: { reason: 'ContainerCreating' } })), []);
  const ended = { exitCode: 3, reason: 'Error', message: 'last words', containerID: 'process://1' };
  assert.deepEqual(troubles(container({ terminated: ended })), []);
});
