import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import { decide } from '#store/memory/decide.ts';
import { Expiry } from '#store/memory/expiry.ts';
import type { Mvcc } from '#store/memory/mvcc.ts';
import { forgetSteps } from '#store/sqlite/compaction.ts';
import { openDatabase } from '#store/sqlite/database.ts';
import { failureOf, type SqliteFailure, storeError } from '#store/sqlite/failure.ts';
import { type CommitItem, GroupCommit } from '#store/sqlite/group-commit.ts';
import { type Loaded, load } from '#store/sqlite/load.ts';
import { type Ownership, takeOwnership } from '#store/sqlite/ownership.ts';
import { Writer } from '#store/sqlite/writer.ts';
import type { HistoryRow } from '#store/sqlite/writer-jobs.ts';
import {
  type Entry,
  FutureRevisionError,
  type RangeOptions,
  type RangeResult,
  type Revision,
  type Store,
  StoreError,
  type StoreEvent,
  type StoreWatcher,
  type Write,
  type WriteResult,
} from '#store/store.ts';

export interface SqliteStoreOptions {
  /** The database file; made if it is new. Its folder must exist. */
  readonly path: string;
  /** Says when keys with `expiresAt` are due. */
  readonly clock: Clock;
  readonly log: Logger;
  /** The file may not grow beyond so many bytes: then writes fail as on a full disk. No bound when absent. */
  readonly bytesMax?: number;
  /** How long a commit waits for another program's lock before it fails. */
  readonly busyMsMax?: Millis;
}

/** Opens the store in the file at `path`, and makes this process its only user until `close`. Throws a `StoreError` when
 *  another process uses it, a newer Sampan wrote it, or it cannot be read. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const busyMsMax = options.busyMsMax ?? 2000;
  const ownership = takeOwnership(options.path);
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(options.path, busyMsMax);
    return new SqliteStore(options, busyMsMax, ownership, database, load(database, options.path));
  } catch (error) {
    database?.close();
    ownership.release();
    throw error instanceof StoreError ? error : storeError('open the store at', options.path, failureOf(error));
  }
}

/** A write that is decided but not yet durable. */
interface Pending extends CommitItem {
  /** Undefined: nothing to write, but the answer rests on writes before it that are not durable yet. */
  readonly event: StoreEvent | undefined;
  readonly result: WriteResult;
  readonly expiresAt: Millis | undefined;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: StoreError) => void;
}

/** What a delete that found the disk full waits before it is tried again. */
const expiryRetryMs = 10_000;

/** Writes are decided at once, against the durable state plus what is under way (`head`), and committed in groups. What is
 *  under way shows nowhere until its commit returned; if that fails, `head` falls back to the durable state. */
