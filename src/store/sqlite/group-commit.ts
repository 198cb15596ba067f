import type { SqliteFailure } from '#store/sqlite/failure.ts';
import type { Writer } from '#store/sqlite/writer.ts';
import type { HistoryRow, WriterJob } from '#store/sqlite/writer-jobs.ts';

type ForgetJob = Extract<WriterJob, { kind: 'forget' }>;

interface Housekeeping {
  readonly job: ForgetJob;
  readonly settle: (failure: SqliteFailure | undefined) => void;
}

/** What waits for the disk. Without a `row` there is nothing to write; the item only keeps its place behind others. */
export interface CommitItem {
  readonly row: HistoryRow | undefined;
}

export interface CommitListener<T> {
  /** `items` are durable. */
  committed(items: readonly T[]): void;
  /** None of `items` was written: the batch that failed, and all gathered behind it. */
  failed(items: readonly T[], failure: SqliteFailure): void;
}

/** Gathers what comes while a commit is under way, or within one turn of the event loop, into one transaction. */
export class GroupCommit<T extends CommitItem> {
  private readonly writer: Writer;
  private readonly listener: CommitListener<T>;
  private gathering: T[] = [];
  private committing: readonly T[] = [];
  private readonly housekeeping: Housekeeping[] = [];
  private housekeepingNext = false;
  private busy = false;
  private abandoned = false;
  private flush: NodeJS.Immediate | undefined;
  private readonly idleWaiters: (() => void)[] = [];

  constructor(writer: Writer, listener: CommitListener<T>) {
    this.writer = writer;
    this.listener = listener;
  }

  add(item: T): void {
    this.gathering.push(item);
    this.schedule();
  }

  /** Runs `job` between two batches, and says how it ended. */
  keepHouse(job: ForgetJob): Promise<SqliteFailure | undefined> {
    return new Promise((settle) => {
      this.housekeeping.push({ job, settle });
      this.schedule();
    });
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.abandoned) return resolve();
      this.idleWaiters.push(resolve);
      this.schedule();
    });
  }

  /** Takes out all that waits; nothing is done with it any more. For use when the writer broke. */
  abandon(failure: SqliteFailure): void {
    this.busy = true;
    this.abandoned = true;
    this.failAll(failure);
    for (const { settle } of this.housekeeping.splice(0)) settle(failure);
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private schedule(): void {
    if (this.busy || this.flush !== undefined) return;
    // At the end of this turn of the event loop: writers released by one commit then share the next.
    this.flush = setImmediate(() => {
      this.flush = undefined;
      this.next();
    });
  }

  private next(): void {
    if (this.busy) return;
    const chore = this.housekeepingNext || this.gathering.length === 0 ? this.housekeeping.shift() : undefined;
    this.housekeepingNext = false;
    if (chore !== undefined) this.runChore(chore);
    else if (this.gathering.length > 0) this.commit();
    else for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private commit(): void {
    const items = this.gathering;
    this.gathering = [];
    this.committing = items;
    this.housekeepingNext = true;
    const rows = items.flatMap((item) => (item.row === undefined ? [] : [item.row]));
    this.busy = true;
    this.writer.run({ kind: 'commit', rows }, ({ failure }) => {
      this.busy = false;
      if (failure !== undefined) this.failAll(failure);
      this.committing = [];
      // The disk gets its next work before the answers to the last go out.
      this.next();
      if (failure === undefined) this.listener.committed(items);
    });
  }

  private failAll(failure: SqliteFailure): void {
    const items = [...this.committing, ...this.gathering];
    this.committing = [];
    this.gathering = [];
    this.listener.failed(items, failure);
  }

  private runChore({ job, settle }: Housekeeping): void {
    this.busy = true;
    this.writer.run(job, ({ failure }) => {
      this.busy = false;
      settle(failure);
      this.next();
    });
  }
}
