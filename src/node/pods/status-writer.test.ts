import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodStatus } from '#kinds/pod/schema/status.ts';
import { changesOf } from '#node/pods/status-writer.ts';

function status(fields: object): PodStatus {
  return fields as PodStatus;
}

test('a condition that flips takes its old reason and message with it', () => {
  const waiting = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'containers with …' };
  const changes = changesOf(
    status({ phase: 'Running', conditions: [waiting, { type: 'PodScheduled', status: 'True' }] }),
    status({
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'PodScheduled', status: 'True' },
      ],
    }),
  );
  assert.deepEqual(changes, { conditions: [{ type: 'Ready', status: 'True', reason: null, message: null }] });
});

test('a status that is there already is no change', () => {
  const same = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  assert.equal(
    changesOf(status(same), status({ ...same, conditions: [{ type: 'Ready', status: 'True' }] })),
    undefined,
  );
});
