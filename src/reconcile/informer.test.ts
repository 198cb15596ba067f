import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client, WatchEvent, WatchHandle, WatchOptions, WatchSink } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { Informer } from '#reconcile/informer.ts';

function configMap(name: string, version: number, extra: { uid?: string; colour?: string } = {}): ConfigMap {
  const { uid = `uid-${name}`, colour = 'red' } = extra;
  return {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: {
      namespace: 'default',
      name,
      uid,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    data: { colour },
  };
}

/** A server of which the test says, watch by watch, what it answers. */
class ScriptedServer {
  readonly watches: { options: WatchOptions; sink: WatchSink<ConfigMap>; stopped: boolean }[] = [];
  refusal: Error | undefined;

  watch(_resource: unknown, options: WatchOptions, sink: WatchSink<ConfigMap>): Promise<WatchHandle> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const watch = { options, sink, stopped: false };
    this.watches.push(watch);
    return Promise.resolve({
      stop: () => {
        watch.stopped = true;
      },
    });
  }

  get last(): { options: WatchOptions; sink: WatchSink<ConfigMap>; stopped: boolean } {
    const watch = this.watches.at(-1);
    assert.ok(watch);
    return watch;
  }

  send(...events: WatchEvent<ConfigMap>[]): void {
    for (const event of events) this.last.sink.event(event);
  }

  sendState(revision: number, ...objects: ConfigMap[]): void {
    this.send(...objects.map((object) => ({ type: 'ADDED' as const, object })), bookmark(revision, true));
  }
}

function bookmark(revision: number, initialEventsEnd = false): WatchEvent<ConfigMap> {
  return { type: 'BOOKMARK', resourceVersion: String(revision), initialEventsEnd };
}

function setUp(): { server: ScriptedServer; clock: VirtualClock; informer: Informer<ConfigMap>; news: string[] } {
  const server = new ScriptedServer();
  const clock = new VirtualClock();
  const client = server as unknown as Client;
  const jitter = seededRandom('informer').stream('jitter');
  const informer = new Informer(configMaps, {}, { client, clock, jitter, log: silentLogger });
  const news: string[] = [];
  informer.subscribe({
    added: ({ metadata }) => news.push(`+${metadata.name}@${metadata.resourceVersion}`),
    updated: ({ metadata }, old) =>
      news.push(`~${metadata.name}@${old.metadata.resourceVersion}>${metadata.resourceVersion}`),
    deleted: ({ metadata }) => news.push(`-${metadata.name}@${metadata.resourceVersion}`),
  });
  return { server, clock, informer, news };
}

test('the first state is delivered as added objects, and then the informer is in sync', async () => {
  const { server, clock, informer, news } = setUp();
  informer.start();
  await clock.advance(0);
  server.send({ type: 'ADDED', object: configMap('a', 3) });
  assert.equal(informer.synced, false);
  server.sendState(7, configMap('b', 5));
  await informer.whenSynced();
  assert.deepEqual(news, ['+a@3', '+b@5']);
  assert.equal(informer.revision, 7);
  assert.equal(informer.get('default/a')?.metadata.name, 'a');
  assert.deepEqual(server.last.options, {
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
  });
});

test('live events change cache and indexes before the handler is called', async () => {
  const { server, clock, informer } = setUp();
  informer.addIndex('colour', ({ data }) => [data?.colour ?? '']);
  const seen: (string | undefined)[] = [];
  informer.subscribe({ updated: () => seen.push(informer.byIndex('colour', 'blue')[0]?.metadata.name) });
  informer.start();
  await clock.advance(0);
  server.sendState(7, configMap('a', 3));
  server.send({ type: 'MODIFIED', object: configMap('a', 8, { colour: 'blue' }) });
  assert.deepEqual(seen, ['a']);
  assert.deepEqual(informer.byIndex('colour', 'red'), []);
  server.send({ type: 'DELETED', object: configMap('a', 9, { colour: 'blue' }) });
  assert.deepEqual(informer.byIndex('colour', 'blue'), []);
  assert.deepEqual(informer.list('default'), []);
  assert.equal(informer.revision, 9);
});

