import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fifo } from './fifo.ts';

type Step = { readonly push: number } | 'shift' | 'clear';

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ push: fc.nat() }) },
    { weight: 4, arbitrary: fc.constant<Step>('shift') },
    { weight: 1, arbitrary: fc.constant<Step>('clear') },
  ),
  { maxLength: 300 },
);

test('a queue gives back what was put into it, in its order, whatever happens between', () => {
  fc.assert(
    fc.property(steps, (steps: readonly Step[]) => {
      const fifo = new Fifo<number>();
      let expected: number[] = [];
      for (const step of steps) {
        if (step === 'clear') {
          fifo.clear();
          expected = [];
        } else if (step === 'shift') assert.equal(fifo.shift(), expected.shift());
        else {
          fifo.push(step.push);
          expected.push(step.push);
        }
        assert.deepEqual([fifo.size, fifo.peek()], [expected.length, expected[0]]);
      }
    }),
  );
});

test('what was taken out is not held', async () => {
  const fifo = new Fifo<object>();
  fifo.push({});
  const kept = {};
  fifo.push(kept);
  const taken = new WeakRef(fifo.shift() as object);
  await collected(taken);
  assert.equal(fifo.peek(), kept);
});

/** Makes garbage until it is collected. */
async function collected(item: WeakRef<object>): Promise<void> {
  for (let made: object[] = []; item.deref() !== undefined; made = []) {
    for (let count = 0; count < 100_000; count++) made.push({ count });
    await new Promise((resolve) => setImmediate(resolve));
  }
}
