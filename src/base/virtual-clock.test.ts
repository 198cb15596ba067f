import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sleep } from '#base/clock.ts';
import { VirtualClock } from '#base/virtual-clock.ts';

test('timers run in order of due time, equal dues in order of arming', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
      const clock = new VirtualClock(0);
      const ran: { due: number; order: number }[] = [];
      delays.forEach((delay, order) => {
        clock.after(delay, () => ran.push({ due: clock.now(), order }));
      });
      await clock.advance(50);
      const expected = delays.map((due, order) => ({ due, order })).sort((a, b) => a.due - b.due || a.order - b.order);
      assert.deepEqual(ran, expected);
    }),
  );
});

test('a cancelled timer never runs, and cancelling twice does no harm', async () => {
  const clock = new VirtualClock(0);
  const ran: string[] = [];
  const timer = clock.after(10, () => ran.push('cancelled'));
  clock.after(10, () => ran.push('kept'));
  timer.cancel();
  timer.cancel();
  await clock.advance(20);
  assert.deepEqual(ran, ['kept']);
});

test('advance() lets promise chains run between timers', async () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  const walk = async (): Promise<void> => {
    for (let step = 0; step < 3; step++) {
      await sleep(clock, 10);
      seen.push(clock.now());
    }
  };
  const walking = walk();
  await clock.advance(30);
  assert.deepEqual(seen, [10, 20, 30]);
  await walking;
});

test('runUntilIdle() ignores background timers and stops when no other is left', async () => {
  const clock = new VirtualClock(0);
  let beats = 0;
  const beat = (): void => {
    beats++;
    clock.after(10_000, beat, { background: true });
  };
  beat();
  clock.after(25_000, () => {});
  assert.equal(await clock.runUntilIdle(), true);
  assert.equal(clock.now(), 25_000);
  assert.equal(beats, 3);
});

test('advanceUntil() gives up at its limit', async () => {
  const clock = new VirtualClock(0);
  clock.after(100, () => {});
  assert.equal(await clock.advanceUntil(() => false, 50), false);
  assert.equal(clock.now(), 50);
});

test('sleep() rejects when its signal aborts, and its timer is gone', async () => {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const sleeping = sleep(clock, 1000, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
  assert.equal(await clock.runUntilIdle(), true);
  assert.equal(clock.now(), 0);
});

test('a jump sets what the clock shows, and alarms by it, but moves no timer', async () => {
  const clock = new VirtualClock(0);
  const ran: string[] = [];
  clock.after(1_000, () => ran.push(`timer at ${clock.monotonic()}`));
  clock.at(5_000, () => ran.push(`alarm at ${clock.monotonic()}`));
  clock.at(20_000, () => ran.push(`later alarm at ${clock.monotonic()}`));
  clock.jump(10_000);
  assert.equal(clock.now(), 10_000);
  assert.deepEqual(ran, []);
  await clock.advance(1_000);
  clock.jump(-6_000);
  await clock.advance(60_000);
  assert.deepEqual(ran, ['alarm at 0', 'timer at 1000', 'later alarm at 16000']);
});

test('time stands still while work outside is under way, and goes on when that fails', async () => {
  const clock = new VirtualClock(0);
  const answer = Promise.withResolvers<string>();
  const heard: string[] = [];
  const work = clock.outside(answer.promise).catch((error: Error) => heard.push(`${error.message} at ${clock.now()}`));
  clock.after(10, () => heard.push('timer'));
  const advanced = clock.advance(20);
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  assert.deepEqual(heard, []);
  answer.reject(new Error('gone'));
  await Promise.all([advanced, work]);
  assert.deepEqual(heard, ['gone at 0', 'timer']);
});
