import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBareServer } from './bare-server.ts';
import { BenchConnection, type BenchRequest, ratePerSecond } from './http2-client.ts';
import { inFolder, startApiServer } from './packaged.ts';
import { type BenchResult, median } from './report.ts';
import { samplePod } from './sample-pod.ts';

const pods = 10_000;
const runs = 7;
const callsPerRun = 3_000;
/** As many as `stored.ts` has writers: a commit to disk is waited for by all that came meanwhile. */
const inFlight = 256;
const listed = 'default';
/** Where the creates that are measured go: the lists after them are to have as many pods as they say. */
const elsewhere = 'elsewhere';
const collection = podsOf(listed);
const tableAccept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const protobufAccept = { accept: 'application/vnd.kubernetes.protobuf' };
const gzipAccept = { 'accept-encoding': 'gzip' };
const patchType = { 'content-type': 'application/strategic-merge-patch+json' };

/** A request to measure: of the API, and the one of the bare server that answers the same bytes. */
interface Subject {
  readonly name: string;
  readonly as: 'calls/s' | 'ms';
  readonly call: (index: number) => BenchRequest;
}

const subjects: readonly Subject[] = [
  { name: 'create', as: 'calls/s', call: (index) => create(elsewhere, `pod-${index}`) },
  { name: 'get', as: 'calls/s', call: (index) => ({ path: `${collection}/pod-${index % pods}` }) },
  { name: 'patch', as: 'calls/s', call: (index) => patch(`pod-${index % pods}`, index) },
  { name: `list of ${pods} pods`, as: 'ms', call: () => ({ path: collection }) },
  { name: `list of ${pods} pods, gzip`, as: 'ms', call: () => ({ path: collection, headers: gzipAccept }) },
  { name: `list of ${pods} pods, protobuf`, as: 'ms', call: () => ({ path: collection, headers: protobufAccept }) },
  { name: `table of ${pods} pods`, as: 'ms', call: () => ({ path: collection, headers: tableAccept }) },
];

/** Everyday requests over one HTTPS connection to the packaged API server, which has 10,000 pods in SQLite. The floor: a bare
 *  Node server, in a process of its own too, that answers the same bytes. */
export function run(): Promise<readonly BenchResult[]> {
  return inFolder(async (folder) => {
    const server = await startApiServer(join(folder, 'data'));
    const connection = await BenchConnection.to(server);
    try {
      await prepare(connection);
      const results: BenchResult[] = [];
      for (const subject of subjects) results.push(await measure(subject, connection, folder));
      return results;
    } finally {
      connection.close();
      await server.stop();
    }
  });
}

async function prepare(connection: BenchConnection): Promise<void> {
  await connection.request(post('/api/v1/namespaces', { metadata: { name: elsewhere } }));
  for (const namespace of [listed, elsewhere]) {
    await connection.request(
      post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } }),
    );
  }
  await ratePerSecond(pods, inFlight, (index) => connection.request(create(listed, `pod-${index}`)));
}

let made = 0;

async function measure(subject: Subject, connection: BenchConnection, folder: string): Promise<BenchResult> {
  const sample = subject.call(made++);
  const answer = join(folder, 'answer');
  writeFileSync(answer, await connection.request(sample));
  const bare = await startBareServer(folder, { [`${sample.method ?? 'GET'} /same`]: answer });
  const floor = await BenchConnection.open(bare.endpoint);
  try {
    const own: number[] = [];
    const least: number[] = [];
    for (let run = 0; run < runs; run++) {
      own.push(await figure(subject, (request) => connection.bytesOf(request)));
      least.push(await figure(subject, (request) => floor.bytesOf({ ...request, path: '/same' })));
    }
    return {
      name: subject.name,
      median: median(own),
      unit: subject.as,
      floor: { name: 'bare', median: median(least) },
    };
  } finally {
    floor.close();
    await bare.stop();
  }
}

async function figure({ as, call }: Subject, send: (request: BenchRequest) => Promise<unknown>): Promise<number> {
  if (as === 'calls/s') return ratePerSecond(callsPerRun, inFlight, () => send(call(made++)));
  const begin = performance.now();
  await send(call(made++));
  return performance.now() - begin;
}

function create(namespace: string, name: string): BenchRequest {
  return post(podsOf(namespace), samplePod(name, namespace));
}

function post(path: string, body: object): BenchRequest {
  return { method: 'POST', path, body: JSON.stringify(body) };
}

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

function patch(name: string, value: number): BenchRequest {
  const body = JSON.stringify({ metadata: { labels: { turn: String(value) } } });
  return { method: 'PATCH', path: `${collection}/${name}`, body, headers: patchType };
}
