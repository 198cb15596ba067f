import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { runController, TerminalError } from '#reconcile/controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const backOff = { msBase: 1_000, msMax: 60_000 };

test('a key added twice is taken once', async () => {
  const queue = new WorkQueue(new VirtualClock(), backOff);
  queue.add('a');
  queue.add('b');
  queue.add('a');
  assert.deepEqual([await queue.take(), await queue.take(), queue.length], ['a', 'b', 0]);
});

test('a key added while in hand comes again only after done()', async () => {
  const queue = new WorkQueue(new VirtualClock(), backOff);
  queue.add('a');
  await queue.take();
  queue.add('a');
  assert.equal(queue.length, 0);
  queue.done('a');
  assert.equal(await queue.take(), 'a');
});

test('take() waits until a key is ready, and gives undefined after shutdown()', async () => {
  const queue = new WorkQueue(new VirtualClock(), backOff);
  const [first, second] = [queue.take(), queue.take()];
  queue.add('a');
  queue.shutdown();
  assert.deepEqual([await first, await second, await queue.take()], ['a', undefined, undefined]);
});

test('of several delays for one key the earliest counts', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, backOff);
  queue.addAfter('a', 5_000);
  queue.addAfter('a', 2_000);
  queue.addAfter('a', 9_000);
  await clock.advance(1_999);
  assert.equal(queue.length, 0);
  await clock.advance(1);
  assert.equal(queue.length, 1);
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  await clock.advance(10_000);
  assert.equal(queue.length, 0);
});

test('a background delay is no work for virtual time, until somebody really waits for the key', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, backOff);
  queue.addAfter('a', 20_000, { background: true });
  assert.equal(await clock.runUntilIdle(), true);
  assert.equal(queue.length, 0);
  queue.addAfter('a', 30_000);
  await clock.runUntilIdle();
  assert.equal(queue.length, 1);
});

test('failures of a key double its delay up to the maximum; forget() starts again', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, { msBase: 1_000, msMax: 5_000 });
  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    if (round === 4) queue.forget('a');
    const start = clock.now();
    queue.addRateLimited('a');
    await clock.advanceUntil(() => queue.length === 1, 60_000);
    waits.push(clock.now() - start);
    await queue.take();
    queue.done('a');
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 5_000, 1_000]);
});

test('whatever is added in whatever order: no key twice in hand, none forgotten, none out of nothing', async () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), op: fc.constantFrom('add', 'after', 'take', 'done') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new VirtualClock();
      const queue = new WorkQueue(clock, backOff);
      const owed = new Set<string>();
      const owedLater = new Set<string>();
      const inHand = new Set<string>();
      const takeAll = async (): Promise<void> => {
        while (queue.length > 0) {
          const key = await queue.take();
          assert.ok(key !== undefined && !inHand.has(key), 'a key is in one hand at most');
          assert.ok(owed.delete(key), 'only what was added comes');
          inHand.add(key);
        }
      };
      for (const { key, op } of steps) {
        if (op === 'add') queue.add(key);
        if (op === 'after') queue.addAfter(key, 10);
        if (op === 'add') owed.add(key);
        if (op === 'after') owedLater.add(key);
        if (op === 'take') await takeAll();
        if (op === 'done' && inHand.delete(key)) queue.done(key);
      }
      for (const key of inHand) queue.done(key);
      inHand.clear();
      await takeAll();
      assert.deepEqual([...owed], []);
      for (const key of inHand) queue.done(key);
      inHand.clear();
      await clock.advance(10);
      for (const key of owedLater) owed.add(key);
      await takeAll();
      assert.deepEqual([...owed], []);
    }),
  );
});

test('a reconciler that throws is called again with growing delays; a terminal error is final', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, backOff);
  const calls: string[] = [];
  const start = clock.now();
  const controller = runController({
    name: 'test',
    queue,
    workers: 2,
    caches: [],
    log: silentLogger,
    reconcile: async (key) => {
      calls.push(`${key}@${clock.now() - start}`);
      if (key === 'terminal') throw new TerminalError('no');
      if (calls.length < 4) throw new Error('not yet');
      return 'done';
    },
  });
  queue.add('a');
  await clock.advance(20_000);
  queue.add('terminal');
  await clock.advance(100_000);
  assert.deepEqual(calls, ['a@0', 'a@1000', 'a@3000', 'a@7000', 'terminal@20000']);
  await controller.stop();
});

test('{ after } looks again then; stop() waits for what is in hand and takes nothing more', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, backOff);
  const times: number[] = [];
  const start = clock.now();
  let aborted = false;
  const controller = runController({
    name: 'test',
    queue,
    workers: 1,
    caches: [],
    log: silentLogger,
    reconcile: async (_key, signal) => {
      times.push(clock.now() - start);
      if (times.length === 1) return { after: 500 };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      aborted = true;
      return 'done';
    },
  });
  queue.add('a');
  await clock.advance(1_000);
  queue.add('b');
  await controller.stop();
  assert.equal(aborted, true);
  assert.deepEqual(times, [0, 500]);
});

test('nothing is reconciled before the caches are in sync', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, backOff);
  const sync = Promise.withResolvers<void>();
  let calls = 0;
  const controller = runController({
    name: 'test',
    queue,
    workers: 1,
    caches: [{ whenSynced: () => sync.promise }],
    log: silentLogger,
    reconcile: async () => {
      calls++;
      return 'done';
    },
  });
  queue.add('a');
  await clock.advance(1_000);
  assert.equal(calls, 0);
  sync.resolve();
  await clock.advance(0);
  assert.equal(calls, 1);
  await controller.stop();
});

test('a key wanted at a time comes when the clock shows it, the earliest time first, and beside any back-off', async () => {
  const clock = new VirtualClock(0);
  const queue = new WorkQueue(clock, backOff);
  queue.addAt('a', 3_600_000);
  queue.addAt('a', 7_200_000);
  queue.addRateLimited('a');
  await clock.advance(1_000);
  assert.equal(queue.length, 1, 'the back-off is not held up by the appointment');
  queue.done((await queue.take()) ?? '');
  clock.jump(3_600_000);
  await clock.advance(0);
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  assert.ok(queue.idle);
  queue.addAt('b', 0);
  assert.equal(queue.length, 1, 'a time that has passed is now');
  queue.addAt('c', clock.now() + 1_000);
  queue.shutdown();
  assert.equal(await clock.runUntilIdle(), true);
  assert.equal(queue.length, 0);
});
