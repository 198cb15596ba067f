import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sleep, systemClock } from '#base/clock.ts';
import type { Client } from '#client/client.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient } from '#client/remote-client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { inFolder, startUp } from './packaged.ts';
import { type BenchResult, median } from './report.ts';

const rounds = 3;
const nodes = 100;
const completions = 2_000;
const parallelism = 500;
const warmUpCompletions = 300;
const limitMs = 120_000;

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
  const cluster = await startUp(folder, ['--simulated-nodes', String(nodes)]);
  const database = join(folder, 'state.db');
  let seconds: number;
  let since: number;
  try {
    const client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'bench' });
    await complete(client, 'warm-up', warmUpCompletions);
    since = lastRevision(database);
    seconds = await complete(client, 'measured', completions);
    client.close();
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

/** Runs a Job to its end; resolves with the seconds that took. */
async function complete(client: Client, name: string, count: number): Promise<number> {
  const begin = performance.now();
  const created = await client.create(jobs, newJob(name, count));
  let job: Job = created;
  while (!isFinished(job)) {
    if (performance.now() - begin > limitMs) throw new Error(`Job ${name} did not end: ${JSON.stringify(job.status)}`);
    await sleep(systemClock, 10);
    job = await client.get(jobs, created.metadata);
  }
  if (job.status.succeeded !== count) throw new Error(`Job ${name} ended badly: ${JSON.stringify(job.status)}`);
  return (performance.now() - begin) / 1000;
}

function newJob(name: string, count: number): New<Job> {
  return {
    metadata: { namespace: 'default', name },
    spec: {
      completions: count,
      parallelism,
      template: {
        metadata: { annotations: { 'sampan.dev/simulate': '{"run":"1ms","exit":0}' } },
        spec: {
          restartPolicy: 'Never',
          containers: [
            { name: 'main', image: 'registry.example/tools/runner:2.4', command: ['sh', '-c', 'echo hello'] },
          ],
        },
      },
    },
  } as unknown as New<Job>;
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
