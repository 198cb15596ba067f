import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap } from '#base/heap.ts';

test('items come out in order, whatever the order they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      assert.equal(heap.size, numbers.length);
      assert.equal(heap.peek(), numbers.length === 0 ? undefined : Math.min(...numbers));
      const out: number[] = [];
      for (let next = heap.pop(); next !== undefined; next = heap.pop()) out.push(next);
      assert.deepEqual(
        out,
        numbers.toSorted((a, b) => a - b),
      );
      assert.equal(heap.size, 0);
    }),
  );
});
