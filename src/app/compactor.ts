import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Revision, Store } from '#store/store.ts';

/** How often history is cut, and so how much of it there is at least: readers may look back five minutes
 *  (spec: api.md section 23). */
const periodMs: Millis = 5 * 60_000;

/** Forgets history older than five minutes, every five minutes. */
export class Compactor {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly log: Logger;
  private timer: Timer | undefined;

  constructor(store: Store, clock: Clock, log: Logger) {
    this.store = store;
    this.clock = clock;
    this.log = log;
    this.arm(store.revision);
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** `boundary` is what was newest one period ago when the timer fires. */
  private arm(boundary: Revision): void {
    const run = (): void => {
      const next = this.store.revision;
      this.arm(next);
      if (boundary <= this.store.compacted) return;
      this.store.compact(boundary).catch((error: unknown) => this.log.warn('Could not compact the store', { error }));
    };
    this.timer = this.clock.after(periodMs, run, { background: true });
  }
}
