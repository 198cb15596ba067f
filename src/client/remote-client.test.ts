import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { WatchEvent, WatchSink } from '#client/client.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { type ApiError, isAlreadyExists, isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

let it: TestServer;
let client: RemoteClient;
before(async () => {
  it = await startTestServer();
  client = createRemoteClient({ ...it.endpoint, userAgent: 'sampan-test/1.0' });
});
after(async () => {
  client.close();
  await it.close();
});

function configMap(name: string, data: { readonly [key: string]: string } = {}) {
  return { metadata: { name, namespace: 'default' }, data };
}

const ref = (name: string) => ({ namespace: 'default', name });

test('objects come back frozen and whole from every verb', async () => {
  const created = await client.create(configMaps, configMap('verbs', { a: '1' }));
  assert.deepEqual([created.kind, created.apiVersion, Object.isFrozen(created.data)], ['ConfigMap', 'v1', true]);
  assert.deepEqual(await client.get(configMaps, ref('verbs')), created);
  const updated = await client.update(configMaps, { ...created, data: { a: '2' } });
  assert.deepEqual(updated.data, { a: '2' });
  const merged = await client.patch(configMaps, ref('verbs'), { type: 'merge', body: { data: { b: '3' } } });
  assert.deepEqual(merged.data, { a: '2', b: '3' });
  const listed = await client.list(configMaps, { namespace: 'default', fieldSelector: 'metadata.name=verbs' });
  assert.deepEqual(listed.items, [merged]);
  assert.equal(await client.delete(configMaps, ref('verbs')), undefined);
});

test('an object that is held back by a finalizer is answered until it is gone', async () => {
  const held = configMap('held');
  const metadata = { ...held.metadata, finalizers: ['example.org/hold'] };
  await client.create(configMaps, { ...held, metadata });
  const waiting = await client.delete(configMaps, ref('held'));
  assert.ok(waiting?.metadata.deletionTimestamp);
  await client.patch(configMaps, ref('held'), { type: 'merge', body: { metadata: { finalizers: null } } });
  await assert.rejects(client.get(configMaps, ref('held')), isNotFound);
});

test('refusals arrive as the errors that the server gave', async () => {
  await assert.rejects(client.get(configMaps, ref('nope')), (error: ApiError) => {
    assert.deepEqual([error.code, error.message], [404, 'configmaps "nope" not found']);
    return isNotFound(error);
  });
  const first = await client.create(configMaps, configMap('twice'));
  await assert.rejects(client.create(configMaps, configMap('twice')), isAlreadyExists);
  await client.update(configMaps, { ...first, data: { changed: 'yes' } });
  await assert.rejects(client.update(configMaps, { ...first, data: { changed: 'again' } }), isConflict);
});

test('a dry run changes nothing, and the field manager is who we say', async () => {
  await client.create(configMaps, configMap('dry'), { dryRun: true, fieldManager: 'me' });
  await assert.rejects(client.get(configMaps, ref('dry')), isNotFound);
});

test('pages follow each other', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) {
    const labels = { page: 'yes' };
    await client.create(configMaps, { metadata: { name, namespace: 'default', labels } });
  }
  const first = await client.list(configMaps, { labelSelector: 'page', limit: 2 });
  assert.equal(first.items.length, 2);
  assert.ok(first.continue !== undefined);
  const second = await client.list(configMaps, { labelSelector: 'page', limit: 2, continue: first.continue });
  assert.deepEqual([second.items.map(({ metadata }) => metadata.name), second.continue], [['page-c'], undefined]);
});

/** Collects what a watch brings, and resolves when `count` events are there, or the watch ended. */
function collect(count: number): { sink: WatchSink<ConfigMap>; done: Promise<readonly WatchEvent<ConfigMap>[]> } {
  const events: WatchEvent<ConfigMap>[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly WatchEvent<ConfigMap>[]>();
  const event = (one: WatchEvent<ConfigMap>): void => {
    events.push(one);
    if (events.length === count) resolve(events);
  };
  return { sink: { event, closed: () => resolve(events) }, done: promise };
}

test('a watch brings the present state, its end, and what follows', async () => {
  await client.create(configMaps, configMap('seen', { n: '1' }));
  const { sink, done } = collect(3);
  const options = {
    namespace: 'default',
    fieldSelector: 'metadata.name=seen',
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
  } as const;
  const handle = await client.watch(configMaps, options, sink);
  await client.patch(configMaps, ref('seen'), { type: 'merge', body: { data: { n: '2' } } });
  const [added, marker, modified] = await done;
  assert.deepEqual([added?.type, marker?.type, modified?.type], ['ADDED', 'BOOKMARK', 'MODIFIED']);
  assert.ok(marker?.type === 'BOOKMARK' && marker.initialEventsEnd);
  assert.ok(modified?.type === 'MODIFIED' && modified.object.data?.n === '2' && Object.isFrozen(modified.object));
  handle.stop();
});

test('a watch that times out, or whose server goes, is closed without an error', async () => {
  const { sink, done } = collect(1);
  await client.watch(configMaps, { namespace: 'default', resourceVersion: '1000000', timeoutSeconds: 3 }, sink);
  await it.clock.advance(3000);
  assert.deepEqual(await done, []);
});

test('nothing comes after a watch was stopped', async () => {
  const calls: string[] = [];
  const sink = { event: () => void calls.push('event'), closed: () => void calls.push('closed') };
  const { resourceVersion } = await client.list(configMaps, { namespace: 'default' });
  const handle = await client.watch(configMaps, { namespace: 'default', resourceVersion }, sink);
  handle.stop();
  await client.create(configMaps, configMap('unseen'));
  assert.deepEqual(calls, []);
});

test('a server that cannot be reached is unavailable', async () => {
  const nobody = createRemoteClient({ server: 'https://127.0.0.1:1', userAgent: 'x' });
  await assert.rejects(nobody.list(configMaps), (error: ApiError) => error.code === 503);
  nobody.close();
});

test('a server that falls silent is unavailable, but a watch may be silent once it has begun', async () => {
  const server = createServer(({ url = '' }, response) => {
    if (url.includes('begin')) response.writeHead(200).flushHeaders();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const impatient = createRemoteClient({ server: `http://127.0.0.1:${port}`, userAgent: 'x', silenceMsMax: 400 });
  let isClosed = false;
  const sink = {
    event: () => {},
    closed: () => {
      isClosed = true;
    },
  };
  const unavailable = { code: 503, message: 'Cannot reach the API server: no word within 400 ms' };
  const begun = await impatient.watch(configMaps, { labelSelector: 'begin' }, sink);
  await Promise.all([
    assert.rejects(impatient.get(configMaps, ref('silent')), unavailable),
    assert.rejects(impatient.watch(configMaps, {}, sink), unavailable),
  ]);
  assert.equal(isClosed, false);
  begun.stop();
  impatient.close();
  server.closeAllConnections();
  server.close();
});