test('a new incarnation under an old name is seen as deleted and added', async () => {
  const { server, clock, informer, news } = setUp();
  informer.start();
  await clock.advance(0);
  server.sendState(3, configMap('a', 3));
  server.send({ type: 'MODIFIED', object: configMap('a', 5, { uid: 'other' }) });
  assert.deepEqual(news, ['+a@3', '-a@3', '+a@5']);
});

test('a late subscriber gets what is there as added', async () => {
  const { server, clock, informer } = setUp();
  informer.start();
  await clock.advance(0);
  server.sendState(3, configMap('a', 3));
  const late: string[] = [];
  const cancel = informer.subscribe({ added: ({ metadata }) => late.push(metadata.name) });
  cancel();
  server.send({ type: 'ADDED', object: configMap('b', 4) });
  assert.deepEqual(late, ['a']);
});

test('a lost connection resumes after the last revision seen, bookmarks included', async () => {
  const { server, clock, informer, news } = setUp();
  informer.start();
  await clock.advance(0);
  server.sendState(3, configMap('a', 3));
  server.send(bookmark(12));
  server.last.sink.closed(undefined);
  await clock.advance(30_000);
  assert.equal(server.watches.length, 2);
  assert.deepEqual(server.last.options, { resourceVersion: '12', allowWatchBookmarks: true });
  server.send({ type: 'ADDED', object: configMap('b', 13) });
  assert.deepEqual(news, ['+a@3', '+b@13']);
});

test('a watch that ends at its time limit is continued at once', async () => {
  const { server, clock, informer } = setUp();
  informer.start();
  await clock.advance(0);
  server.sendState(3);
  await clock.advance(60_000);
  server.last.sink.closed(undefined);
  assert.equal(server.watches.length, 2);
});

test('forgotten history starts over, and the difference is delivered', async () => {
  const { server, clock, informer, news } = setUp();
  informer.start();
  await clock.advance(0);
  server.sendState(3, configMap('same', 1), configMap('changed', 2), configMap('gone', 3), configMap('reborn', 3));
  news.length = 0;
  server.last.sink.closed(apiErrors.expired('too old resource version: 3 (20)'));
  await clock.advance(30_000);
  assert.equal(server.last.options.sendInitialEvents, true);
  server.sendState(
    20,
    configMap('same', 1),
    configMap('changed', 9),
    configMap('new', 10),
    configMap('reborn', 11, { uid: 'second' }),
  );
  assert.deepEqual(news, ['-gone@3', '~changed@2>9', '+new@10', '-reborn@3', '+reborn@11']);
});

test('refused watches are tried again, ever more slowly up to 30 s', async () => {
  const { server, clock, informer } = setUp();
  const times: number[] = [];
  const start = clock.now();
  server.refusal = new ApiError({ code: 500, reason: 'InternalError', message: 'no' });
  const watch = server.watch.bind(server);
  server.watch = (...args) => {
    times.push(clock.now() - start);
    return watch(...args);
  };
  informer.start();
  await clock.advance(200_000);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.ok(gaps.length >= 8 && gaps.length <= 14, `${gaps}`);
  assert.ok((gaps[0] ?? 0) >= 800 && (gaps[0] ?? 0) <= 1600, `${gaps}`);
  assert.ok(
    gaps.slice(7).every((gap) => gap === 30_000),
    `${gaps}`,
  );
});

test('stop() ends the watch, rejects waiters and silences handlers', async () => {
  const { server, clock, informer, news } = setUp();
  informer.start();
  const waiting = assert.rejects(informer.whenSynced(), /stopped before it was in sync/);
  await clock.advance(0);
  const { sink } = server.last;
  informer.stop();
  await waiting;
  sink.event({ type: 'ADDED', object: configMap('a', 1) });
  sink.closed(undefined);
  await clock.advance(60_000);
  assert.equal(server.watches.length, 1);
  assert.equal(server.last.stopped, true);
  assert.deepEqual(news, []);
});

test('a handler that throws does not keep the news from others', async () => {
  const { server, clock, informer, news } = setUp();
  informer.subscribe({
    added: () => {
      throw new Error('mistake');
    },
  });
  informer.subscribe({ added: ({ metadata }) => news.push(`second ${metadata.name}`) });
  informer.start();
  await clock.advance(0);
  server.sendState(3, configMap('a', 3));
  assert.deepEqual(news, ['+a@3', 'second a']);
});
