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
  /** Wall-clock time in milliseconds since the epoch. */
  now(): Millis;
  /** Calls `run` once, `delay` milliseconds from now (at once, but never synchronously, when `delay` <= 0). */
  after(delay: Millis, run: () => void, options?: TimerOptions): Timer;
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

/** Real time, through Node's timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delay, run, options) => new SystemTimer(delay, run, options?.background ?? false),
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
