import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import { HistoryMeter } from '#store/history-meter.ts';
import type { Revision, Store, StoreEvent } from '#store/store.ts';

export interface AutoCompactionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long history is kept at least, unless there is too much of it (spec: api.md section 23). */
  readonly keepMs?: Millis;
  /** So many revisions of history are kept at most, however young: a store in memory holds them all. */
  readonly revisionsMax?: number;
  /** And so many bytes: a few thousand large objects are more than many small ones. */
  readonly bytesMax?: number;
}

/** Forgets old history while the store is written to, for its owner. A store nobody writes to costs nothing. Returns a function
 *  that ends it. */
export function startAutoCompaction(options: AutoCompactionOptions): () => void {
  const { store, clock, log, keepMs = 5 * 60_000, revisionsMax = 100_000, bytesMax = 128 * 1024 * 1024 } = options;
  const meter = new HistoryMeter(bytesMax);
  let timer: Timer | undefined;
  let under = false;
  const compact = async (revision: Revision): Promise<void> => {
    under = true;
    try {
      await store.compact(revision);
      meter.forget(revision);
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
    event: (event) => {
      const { revision } = event;
      meter.add(revision, sizeOf(event));
      if (timer === undefined) arm(revision);
      if (under) return;
      // Half of it goes at once, so that this is rare.
      const many = revision - store.compacted > revisionsMax ? revision - Math.floor(revisionsMax / 2) : undefined;
      const excess = many ?? meter.excess();
      if (excess !== undefined) void compact(excess);
    },
    closed: () => timer?.cancel(),
  });
  if (store.revision > store.compacted) arm(store.revision);
  return stop;
}

/** What the event adds to what is held: a delete only keeps what was held before. */
function sizeOf(event: StoreEvent): number {
  return event.type === 'put' ? (event.entry.value.size ?? 0) : 0;
}
