import { StoreError } from '#store/store.ts';

/** What went wrong in SQLite, in a form that crosses threads. */
export interface SqliteFailure {
  /** SQLite's extended result code, 0 if the failure came from elsewhere. */
  readonly code: number;
  readonly message: string;
}

const remedies: { readonly [primaryCode: number]: string } = {
  5: 'another program holds a lock on it; end that program (an sqlite3 shell with an open transaction, a backup)',
  8: 'the file or its folder is read-only; make both writable for this user',
  10: 'the disk reported an error; check the disk, its quota and the file size limit of this process',
  11: 'the file is damaged; restore it from a backup, or move it away to start empty',
  13: 'the disk is full, or the file has reached its size limit; free some space, nothing needs a restart',
  14: 'the file cannot be opened; check that the folder exists and that this user may write to it',
  26: 'the file is not an SQLite database; move it away, or choose another data directory',
};

/** Reads what node:sqlite threw. */
export function failureOf(error: unknown): SqliteFailure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
  return { code, message };
}

/** An error that says what could not be done with the store at `path`, why, and what to do. */
export function storeError(what: string, path: string, failure: SqliteFailure): StoreError {
  const remedy = remedies[failure.code & 0xff];
  return new StoreError(`Cannot ${what} ${path}: ${failure.message}${remedy === undefined ? '' : ` (${remedy})`}`);
}
