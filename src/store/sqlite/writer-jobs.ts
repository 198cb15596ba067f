import type { SqliteFailure } from '#store/sqlite/failure.ts';
import type { Revision } from '#store/store.ts';

/** What the store hands its writer thread at the start. */
export interface WriterOptions {
  readonly path: string;
  /** The file may not grow beyond so many bytes. */
  readonly bytesMax: number | undefined;
  /** How long to wait for another program's lock. */
  readonly busyMsMax: number;
}

/** mod_revision, create_revision, expires_at, key, value (null: deleted). A tuple, because arrays are copied between threads
 *  at about half the cost of objects. */
export type HistoryRow = readonly [Revision, Revision, number | null, string, string | null];

/** Each job is one transaction, and is answered by one `WriterReply`; 'close' has no answer, the thread just ends. */
export type WriterJob =
  | { readonly kind: 'commit'; readonly rows: readonly HistoryRow[] }
  | {
      readonly kind: 'forget';
      /** The new oldest revision, with which a compaction begins. */
      readonly compacted: Revision | undefined;
      readonly remove: readonly Revision[];
      readonly last: boolean;
    }
  | { readonly kind: 'close' };

export interface WriterReply {
  /** Why nothing of the job was done. */
  readonly failure: SqliteFailure | undefined;
}
