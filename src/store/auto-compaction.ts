import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Revision, Store } from '#store/store.ts';

export interface AutoCompactionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long history is kept at least, unless there is too much of it (spec: api.md section 23). */
  readonly keepMs?: Millis;
  /** So many revisions of history are kept at most, however young: they are held in memory. */
  readonly revisionsMax?: number;
}

/** Forgets old history while the store is written to, for its owner. A store nobody writes to costs nothing. Returns a function
 *  that ends it. */
export function startAutoCompaction(options: AutoCompactionOptions): () => void {
  const { store, clock, log, keepMs = 5 * 60_000, revisionsMax = 100_000 } = options;
  let timer: Timer | undefined;
  let under = false;
  const compact = async (revision: Revision): Promise<void> => {
    under = true;
    try {
      await store.compact(revision);
    } catch (error) {
      log.warn('history was not compacted, the next round tries again', { error });
    }
    under = false;
  };
  const stop = (): void => {
    timer?.cancel();
    endWatch();
  };
  const arm = (revision: Revision): void => {
    const run = (): void => {
      timer = undefined;
      void compact(revision);
    };
    timer = clock.after(keepMs, run, { background: true });
  };
  const endWatch = store.watch('', store.revision, {
    event: ({ revision }) => {
      if (timer === undefined) arm(revision);
      // Half of it goes at once, so that this is rare.
      if (!under && revision - store.compacted > revisionsMax) void compact(revision - Math.floor(revisionsMax / 2));
    },
    closed: () => timer?.cancel(),
  });
  if (store.revision > store.compacted) arm(store.revision);
  return stop;
}
