import { DatabaseSync } from 'node:sqlite';
import { failureOf, storeError } from '#store/sqlite/failure.ts';
import { StoreError } from '#store/store.ts';

/** The right to use a store's file, until released. */
export interface Ownership {
  release(): void;
}

const busyCode = 5;

/** Makes this process the only user of the store at `path`. Throws a `StoreError` that names the holder if there is one.
 *
 *  The lock is the kernel's: `<path>.lock` is itself a small database, on which the holder keeps a write transaction open. It
 *  ends with the process, whatever ends the process, so that there are no stale locks and a reused process id deceives
 *  nobody; the process id written in it only serves the message. The store's own file cannot carry the lock, because
 *  commits would let go of it. */
export function takeOwnership(path: string): Ownership {
  const lockPath = `${path}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockPath, { timeout: 0 });
    // What is in the file is worth nothing after a crash, so it needs no sync; a damaged one is found below.
    lock.exec('PRAGMA synchronous = OFF');
    lock.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL)');
    lock.exec('BEGIN IMMEDIATE');
    lock.exec('DELETE FROM holder');
    lock.prepare('INSERT INTO holder VALUES (?)').run(process.pid);
    lock.exec('COMMIT');
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const failure = failureOf(error);
    const refusal =
      (failure.code & 0xff) === busyCode ? heldBy(path, lock) : storeError('lock the store by', lockPath, failure);
    lock?.close();
    throw refusal;
  }
  const held = lock;
  return { release: () => held.close() };
}

function heldBy(path: string, lock: DatabaseSync | undefined): StoreError {
  const pid = holderPid(lock);
  const who = pid === process.pid ? 'this very process' : `process ${pid ?? '(just starting)'}`;
  return new StoreError(
    `Cannot open the store at ${path}: ${who} is using it. Stop it first${pid === undefined || pid === process.pid ? '' : ` (kill ${pid})`}, or choose another data directory`,
  );
}

function holderPid(lock: DatabaseSync | undefined): number | undefined {
  try {
    const pid = lock?.prepare('SELECT pid FROM holder').get()?.pid;
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    // The holder is at this moment writing its own number.
    return undefined;
  }
}
