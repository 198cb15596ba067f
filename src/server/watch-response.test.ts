import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, test } from 'node:test';
import type { WatchHandle, WatchSink } from '#client/client.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { linesOf, textOf } from '#wire/http-client.ts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

const configMaps = '/api/v1/namespaces/default/configmaps';

interface Event {
  readonly type: string;
  readonly object: { readonly [key: string]: unknown; readonly metadata: { readonly [key: string]: unknown } };
}

function create(name: string): Promise<unknown> {
  return it.ask(`POST ${configMaps}`, { body: { metadata: { name }, data: { k: name } } });
}

async function revision(): Promise<string> {
  const list = await it.ask(configMaps.replace(/^/, 'GET '));
  return String((list.json?.metadata as { resourceVersion: string }).resourceVersion);
}

/** The events of a watch as they come. */
async function* watch(server: TestServer, target: string, accept = 'application/json'): AsyncGenerator<Event> {
  const cut = new AbortController();
  const { body } = await server.open(target, { headers: { accept }, signal: cut.signal });
  body.on('error', () => {});
  try {
    for await (const line of linesOf(body)) yield JSON.parse(line);
  } finally {
    cut.abort();
  }
}

async function take(events: AsyncGenerator<Event>, count: number): Promise<readonly Event[]> {
  const taken: Event[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

test('the head of a watch is there before any event', async () => {
  const from = await revision();
  const cut = new AbortController();
  const target = `GET ${configMaps}?watch=true&resourceVersion=${from}`;
  const { status, headers, body } = await it.open(target, { signal: cut.signal });
  assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
  body.on('error', () => {});
  cut.abort();
});

test('events come one a line, the present state first and its end marked when asked for', async () => {
  await create('first');
  const events = watch(it, `GET ${configMaps}?watch=1&fieldSelector=metadata.name=first&allowWatchBookmarks=true`);
  const [added, marker] = await take(events, 2);
  assert.deepEqual([added?.type, added?.object.kind, added?.object.data], ['ADDED', 'ConfigMap', { k: 'first' }]);
  assert.equal(marker?.type, 'BOOKMARK');
  assert.deepEqual(marker?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  await it.ask(`DELETE ${configMaps}/first`);
  const [deleted] = await take(events, 1);
  assert.equal(deleted?.type, 'DELETED');
  await events.return(undefined);
});

test('the end of the present state is marked by an object of the kind with what Go cannot leave out', async () => {
  const events = watch(it, 'GET /api/v1/pods?watch=1&allowWatchBookmarks=true&labelSelector=nobody');
  const [marker] = await take(events, 1);
  const { metadata: _, ...rest } = marker?.object ?? {};
  assert.deepEqual(rest, { kind: 'Pod', apiVersion: 'v1', spec: { containers: null }, status: {} });
  await events.return(undefined);
});

test('a watch is streamed or refused, and its numbers are numbers', async () => {
  const { json } = await it.ask(`GET ${configMaps}?watch=1`, { headers: { accept: 'application/yaml' } });
  assert.equal(json, undefined);
  const { json: limit } = await it.ask(`GET ${configMaps}?watch=1&limit=x`);
  assert.equal(limit?.message, 'strconv.ParseInt: parsing "x": invalid syntax');
});

test('the old watch path watches one object', async () => {
  await create('one');
  await create('other');
  const events = watch(it, 'GET /api/v1/watch/namespaces/default/configmaps/one');
  const [added] = await take(events, 1);
  assert.equal(added?.object.metadata.name, 'one');
  await events.return(undefined);
});

test('a watch for tables tells the columns once', async () => {
  const from = await revision();
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const events = watch(it, `GET ${configMaps}?watch=true&resourceVersion=${from}`, table);
  // The watch must stand before the objects come; its head is not awaited by the generator until then.
  const both = take(events, 2);
  await create('row-1');
  await create('row-2');
  const [first, second] = await both;
  assert.ok(Array.isArray(first?.object.columnDefinitions));
  assert.equal(second?.object.columnDefinitions, null);
  assert.equal((second?.object.rows as readonly { cells: readonly unknown[] }[])[0]?.cells[0], 'row-2');
  await events.return(undefined);
});

test('a watch ends cleanly after its time, with a last bookmark', async () => {
  const from = await revision();
  const query = `watch=true&resourceVersion=${from}&timeoutSeconds=5&allowWatchBookmarks=true`;
  const { body } = await it.open(`GET ${configMaps}?${query}`);
  await it.clock.advance(5000);
  const lines: string[] = [];
  for await (const line of linesOf(body)) lines.push(JSON.parse(line).type);
  assert.deepEqual(lines, ['BOOKMARK']);
});

test('a watch from too far back is accepted and ends with an ERROR', async () => {
  const closedAtOnce = async (
    _: unknown,
    __: unknown,
    ___: unknown,
    sink: WatchSink<KubeObject>,
  ): Promise<WatchHandle> => {
    queueMicrotask(() => sink.closed(apiErrors.expired('too old resource version: 1 (9)')));
    return { stop: () => {} };
  };
  const own = await startTestServer({ wrap: (api) => ({ ...api, watch: closedAtOnce }) });
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const events = await take(watch(own, `GET ${configMaps}?watch=true&resourceVersion=1`, table), 2);
  assert.equal(events.length, 1);
  assert.deepEqual([events[0]?.type, events[0]?.object.kind, events[0]?.object.reason], ['ERROR', 'Status', 'Expired']);
  await own.close();
});

test('a client that goes away ends its watch', async () => {
  const stopped = Promise.withResolvers<void>();
  const idle = async (): Promise<WatchHandle> => ({ stop: () => stopped.resolve() });
  const own = await startTestServer({ wrap: (api) => ({ ...api, watch: idle }) });
  const cut = new AbortController();
  const { body } = await own.open(`GET ${configMaps}?watch=true`, { signal: cut.signal });
  body.on('error', () => {});
  cut.abort();
  await stopped.promise;
  await own.close();
});

test('a slow client gets everything up to a point and then the end, never a gap', async () => {
  let sink: WatchSink<KubeObject> | undefined;
  const stopped = Promise.withResolvers<void>();
  const hold = async (_: unknown, __: unknown, ___: unknown, given: WatchSink<KubeObject>): Promise<WatchHandle> => {
    sink = given;
    return { stop: () => stopped.resolve() };
  };
  const own = await startTestServer({ wrap: (api) => ({ ...api, watch: hold }) });
  const { body } = await own.open(`GET ${configMaps}?watch=true`);
  const filler = 'x'.repeat(1000);
  let sent = 0;
  const burst = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const metadata = { name: String(sent++), uid: '', resourceVersion: '1', creationTimestamp: '' };
      const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata, filler };
      sink?.event({ type: 'ADDED', object });
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  // What is there at first may be any amount; of what follows only so much waits.
  await burst(15_000);
  for (let round = 0; round < 30; round++) await burst(1000);
  await stopped.promise;
  let read = 0;
  for await (const line of linesOf(body)) assert.equal(JSON.parse(line).object.metadata.name, String(read++));
  assert.ok(read >= 15_000 && read < sent, `${read} of ${sent}`);
  await own.close();
});

test('clients that read nothing share what they do not read', async (t) => {
  const own = await startTestServer();
  const data = { k: 'x'.repeat(900_000) };
  await own.ask(`POST ${configMaps}`, { body: { metadata: { name: 'large' }, data } });
  const session = connect(own.url, { ca: own.pki.authority, settings: { initialWindowSize: 0 } });
  t.after(() => {
    session.destroy();
    return own.close();
  });
  const before = process.memoryUsage().arrayBuffers;
  const heads: Promise<unknown>[] = [];
  for (let count = 0; count < 100; count++) {
    const path = `${configMaps}?watch=true`;
    const stream = session.request({ ':path': path, authorization: 'Bearer admintoken' });
    stream.on('error', () => {});
    heads.push(once(stream, 'response'));
  }
  await Promise.all(heads);
  // What comes first is written in a turn of its own.
  await new Promise((resolve) => setImmediate(resolve));
  const held = process.memoryUsage().arrayBuffers - before;
  assert.ok(held < 20_000_000, `${held} bytes are held for clients that read nothing`);
});

test('draining ends watches cleanly', async () => {
  const own = await startTestServer();
  const { body } = await own.open(`GET ${configMaps}?watch=true&resourceVersion=1`);
  own.server.drain();
  const lines: string[] = [];
  for await (const line of linesOf(body)) lines.push(line);
  assert.deepEqual(lines, []);
  await own.close();
});

test('a watch ends by itself, whatever its client asks for', async () => {
  for (const [asked, afterMs] of [
    ['-1', 0],
    ['0', 3600_000],
  ] as const) {
    const { body } = await it.open(
      `GET ${configMaps}?watch=true&resourceVersion=${await revision()}&timeoutSeconds=${asked}`,
    );
    const end = textOf(body);
    await it.clock.advance(afterMs);
    assert.equal(await end, '', asked);
  }
});
