import timers from 'node:timers';

/** The machine's own timers, as they were when this was loaded. A test may put others in place of the global ones (the "fake
 *  timers" of jest, vitest, sinon and node:test), and the cluster in it must go on all the same. */
export const { setTimeout, clearTimeout, setImmediate } = timers;

/** The machine's wall clock, and time that only passes; taken for the same reason. */
export const { now: wallClockNow } = Date;
export const monotonicNow = performance.now.bind(performance);

const settled = Promise.resolve();

/** As the global one, which fake timers replace as well. */
export function queueMicrotask(run: () => void): void {
  void settled.then(run);
}
