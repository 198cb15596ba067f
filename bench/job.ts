import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { completeJob, withClient } from './large-job.ts';
import { inFolder, startUp } from './packaged.ts';
import { type BenchResult, median } from './report.ts';

const rounds = 3;
const nodes = 100;
const completions = 2_000;
const parallelism = 500;
const warmUpCompletions = 300;
const command = ['sh', '-c', 'echo hello'];

interface Sample {
  readonly podsPerSecond: number;
  readonly rowsPerPod: number;
  readonly barePodsPerSecond: number;
}

/** A large Job from its create to Complete, over HTTPS, on simulated nodes whose pods end at once, with the SQLite store. The
 *  floor: the very rows that it left in the store, committed one by one by nothing but SQLite. */
export async function run(): Promise<readonly BenchResult[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await inFolder(measure));
  const of = (what: keyof Sample): number => median(samples.map((sample) => sample[what]));
  return [
    {
      name: `${completions} pods × ${parallelism} on ${nodes} nodes`,
      median: of('podsPerSecond'),
      unit: 'pods/s',
      floor: { name: 'bare SQLite, a commit a row', median: of('barePodsPerSecond') },
    },
    { name: 'rows written for each', median: of('rowsPerPod'), unit: 'rows' },
  ];
}

async function measure(folder: string): Promise<Sample> {
  const cluster = await startUp(folder, { args: ['--simulated-nodes', String(nodes)] });
  const database = join(folder, 'state.db');
  let since = 0;
  let seconds: number;
  try {
    seconds = await withClient(cluster, async (client) => {
      await completeJob(client, 'warm-up', { completions: warmUpCompletions, parallelism, command });
      since = lastRevision(database);
      return completeJob(client, 'measured', { completions, parallelism, command });
    });
  } finally {
    await cluster.stop();
  }
  const rows = rowsAfter(database, since);
  return {
    podsPerSecond: completions / seconds,
    rowsPerPod: rows.length / completions,
    barePodsPerSecond: completions / bareSeconds(join(folder, 'bare.db'), rows),
  };
}

type Row = readonly [revision: number, key: string, value: string | null];

function lastRevision(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare('SELECT max(mod_revision) AS last FROM history').get() as { readonly last: number };
  database.close();
  return row.last;
}

function rowsAfter(path: string, revision: number): readonly Row[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(
    'SELECT mod_revision AS revision, key, value FROM history WHERE mod_revision > ? ORDER BY mod_revision',
  );
  const found = rows.all(revision) as unknown as readonly { revision: number; key: string; value: string | null }[];
  database.close();
  return found.map(({ revision: at, key, value }) => [at, key, value]);
}

function bareSeconds(path: string, rows: readonly Row[]): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE log (revision INTEGER PRIMARY KEY, key TEXT, value TEXT)');
  const insert = database.prepare('INSERT INTO log (revision, key, value) VALUES (?, ?, ?)');
  const begin = performance.now();
  for (const row of rows) insert.run(...row);
  const seconds = (performance.now() - begin) / 1000;
  database.close();
  return seconds;
}
