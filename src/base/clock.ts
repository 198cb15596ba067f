import { Alarms } from '#base/alarms.ts';
import { clearTimeout, monotonicNow, setTimeout, wallClockNow } from '#base/timers.ts';
import type { Millis } from '#base/units.ts';

/** A pending call. `cancel()` may be called at any time, also after it ran. */
export interface Timer {
  cancel(): void;
}

export interface TimerOptions {
  /** Housekeeping that recurs for ever (heartbeats, resyncs). It neither keeps the process alive nor counts as work
   *  when virtual time looks for the next thing to do. */
  readonly background?: boolean;
}

/** The only source of time. Everything above `base` is handed one. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. It can be set, and goes on while the machine sleeps. */
  now(): Millis;
  /** Time that only passes: its differences alone mean anything. It may stand still while the machine sleeps. */
  monotonic(): Millis;
  /** Calls `run` once, `delay` milliseconds from now (at once, but never synchronously, when `delay` <= 0). */
  after(delay: Millis, run: () => void, options?: TimerOptions): Timer;
  /** Calls `run` once, when `now()` is `time` or later (never synchronously), however the clock is set meanwhile. That
   *  the clock was set, or the machine slept, is noticed within half a minute. */
  at(time: Millis, run: () => void, options?: TimerOptions): Timer;
}

/** Node's timers count in a signed 32-bit integer; longer waits are made of several. */
const delayMsMax = 2 ** 31 - 1;

class SystemTimer implements Timer {
  private handle: NodeJS.Timeout | undefined;

  constructor(delay: Millis, run: () => void, background: boolean) {
    const arm = (left: Millis): void => {
      const step = Math.min(left, delayMsMax);
      this.handle = setTimeout(() => (left > step ? arm(left - step) : run()), step);
      if (background) this.handle.unref();
    };
    arm(Math.max(0, delay));
  }

  cancel(): void {
    clearTimeout(this.handle);
  }
}

const lookMs: Millis = 30_000;

const systemTime = {
  now: wallClockNow,
  monotonic: monotonicNow,
  after: (delay: Millis, run: () => void, options?: TimerOptions): Timer =>
    new SystemTimer(delay, run, options?.background ?? false),
};

const systemAlarms = new Alarms(systemTime, lookMs);

/** Real time, through Node's timers. */
export const systemClock: Clock = {
  ...systemTime,
  at: (time, run, options) => systemAlarms.at(time, run, options),
};

/** Resolves `delay` milliseconds from now; rejects with the signal's reason when `signal` aborts first. */
export function sleep(clock: Clock, delay: Millis, signal?: AbortSignal, options?: TimerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(
      delay,
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      options,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
