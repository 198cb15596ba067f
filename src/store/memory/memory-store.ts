import type { Clock } from '#base/clock.ts';
import { decide } from '#store/memory/decide.ts';
import { Expiry } from '#store/memory/expiry.ts';
import { Mvcc } from '#store/memory/mvcc.ts';
import {
  type Entry,
  type RangeOptions,
  type RangeResult,
  type Revision,
  type Store,
  StoreError,
  type StoreWatcher,
  type Write,
  type WriteResult,
} from '#store/store.ts';

export interface MemoryStoreOptions {
  /** Says when keys with `expiresAt` are due. */
  readonly clock: Clock;
}

/** A store that lives and dies with the process: for tests, simulations and private clusters. Writes take effect, and
 *  watchers hear of them, before `write` returns. */
export function createMemoryStore(options: MemoryStoreOptions): Store {
  return new MemoryStore(options.clock);
}

class MemoryStore implements Store {
  private readonly state = new Mvcc();
  private readonly expiry: Expiry;
  private closed = false;

  constructor(clock: Clock) {
    this.expiry = new Expiry(clock, (key, revision) => this.decideNow({ op: 'delete', key, expect: revision }));
  }

  get revision(): Revision {
    return this.state.revision;
  }

  get compacted(): Revision {
    return this.state.compacted;
  }

  async get(key: string): Promise<Entry | undefined> {
    this.refuseIfClosed();
    return this.state.get(key);
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    this.refuseIfClosed();
    return this.state.range(options);
  }

  async write(write: Write): Promise<WriteResult> {
    this.refuseIfClosed();
    return this.decideNow(write);
  }

  watch(prefix: string, after: Revision, watcher: StoreWatcher): () => void {
    this.refuseIfClosed();
    return this.state.watch(prefix, after, watcher);
  }

  async compact(revision: Revision): Promise<void> {
    this.refuseIfClosed();
    this.state.compact(revision);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.expiry.close();
    this.state.close(undefined);
  }

  private decideNow(write: Write): WriteResult {
    const { event, result } = decide(write, this.state.get(write.key), this.state.revision + 1);
    if (event === undefined) return result;
    this.state.apply(event);
    if (write.op === 'put' && write.expiresAt !== undefined) {
      this.expiry.add(write.key, event.revision, write.expiresAt);
    }
    return result;
  }

  private refuseIfClosed(): void {
    if (this.closed) throw new StoreError('Cannot use the store: it was closed');
  }
}
