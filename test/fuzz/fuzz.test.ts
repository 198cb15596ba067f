import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fuzzer } from './fuzzer.ts';
import { heapBytes } from './heap.ts';

/** Requests that a random seed once drew, always the same here; `npm run fuzz` draws new ones. */
const seeds = [1, 101];
const steps = 400;

for (const seed of seeds) {
  test(`whatever is asked, the answer is well-formed and nothing is half-written (seed ${seed})`, async () => {
    const fuzzer = await Fuzzer.start(seed);
    for (let step = 0; step < steps; step++) await fuzzer.step(step);
    await fuzzer.close();
    assert.deepEqual(fuzzer.findings, []);
    assert.ok([...fuzzer.codes].filter(([code]) => code < 300).length > 0, 'some requests succeed');
  });
}

test('whatever is done to the wire, the server goes on', async () => {
  const fuzzer = await Fuzzer.start(7);
  for (let step = 0; step < 60; step++) await fuzzer.attack(step);
  await fuzzer.close();
  assert.deepEqual(fuzzer.findings, []);
});

test('requests leave nothing behind in memory', async () => {
  const fuzzer = await Fuzzer.start(11);
  const heaps: number[] = [];
  for (let batch = 0; batch < 5; batch++) {
    for (let step = 0; step < 150; step++) await fuzzer.step(batch * 150 + step);
    for (let step = 0; step < 5; step++) await fuzzer.attack(batch * 5 + step);
    await fuzzer.purge();
    heaps.push(heapBytes());
  }
  await fuzzer.close();
  const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0);
  assert.ok(grown < 6_000_000, `the heap has grown by ${grown} bytes: ${heaps.join(', ')}`);
});
