import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { startAutoCompaction } from '#store/auto-compaction.ts';
import { put } from '#store/contract.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

const minute = 60_000;

test('history is kept for five minutes, and forgotten within ten', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  await put(store, 'a');
  startAutoCompaction({ store, clock, log: silentLogger });
  await clock.advance(minute);
  assert.equal(await put(store, 'a'), 3);
  await clock.advance(4 * minute - 1);
  assert.equal(store.compacted, 0);
  await clock.advance(1);
  assert.equal(store.compacted, 2);
  assert.equal(await put(store, 'a'), 4);
  await clock.advance(5 * minute);
  assert.equal(store.compacted, 4);
});

test('too much history is forgotten at once', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  startAutoCompaction({ store, clock, log: silentLogger, revisionsMax: 10 });
  for (let n = 0; n < 100; n++) {
    await put(store, 'a');
    assert(store.revision - store.compacted <= 11);
  }
  assert(store.revision - store.compacted >= 5);
});

test('history of large values is forgotten sooner, small values are kept', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const stop = startAutoCompaction({ store, clock, log: silentLogger, bytesMax: 10_000 });
  const write = (text: string) => store.write({ op: 'put', key: 'a', value: { text, size: text.length } });
  for (let n = 0; n < 100; n++) await write('small');
  assert.equal(store.compacted, 0);
  for (let n = 0; n < 100; n++) {
    await write('x'.repeat(1_000));
    assert(store.revision - store.compacted <= 110, `${store.revision} - ${store.compacted}`);
  }
  assert(store.revision - store.compacted <= 11);
  assert(store.revision - store.compacted >= 4);
  stop();
});

test('it ends when told to, and with the store', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const stop = startAutoCompaction({ store, clock, log: silentLogger });
  await put(store, 'a');
  stop();
  await put(store, 'a');
  await clock.advance(11 * minute);
  assert.equal(store.compacted, 0);
  startAutoCompaction({ store, clock, log: silentLogger });
  await put(store, 'a');
  await store.close();
  await clock.advance(11 * minute);
  assert.equal(store.compacted, 0);
});
