import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latestOnly } from '#node/runtime/process/latest-only.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('of many values only the first and the latest are taken, one after the other', async () => {
  const taken: number[] = [];
  const waiting: (() => void)[] = [];
  const give = latestOnly((value: number) => {
    taken.push(value);
    return new Promise<void>((resolve) => waiting.push(resolve));
  });
  for (let value = 1; value <= 1000; value++) give(value);
  assert.deepEqual(taken, [1]);
  waiting.shift()?.();
  await turn();
  assert.deepEqual(taken, [1, 1000]);
  waiting.shift()?.();
  await turn();
  give(1001);
  assert.deepEqual(taken, [1, 1000, 1001]);
});
