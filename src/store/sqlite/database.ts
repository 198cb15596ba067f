import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Revision } from '#store/store.ts';
import { StoreError } from '#store/store.ts';

/** The layout this program writes and reads; kept in the file as `user_version`. */
export const schemaVersion = 1;

/** Marks the file as a Sampan store for tools such as file(1): "SMPN". */
const applicationId = 0x534d504e;

/** A log of writes, inserts only: each revision is one row, and the newest row of a key is what it holds. `value` comes last
 *  so that reading the other columns need not read the pages it spills to.
 *  By hand: `SELECT key, max(mod_revision), value FROM history GROUP BY key HAVING NOT deleted`. */
const schema = `
  CREATE TABLE history (
    mod_revision INTEGER PRIMARY KEY,
    create_revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    expires_at INTEGER,
    key TEXT NOT NULL,
    value TEXT
  );
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO meta VALUES ('compacted', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Opens the file at `path`, makes it if it is new, and checks that it is ours and of a layout we know. */
export function openDatabase(path: string, busyMsMax: number): DatabaseSync {
  keepToOwner(path);
  const database = new DatabaseSync(path, { timeout: busyMsMax });
  try {
    const version = pragma(database, 'user_version');
    if (version === 0) create(database, path);
    else if (pragma(database, 'application_id') !== applicationId) {
      throw new StoreError(`Cannot open ${path}: it is a database of another program. Choose another data directory`);
    } else if (version > schemaVersion) {
      throw new StoreError(
        `Cannot open ${path}: a newer Sampan wrote it (layout ${version}, this one knows ${schemaVersion}). Use the newer Sampan, or choose another data directory`,
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** All secrets are in it, and the folder may be open to others. SQLite gives its other files the permissions of this one. */
function keepToOwner(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // What cannot be opened is told by SQLite, with what to do about it.
  }
}

/** The connection that writes: every commit is on the disk before it returns. */
export function prepareForWriting(database: DatabaseSync): void {
  database.exec('PRAGMA synchronous = FULL');
  // A log that had to grow once is cut back, so that a burst does not keep its disk space for ever.
  database.exec(`PRAGMA journal_size_limit = ${16 * 1024 * 1024}`);
}

export function compactedRevision(database: DatabaseSync): Revision {
  return Number(database.prepare("SELECT value FROM meta WHERE name = 'compacted'").get()?.value ?? 0);
}

function create(database: DatabaseSync, path: string): void {
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count;
  if (tables !== 0) {
    throw new StoreError(`Cannot open ${path}: it is a database of another program. Choose another data directory`);
  }
  // Both must be said before the first table: pages freed by compaction can then be given back to the disk bit by bit.
  database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`);
}

export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
