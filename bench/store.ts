import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { type BenchResult, median, quantile } from './report.ts';

const runs = 5;
const writersList = [1, 16, 256] as const;
/** About what a pod takes. */
const text = JSON.stringify({ pod: 'x'.repeat(2400) });

interface Sample {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Durable creates through the SQLite store by writers that each wait for their last answer, beside what bare SQLite commits
 *  take on the same disk: one row a commit, and one row for each writer a commit. */
export async function run(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const writers of writersList) {
    const count = writers === 1 ? 1500 : 8000;
    const ours: Sample[] = [];
    const floors: Sample[] = [];
    for (let round = 0; round < runs; round++) {
      ours.push(await inFolder((folder) => throughStore(folder, writers, count)));
      floors.push(await inFolder(async (folder) => bareCommits(folder, writers, count)));
    }
    const bare = writers === 1 ? 'bare commits' : `bare commits of ${writers} rows`;
    const of = (samples: readonly Sample[], what: keyof Sample) => median(samples.map((sample) => sample[what]));
    const line = (name: string, unit: string, what: keyof Sample): BenchResult => ({
      name: `${writers} writers: ${name}`,
      median: of(ours, what),
      unit,
      floor: { name: bare, median: of(floors, what) },
    });
    results.push(line('durable creates', '/s', 'perSecond'), line('p50', 'ms', 'p50'), line('p99', 'ms', 'p99'));
  }
  return results;
}

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-bench-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function throughStore(folder: string, writers: number, count: number): Promise<Sample> {
  const store = openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock, log: silentLogger });
  await store.write({ op: 'put', key: '/warm', value: { text } });
  const latencies: number[] = [];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: writers }, (_, writer) => createInTurn(store, `/w${writer}`, count / writers, latencies)),
  );
  const perSecond = latencies.length / ((performance.now() - start) / 1000);
  await store.close();
  return { perSecond, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

async function createInTurn(store: Store, prefix: string, count: number, latencies: number[]): Promise<void> {
  for (let n = 0; n < count; n++) {
    const before = performance.now();
    await store.write({ op: 'put', key: `${prefix}/${n}`, value: { text }, expect: 0 });
    latencies.push(performance.now() - before);
  }
}

function bareCommits(folder: string, rows: number, count: number): Sample {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE log (revision INTEGER PRIMARY KEY, key TEXT, value TEXT)');
  const insert = database.prepare('INSERT INTO log (key, value) VALUES (?, ?)');
  const latencies: number[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n += rows) {
    const before = performance.now();
    database.exec('BEGIN IMMEDIATE');
    for (let row = 0; row < rows; row++) insert.run(`/w${row}/${n}`, text);
    database.exec('COMMIT');
    latencies.push(performance.now() - before);
  }
  const perSecond = count / ((performance.now() - start) / 1000);
  database.close();
  return { perSecond, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
