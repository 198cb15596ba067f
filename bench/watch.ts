import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '#base/clock.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import type { Endpoint } from '#wire/http-client.ts';
import { startBareServer } from './bare-server.ts';
import { collectGarbage } from './garbage.ts';
import { BenchConnection, type BenchRequest } from './http2-client.ts';
import { inFolder, startApiServer } from './packaged.ts';
import { type BenchResult, median, quantile } from './report.ts';
import { samplePod } from './sample-pod.ts';

const connections = 10;
const watchersEach = 100;
const watchers = connections * watchersEach;
/** Enough that the slowest hundredth is more than one event that met a collection of garbage. */
const events = 300;
const warmUpEvents = 20;
const betweenMs = 50;
const runs = 3;
const collection = '/api/v1/namespaces/default/pods';
const newline = 10;

/** From the moment a client asks for a change of a pod until the event of it has reached a watcher, for 1,000 watchers of pods
 *  on ten connections. The floor: a bare Node server that writes the same bytes to as many streams at every request. */
export function run(): Promise<readonly BenchResult[]> {
  return inFolder(async (folder) => {
    const server = await startApiServer(join(folder, 'data'));
    const endpoint = await readKubeconfig(server.kubeconfig);
    await preparePod(endpoint);
    const line = join(folder, 'line');
    writeFileSync(line, await oneLine(endpoint));
    const bare = await startBareServer(folder, { 'POST /event': line });
    const own: (readonly number[])[] = [];
    const least: (readonly number[])[] = [];
    for (let run = 0; run < runs; run++) {
      own.push(await latencies(endpoint, `${collection}?watch=1&resourceVersion=0`, touch));
      least.push(await latencies(bare.endpoint, '/watch', () => ({ method: 'POST', path: '/event', body: '{}' })));
    }
    await bare.stop();
    await server.stop();
    return [0.5, 0.99].map((share) => ({
      name: `event at ${watchers} watchers, ${share * 100} %`,
      median: median(own.map((run) => quantile(run, share))),
      unit: 'ms',
      floor: { name: 'bare', median: median(least.map((run) => quantile(run, share))) },
    }));
  });
}

async function preparePod(endpoint: Endpoint): Promise<void> {
  const connection = await BenchConnection.open(endpoint);
  const account = JSON.stringify({ metadata: { name: 'default' } });
  await connection.request({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: account });
  await connection.request({ method: 'POST', path: collection, body: JSON.stringify(samplePod('watched')) });
  connection.close();
}

function touch(turn: number): BenchRequest {
  return {
    method: 'PATCH',
    path: `${collection}/watched`,
    body: JSON.stringify({ metadata: { labels: { turn: `${turn}` } } }),
    headers: { 'content-type': 'application/merge-patch+json' },
  };
}

/** The line that says that the pod is there. */
async function oneLine(endpoint: Endpoint): Promise<Buffer> {
  const connection = await BenchConnection.open(endpoint);
  const path = `${collection}?watch=1&resourceVersion=0&timeoutSeconds=1`;
  const line = await connection.request({ path });
  connection.close();
  return line;
}

let turn = 0;

/** How long each of `events` took to reach each watcher. */
async function latencies(
  endpoint: Endpoint,
  path: string,
  change: (turn: number) => BenchRequest,
): Promise<readonly number[]> {
  const writer = await BenchConnection.open(endpoint);
  const readers = await Promise.all(Array.from({ length: connections }, () => BenchConnection.open(endpoint)));
  const figures: number[] = [];
  let sentAt = 0;
  let arrived = 0;
  let all = (): void => {};
  const note = (chunk: Buffer): void => {
    if (chunk.at(-1) !== newline) return;
    figures.push(performance.now() - sentAt);
    if (++arrived === watchers) all();
  };
  const began = readers.flatMap((reader) =>
    Array.from({ length: watchersEach }, () => {
      const stream = reader.stream({ path }, note);
      stream.ended.catch(() => {});
      return stream.began;
    }),
  );
  await Promise.all(began);
  await sleep(systemClock, betweenMs * 20);
  for (let event = 0; event < events + warmUpEvents; event++) {
    if (event === warmUpEvents) figures.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = 0;
    all = resolve;
    sentAt = performance.now();
    await writer.request(change(turn++));
    await promise;
    collectGarbage();
    await sleep(systemClock, betweenMs);
  }
  for (const connection of [writer, ...readers]) connection.close();
  return figures;
}
