/** The versioned key-value contract: etcd's, in the words of api.md section 23. Backends: `memory`, `sqlite`; one contract
 *  suite runs on all of them. */

/** One global counter, as etcd counts: the empty store is at revision 1, and each write that takes effect adds one. */
export type Revision = number;

/** What a key holds. A backend in the same process hands watchers and readers the very `Value` that was written, so that
 *  what its writer memoised on it (the decoded object) is shared; after a restart values come back with their text alone.
 *  `text` may be computed on first use. */
export interface Value {
  readonly text: string;
  /** Whether the text begins so, where that can be told without getting all of it. */
  startsWith?(start: string): boolean;
  /** How long the text is, where that is known without making or reading it. */
  readonly size?: number | undefined;
  /** The store would now keep the same text in another form: writing it again, unchanged, is worth while. */
  readonly stale?: boolean;
}

export interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
}

/** One write: it happens whole or not at all.
 *  `expect` is the key's modRevision as the writer saw it, 0 for "absent"; a put or delete without `expect` is unconditional.
 *  `expiresAt` (milliseconds since the epoch): the store deletes the key then, with a revision of its own, unless a later put
 *  replaced it; that put's `expiresAt` counts, also when it has none. */
export type Write =
  | {
      readonly op: 'put';
      readonly key: string;
      readonly value: Value;
      readonly expect?: Revision;
      readonly expiresAt?: number;
    }
  | { readonly op: 'delete'; readonly key: string; readonly expect?: Revision };

export type WriteResult =
  | { readonly ok: true; readonly revision: Revision; readonly previous: Entry | undefined }
  /** `expect` did not hold, or there was nothing to delete; `current` is what is there (undefined: nothing). Nothing was
   *  written, and no revision was spent. */
  | { readonly ok: false; readonly current: Entry | undefined };

export interface RangeOptions {
  readonly prefix: string;
  /** Only keys after this one, bytewise. */
  readonly after?: string;
  /** At most so many entries. */
  readonly limit?: number;
  /** The state as of this revision; the newest when absent. */
  readonly revision?: Revision;
}

export interface RangeResult {
  /** In bytewise order of keys. */
  readonly entries: readonly Entry[];
  /** The revision the answer is valid at. */
  readonly revision: Revision;
  /** How many keys of the range come after the last entry returned. */
  readonly remaining: number;
}

export type StoreEvent =
  | { readonly type: 'put'; readonly entry: Entry; readonly previous: Entry | undefined; readonly revision: Revision }
  | { readonly type: 'delete'; readonly key: string; readonly previous: Entry; readonly revision: Revision };

/** Called synchronously, in order of revision, each event exactly once, only after the event is durable. Must not throw. */
export interface StoreWatcher {
  event(event: StoreEvent): void;
  /** The store will send nothing more: it was closed, or broke with `cause`. */
  closed(cause: Error | undefined): void;
}

export interface Store {
  /** The newest durable revision. Reads and watches never show anything newer. */
  readonly revision: Revision;
  /** The oldest revision that reads and watches may still start from (they may start at it, not before it). */
  readonly compacted: Revision;
  /** The newest durable state of one key. */
  get(key: string): Promise<Entry | undefined>;
  /** Throws `CompactedError` or `FutureRevisionError` for a `revision` out of reach. */
  range(options: RangeOptions): Promise<RangeResult>;
  /** Resolves only after the write is durable. Throws `StoreError` when it cannot be made durable (disk full, file locked);
   *  then nothing of it is visible, and the store keeps answering reads. Writes are decided in the order of the calls. */
  write(write: Write): Promise<WriteResult>;
  /** Events with a revision greater than `after`, for keys with `prefix`: first those already past, then live ones.
   *  Throws `CompactedError` when `after` < `compacted`. Those past are delivered before it returns. Returns a function that
   *  ends the watch; no call comes after it. A watcher may write and watch from within `event`. */
  watch(prefix: string, after: Revision, watcher: StoreWatcher): () => void;
  /** Forgets history before `revision`; current values stay. Does nothing when that is forgotten already; throws
   *  `FutureRevisionError` when the store is not there yet. */
  compact(revision: Revision): Promise<void>;
  /** Waits for what is under way, then releases files and threads. Later calls throw `StoreError`. */
  close(): Promise<void>;
}

/** The store could not do its work. Says what, why, and what to do about it. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** The state asked for is forgotten; `compacted` is the oldest that is not. */
export class CompactedError extends StoreError {
  override readonly name = 'CompactedError';
  readonly compacted: Revision;

  constructor(asked: Revision, compacted: Revision) {
    super(`Cannot read at revision ${asked}: history is kept from revision ${compacted} on`);
    this.compacted = compacted;
  }
}

/** The state asked for is yet to come. */
export class FutureRevisionError extends StoreError {
  override readonly name = 'FutureRevisionError';

  constructor(asked: Revision, current: Revision) {
    super(`Cannot read at revision ${asked}: the newest is ${current}`);
  }
}
