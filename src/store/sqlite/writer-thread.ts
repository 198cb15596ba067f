import { parentPort, workerData } from 'node:worker_threads';
import { present } from '#base/assert.ts';
import { openDatabase, pragma, prepareForWriting } from '#store/sqlite/database.ts';
import { failureOf } from '#store/sqlite/failure.ts';
import type { HistoryRow, WriterJob, WriterOptions, WriterReply } from '#store/sqlite/writer-jobs.ts';

/** Program of the thread that owns the writing connection: takes jobs from its parent, one answer each, in order. */

const port = present(parentPort, "the writer thread's parent");
// The parent is the only one to start this file, always with `WriterOptions`.
const { path, bytesMax, busyMsMax }: WriterOptions = workerData;
const freePagesKept = 256;

const database = openDatabase(path, busyMsMax);
prepareForWriting(database);
if (bytesMax !== undefined) {
  database.exec(`PRAGMA max_page_count = ${Math.ceil(bytesMax / pragma(database, 'page_size'))}`);
}
const insert = database.prepare(
  'INSERT INTO history (mod_revision, create_revision, deleted, expires_at, key, value) VALUES (?, ?, ?, ?, ?, ?)',
);
const remove = database.prepare('DELETE FROM history WHERE mod_revision = ?');
const setCompacted = database.prepare("UPDATE meta SET value = ? WHERE name = 'compacted'");

port.on('message', (job: WriterJob) => {
  if (job.kind === 'close') {
    database.close();
    port.close();
    return;
  }
  const reply = attempt(job);
  port.postMessage(reply);
  if (job.kind === 'forget' && job.last && reply.failure === undefined) giveBack();
});

function attempt(job: Exclude<WriterJob, { kind: 'close' }>): WriterReply {
  try {
    database.exec('BEGIN IMMEDIATE');
    if (job.kind === 'commit') for (const row of job.rows) add(row);
    else {
      if (job.compacted !== undefined) setCompacted.run(job.compacted);
      for (const revision of job.remove) remove.run(revision);
    }
    database.exec('COMMIT');
    return { failure: undefined };
  } catch (error) {
    const failure = failureOf(error);
    // Some failures (a full disk among them) have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    return { failure };
  }
}

function add([modRevision, createRevision, expiresAt, key, value]: HistoryRow): void {
  insert.run(modRevision, createRevision, value === null ? 1 : 0, expiresAt, key, value);
}

/** Returns pages to the disk when more than half of the file is free; fewer are soon needed again. */
function giveBack(): void {
  const free = pragma(database, 'freelist_count');
  if (free <= freePagesKept || free <= pragma(database, 'page_count') / 2) return;
  try {
    database.exec(`PRAGMA incremental_vacuum(${free - freePagesKept})`);
  } catch {
    // Only space is at stake, and the next compaction tries again.
  }
}
