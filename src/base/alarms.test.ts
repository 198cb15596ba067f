import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Alarms, type TimeSource } from '#base/alarms.ts';
import { systemClock } from '#base/clock.ts';
import { VirtualClock } from '#base/virtual-clock.ts';

/** A machine whose clock can be set without anybody being told. */
class Machine implements TimeSource {
  readonly passing = new VirtualClock(0);
  shift = 0;
  now = (): number => this.passing.now() + this.shift;
  monotonic = (): number => this.passing.now();
  after: TimeSource['after'] = (delay, run, options) => this.passing.after(delay, run, options);
}

const hour = 3600_000;
const lookMs = 30_000;

function alarmed(): { machine: Machine; alarms: Alarms; rang: number[]; set(time: number): void } {
  const machine = new Machine();
  const alarms = new Alarms(machine, lookMs);
  const rang: number[] = [];
  return { machine, alarms, rang, set: (time) => void alarms.at(time, () => rang.push(machine.now())) };
}

test('an alarm rings when its time has come, one in the past at once, and neither twice', async () => {
  const { machine, rang, set } = alarmed();
  set(hour);
  set(-hour);
  assert.deepEqual(rang, [], 'never synchronously');
  await machine.passing.advance(3 * hour);
  assert.deepEqual(rang, [0, hour]);
});

test('after a jump ahead an alarm rings within half a minute, not when the time would have passed', async () => {
  const { machine, rang, set } = alarmed();
  set(2 * hour);
  await machine.passing.advance(hour);
  machine.shift = 5 * hour;
  await machine.passing.advance(lookMs);
  assert.equal(rang.length, 1);
});

test('after a jump back an alarm waits until the clock shows its time', async () => {
  const { machine, rang, set } = alarmed();
  set(2 * hour);
  await machine.passing.advance(hour);
  machine.shift = -3 * hour;
  await machine.passing.advance(4 * hour - 1);
  assert.deepEqual(rang, []);
  await machine.passing.advance(1);
  assert.deepEqual(rang, [2 * hour]);
});

test('a clock that runs slow or fast makes an alarm of tomorrow wait no more than a moment too long, and never ring early', async () => {
  for (const sign of [1, -1]) {
    const { machine, rang, set } = alarmed();
    set(24 * hour);
    for (let minute = 0; minute < 25 * 60; minute++) {
      machine.shift += sign * 30;
      await machine.passing.advance(60_000);
    }
    const [at = 0] = rang;
    assert.ok(at >= 24 * hour && at < 24 * hour + 100, `${at - 24 * hour} ms late`);
  }
});

test('what is due at one time is called in one go, in the order in which it was asked for', async () => {
  const { machine, alarms } = alarmed();
  const told: string[] = [];
  for (const name of ['first', 'second']) {
    alarms.at(hour, () => {
      told.push(name);
      queueMicrotask(() => told.push(`work of the ${name}`));
    });
  }
  await machine.passing.advance(hour);
  assert.deepEqual(told, ['first', 'second', 'work of the first', 'work of the second']);
});

test('a cancelled alarm never rings, and nothing is left to look after', async () => {
  const { machine, alarms, rang, set } = alarmed();
  alarms.at(hour, () => rang.push(-1)).cancel();
  assert.equal(await machine.passing.runUntilIdle(0), true);
  const kept = alarms.at(2 * hour, () => rang.push(-2), { background: true });
  set(hour);
  kept.cancel();
  machine.shift = 9 * hour;
  await machine.passing.advance(3 * hour);
  assert.equal(rang.length, 1);
});

test('whatever is done to the clock, each alarm rings once, and not before its time', async () => {
  const jump = fc.record({ pass: fc.nat(600_000), jump: fc.integer({ min: -hour, max: hour }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2 * hour), { maxLength: 6 }),
      fc.array(jump, { maxLength: 8 }),
      async (times, jumps) => {
        const { machine, alarms } = alarmed();
        const rings = times.map(() => 0);
        times.forEach((time, index) => {
          alarms.at(time, () => {
            assert.ok(machine.now() >= time);
            rings[index] = (rings[index] ?? 0) + 1;
          });
        });
        for (const { pass, jump: span } of jumps) {
          await machine.passing.advance(pass);
          machine.shift += span;
        }
        await machine.passing.advance(12 * hour);
        assert.deepEqual(
          rings,
          times.map(() => 1),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('on the real clock an alarm rings at its time', async () => {
  const time = systemClock.now() + 30;
  const rang = await new Promise<number>((resolve) => systemClock.at(time, () => resolve(systemClock.now())));
  assert.ok(rang >= time);
});
