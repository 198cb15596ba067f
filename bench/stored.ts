import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { systemClock } from '#base/clock.ts';
import { stopFreezing } from '#base/json.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { catalog } from '#kinds/catalog.ts';
import { pods } from '#kinds/pod/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import { BenchConnection, ratePerSecond } from './http2-client.ts';
import { inFolder, residentMib, startApiServer } from './packaged.ts';
import { type BenchResult, median } from './report.ts';
import { samplePod } from './sample-pod.ts';

const rounds = 5;
const perRound = 20_000;
const stored = rounds * perRound;
const writers = 256;

/** Durable creates by the in-process client with the SQLite store, from 256 callers that each wait for their last answer, until
 *  100,000 pods are stored; the floor: the rows of the last round, as many to a commit, by nothing but SQLite. Then what the
 *  packaged API server that starts on them takes of memory. */
export function run(): Promise<readonly BenchResult[]> {
  stopFreezing();
  return inFolder(async (folder) => {
    const path = join(folder, 'state.db');
    const rates = await createAll(path);
    const bare = bareRate(path, join(folder, 'bare.db'));
    const server = await startApiServer(folder);
    const connection = await BenchConnection.to(server);
    const atRest = residentMib([server.pid]).rss;
    await connection.request({ path: '/api/v1/pods?limit=1' });
    const begin = performance.now();
    await connection.request({ path: '/api/v1/pods' });
    const listMs = performance.now() - begin;
    const listed = residentMib([server.pid]).rss;
    connection.close();
    await server.stop();
    const floor = { name: `bare commits of ${writers} rows`, median: bare };
    return [
      { name: 'durable creates, in process', median: median(rates), unit: '/s', floor },
      { name: `server on ${stored} pods, resident`, median: atRest, unit: 'MiB' },
      { name: 'after all were read and listed', median: listed, unit: 'MiB' },
      { name: 'that first list', median: listMs, unit: 'ms' },
    ];
  });
}

async function createAll(path: string): Promise<readonly number[]> {
  const clock = systemClock;
  const store = openSqliteStore({ path, clock, log: silentLogger });
  const api = await createApi({ store, clock, random: seededRandom('bench'), resources: catalog });
  const client = createLocalClient(api, { name: 'bench', groups: ['system:masters'] }, 'bench');
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.push(
      await ratePerSecond(perRound, writers, (index) => client.create(pods, samplePod(`pod-${round}-${index}`))),
    );
  }
  await api.close();
  await store.close();
  return rates;
}

function bareRate(from: string, path: string): number {
  const source = new DatabaseSync(from, { readOnly: true });
  const rows = source
    .prepare('SELECT key, value FROM history ORDER BY mod_revision DESC LIMIT ?')
    .all(perRound) as unknown as readonly { readonly key: string; readonly value: string }[];
  source.close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (key TEXT, value TEXT)');
  const insert = database.prepare('INSERT INTO log (key, value) VALUES (?, ?)');
  const begin = performance.now();
  for (let at = 0; at < rows.length; at += writers) {
    database.exec('BEGIN');
    for (const { key, value } of rows.slice(at, at + writers)) insert.run(key, value);
    database.exec('COMMIT');
  }
  const rate = rows.length / ((performance.now() - begin) / 1000);
  database.close();
  return rate;
}