class SqliteStore implements Store {
  private readonly options: SqliteStoreOptions;
  private readonly ownership: Ownership;
  private readonly reader: DatabaseSync;
  private readonly state: Mvcc;
  private readonly writer: Writer;
  private readonly commits: GroupCommit<Pending>;
  private readonly expiry: Expiry;
  /** The newest event under way, by key. */
  private readonly head = new Map<string, StoreEvent>();
  private headRevision: Revision;
  private leftOver: readonly Revision[];
  private compacting: Promise<void> = Promise.resolve();
  /** Why no call is answered any more. */
  private ended: StoreError | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    options: SqliteStoreOptions,
    busyMsMax: Millis,
    ownership: Ownership,
    reader: DatabaseSync,
    from: Loaded,
  ) {
    this.options = options;
    this.ownership = ownership;
    this.reader = reader;
    this.state = from.state;
    this.headRevision = from.state.revision;
    this.leftOver = from.leftOver;
    this.writer = new Writer({ path: options.path, bytesMax: options.bytesMax, busyMsMax }, (cause) =>
      this.broke(cause),
    );
    this.commits = new GroupCommit(this.writer, {
      committed: (items) => this.committed(items),
      failed: (items, failure) => this.failed(items, failure),
    });
    this.expiry = new Expiry(options.clock, (key, revision) => void this.expire(key, revision));
    for (const { key, revision, at } of from.expiring) this.expiry.add(key, revision, at);
  }

  get revision(): Revision {
    return this.state.revision;
  }

  get compacted(): Revision {
    return this.state.compacted;
  }

  async get(key: string): Promise<Entry | undefined> {
    this.refuseIfEnded();
    return this.state.get(key);
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    this.refuseIfEnded();
    return this.state.range(options);
  }

  watch(prefix: string, after: Revision, watcher: StoreWatcher): () => void {
    this.refuseIfEnded();
    return this.state.watch(prefix, after, watcher);
  }

  write(write: Write): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.refuseIfEnded();
      const underWay = this.head.get(write.key);
      const { event, result } = decide(write, this.headOf(write.key, underWay), this.headRevision + 1);
      if (event === undefined && underWay === undefined) return resolve(result);
      const expiresAt = write.op === 'put' ? write.expiresAt : undefined;
      const row = event === undefined ? undefined : rowOf(event, expiresAt);
      if (event !== undefined) {
        this.headRevision = event.revision;
        this.head.set(write.key, event);
      }
      this.commits.add({ event, row, result, expiresAt, resolve, reject });
    });
  }

  compact(revision: Revision): Promise<void> {
    const done = this.compacting.then(() => this.compactNow(revision));
    this.compacting = done.catch(() => {});
    return done;
  }

  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  /** What `key` holds after all writes under way. */
  private headOf(key: string, underWay: StoreEvent | undefined): Entry | undefined {
    if (underWay === undefined) return this.state.get(key);
    return underWay.type === 'put' ? underWay.entry : undefined;
  }

  private committed(items: readonly Pending[]): void {
    for (const { event, result, expiresAt, resolve } of items) {
      if (event !== undefined) {
        const key = event.type === 'put' ? event.entry.key : event.key;
        if (this.head.get(key) === event) this.head.delete(key);
        if (expiresAt !== undefined) this.expiry.add(key, event.revision, expiresAt);
        this.state.apply(event);
      }
      resolve(result);
    }
  }

  private failed(items: readonly Pending[], failure: SqliteFailure): void {
    this.head.clear();
    this.headRevision = this.state.revision;
    const error = storeError('write to', this.options.path, failure);
    this.options.log.error('writes failed', { error, writes: items.length });
    for (const { reject } of items) reject(error);
  }

  private async closeNow(): Promise<void> {
    this.ended ??= new StoreError(`Cannot use the store at ${this.options.path}: it was closed`);
    this.expiry.close();
    await this.compacting;
    await this.commits.idle();
    this.state.close(undefined);
    await this.writer.close();
    this.reader.close();
    this.ownership.release();
  }

  private async compactNow(revision: Revision): Promise<void> {
    this.refuseIfEnded();
    if (revision > this.state.revision) throw new FutureRevisionError(revision, this.state.revision);
    const compacted = revision > this.state.compacted ? revision : undefined;
    if (compacted === undefined && this.leftOver.length === 0) return;
    const steps = forgetSteps(compacted, this.state.eventsUpTo(revision), this.leftOver);
    for (const [index, { job, unread }] of steps.entries()) {
      for (const value of unread) value.keep();
      const failure = await this.commits.keepHouse(job);
      if (failure !== undefined) {
        // What the first step recorded holds; the rows still there are tried again with the next compaction.
        if (index > 0) this.leftOver = steps.slice(index).flatMap((step) => step.job.remove);
        throw storeError('compact', this.options.path, failure);
      }
      if (index === 0 && compacted !== undefined) this.state.compact(compacted);
    }
    this.leftOver = [];
  }

  private async expire(key: string, revision: Revision): Promise<void> {
    try {
      await this.write({ op: 'delete', key, expect: revision });
    } catch {
      // The failure is in the log. The key stays until the delete can be written; a closed store has stopped its timer.
      this.expiry.add(key, revision, this.options.clock.now() + expiryRetryMs);
    }
  }

  private broke(cause: Error): void {
    const failure = failureOf(cause);
    this.ended ??= storeError('go on with the store at', this.options.path, failure);
    this.options.log.error('the store is broken', { error: cause });
    this.expiry.close();
    this.commits.abandon(failure);
    this.state.close(this.ended);
  }

  private refuseIfEnded(): void {
    if (this.ended !== undefined) throw this.ended;
  }
}

function rowOf(event: StoreEvent, expiresAt: Millis | undefined): HistoryRow {
  if (event.type === 'delete') {
    return [event.revision, event.previous.createRevision, null, event.key, null];
  }
  const { createRevision, key, value } = event.entry;
  return [event.revision, createRevision, expiresAt ?? null, key, value.text];
}
