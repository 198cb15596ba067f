import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Outbox } from '#node/runtime/process/outbox.ts';

test('what is said in one turn goes together and in order, what is said later by itself', async () => {
  const sent: (readonly number[])[] = [];
  const outbox = new Outbox<number>((messages) => sent.push(messages));
  outbox.post(1);
  await Promise.resolve();
  outbox.post(2);
  assert.deepEqual(sent, []);
  await setImmediate();
  outbox.post(3);
  await setImmediate();
  assert.deepEqual(sent, [[1, 2], [3]]);
});

test('what is taken back is not said', async () => {
  const sent: (readonly number[])[] = [];
  const outbox = new Outbox<number>((messages) => sent.push(messages));
  outbox.post(1);
  outbox.drop();
  await setImmediate();
  assert.deepEqual(sent, []);
});
