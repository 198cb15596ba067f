import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Attic, Mvcc } from '#store/memory/mvcc.ts';
import { compactedRevision } from '#store/sqlite/database.ts';
import { failureOf, storeError } from '#store/sqlite/failure.ts';
import { type Entry, type Revision, StoreError, type StoreEvent, type Value } from '#store/store.ts';

/** What a file held when it was opened. */
export interface Loaded {
  readonly state: Mvcc;
  /** Rows that a compaction cut short by a crash left behind. */
  readonly leftOver: readonly Revision[];
  /** Keys with a time to live, as they stand. */
  readonly expiring: readonly { readonly key: string; readonly revision: Revision; readonly at: number }[];
}

interface Row {
  readonly revision: Revision;
  readonly created: Revision;
  readonly deleted: boolean;
  readonly key: string;
  readonly expiresAt: number | null;
}

/** What reads a value, or looks at its beginning. */
interface Values {
  readonly whole: StatementSync;
  readonly starts: StatementSync;
}

/** Reads keys and revisions, but no values: those come when first asked for, so that opening a large store is quick. */
export function load(database: DatabaseSync, path: string): Loaded {
  const values: Values = {
    whole: database.prepare('SELECT value FROM history WHERE mod_revision = ?'),
    starts: database.prepare('SELECT substr(value, 1, length(?1)) = ?1 AS same FROM history WHERE mod_revision = ?2'),
  };
  const compacted = compactedRevision(database);
  const live = new Map<string, Entry>();
  const expiring = new Map<string, { key: string; revision: Revision; at: number }>();
  const leftOver: Revision[] = [];
  const note = ({ key, revision, expiresAt }: Row): void => {
    if (expiresAt !== null) expiring.set(key, { key, revision, at: expiresAt });
    else if (expiring.size > 0) expiring.delete(key);
  };
  let state: Mvcc | undefined;
  for (const row of rows(database)) {
    note(row);
    if (row.revision > compacted) {
      state ??= new Mvcc(compacted, live.values(), new FileAttic(values, path));
      if (row.revision !== state.revision + 1) {
        throw new StoreError(
          `Cannot open ${path}: revision ${state.revision + 1} is missing from its history, so it is damaged. Restore it from a backup, or move it away to start empty`,
        );
      }
      state.apply(eventOf(row, state.get(row.key), values, path));
      continue;
    }
    const superseded = live.get(row.key);
    if (superseded !== undefined) leftOver.push(superseded.modRevision);
    if (row.deleted) {
      leftOver.push(row.revision);
      live.delete(row.key);
    } else live.set(row.key, entryOf(row, values, path));
  }
  state ??= new Mvcc(compacted, live.values(), new FileAttic(values, path));
  return { state, leftOver, expiring: [...expiring.values()] };
}

function* rows(database: DatabaseSync): Iterable<Row> {
  const statement = database.prepare(
    'SELECT mod_revision, create_revision, deleted, key, expires_at FROM history ORDER BY mod_revision',
  );
  for (const row of statement.iterate()) {
    yield {
      revision: Number(row.mod_revision),
      created: Number(row.create_revision),
      deleted: row.deleted === 1,
      key: String(row.key),
      expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    };
  }
}

function entryOf(row: Row, values: Values, path: string): Entry {
  const value = new StoredValue(row.revision, values, path);
  return { key: row.key, value, createRevision: row.created, modRevision: row.revision };
}

function eventOf(row: Row, previous: Entry | undefined, values: Values, path: string): StoreEvent {
  if (!row.deleted) return { type: 'put', entry: entryOf(row, values, path), previous, revision: row.revision };
  if (previous === undefined) {
    throw new StoreError(`Cannot open ${path}: revision ${row.revision} deletes a key that is not there`);
  }
  return { type: 'delete', key: row.key, previous, revision: row.revision };
}

/** A value written by an earlier process, read from the file when first asked for. */
export class StoredValue implements Value {
  private readonly revision: Revision;
  private readonly path: string;
  private source: Values | undefined;
  private read = '';

  constructor(revision: Revision, source: Values, path: string) {
    this.revision = revision;
    this.source = source;
    this.path = path;
  }

  get text(): string {
    this.keep();
    return this.read;
  }

  get size(): number | undefined {
    return this.source === undefined ? this.read.length : undefined;
  }

  startsWith(start: string): boolean {
    if (this.source === undefined) return this.read.startsWith(start);
    return this.source.starts.get(start, this.revision)?.same === 1;
  }

  /** Reads the text now, because its row is about to go. */
  keep(): void {
    if (this.source === undefined) return;
    let row: { value?: unknown } | undefined;
    try {
      row = this.source.whole.get(this.revision);
    } catch (error) {
      throw storeError(`read revision ${this.revision} from`, this.path, failureOf(error));
    }
    if (typeof row?.value !== 'string') {
      throw new StoreError(`Cannot read revision ${this.revision} from ${this.path}: its row is gone`);
    }
    this.read = row.value;
    this.source = undefined;
  }
}

/** A value that newer ones have replaced, and that nobody holds but history, unless it has been taken out. */
export class RetiredValue extends StoredValue {}

/** Lets go of what the file has as well. */
class FileAttic implements Attic {
  private readonly values: Values;
  private readonly path: string;

  constructor(values: Values, path: string) {
    this.values = values;
    this.path = path;
  }

  putAway(entry: Entry): Entry {
    // One that came from the file may be held by others who have not read it yet: its row must not go unnoticed.
    if (entry.value instanceof StoredValue) return entry;
    return { ...entry, value: new RetiredValue(entry.modRevision, this.values, this.path) };
  }

  takeOut({ value }: Entry): void {
    if (value instanceof RetiredValue) value.keep();
  }
}
