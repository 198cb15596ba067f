import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowStart } from '#reconcile/slow-start.ts';

const items = Array.from({ length: 20 }, (_, index) => index);

test('batches double as long as all goes well', async () => {
  let open = 0;
  const sizes: number[] = [];
  const result = await slowStart(items, async () => {
    open++;
    await Promise.resolve();
    if (open > 0) sizes.push(open);
    open = 0;
  });
  assert.deepEqual(sizes, [1, 2, 4, 8, 5]);
  assert.deepEqual(result, { succeeded: 20, skipped: 0, error: undefined });
});

test('the first batch with a failure is the last', async () => {
  const tried: number[] = [];
  const result = await slowStart(items, async (item) => {
    tried.push(item);
    if (item === 4) throw new Error('quota');
  });
  assert.deepEqual(tried, [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual([result.succeeded, result.skipped, String(result.error)], [6, 13, 'Error: quota']);
});
