import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from '#base/timers.ts';
import { FlushQueue, flushesPerTurn } from '#server/flush-queue.ts';

/** The end of this turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('watches write in their order, and others have their turn in between', async () => {
  const queue = new FlushQueue();
  const written: number[] = [];
  const count = 2 * flushesPerTurn + 1;
  for (let watch = 0; watch < count; watch++) queue.add({ flush: () => written.push(watch) });
  assert.equal(written.length, 0);
  const after: number[] = [];
  while (written.length < count) {
    await turn();
    after.push(written.length);
  }
  assert.deepEqual(after, [flushesPerTurn, 2 * flushesPerTurn, count]);
  assert.deepEqual(
    written,
    Array.from({ length: count }, (_, watch) => watch),
  );
});

test('what comes while others write is written after them', async () => {
  const queue = new FlushQueue();
  const written: string[] = [];
  queue.add({
    flush: () => {
      written.push('first');
      queue.add({ flush: () => written.push('later') });
    },
  });
  queue.add({ flush: () => written.push('second') });
  await turn();
  await turn();
  assert.deepEqual(written, ['first', 'second', 'later']);
  queue.add({ flush: () => written.push('again') });
  await turn();
  assert.equal(written.at(-1), 'again');
});
