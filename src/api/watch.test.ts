import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import type { WatchOptions } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';

const ref = { namespace, name: 'a' };
const label = (value: string | null) => ({ type: 'merge', body: { metadata: { labels: { in: value } } } }) as const;

test('without a revision a watch begins with what there is, and marks its end if bookmarks are allowed', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  await harness.configMap('b');
  const plain = await harness.watch(configMaps, { namespace });
  const marked = await harness.watch(configMaps, { namespace, allowWatchBookmarks: true });
  const zero = await harness.watch(configMaps, { resourceVersion: '0' });
  const none = await harness.watch(pods, {
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
  });
  await harness.clock.advance(0);
  assert.deepEqual(plain.take(), ['ADDED a', 'ADDED b']);
  assert.deepEqual(marked.take(), ['ADDED a', 'ADDED b', 'BOOKMARK end']);
  assert.deepEqual(zero.take(), ['ADDED a', 'ADDED b']);
  assert.deepEqual(none.take(), ['BOOKMARK end']);
});

test('from a revision it shows what came later, each change once and in order', async () => {
  const harness = await Harness.start();
  const { metadata } = await harness.configMap('a');
  await harness.configMap('b');
  const watch = await harness.watch(configMaps, { resourceVersion: metadata.resourceVersion });
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '1' } } });
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '1' } } });
  await harness.client.delete(configMaps, ref);
  await harness.clock.advance(0);
  const revisions = watch.events.map((event) =>
    event.type === 'BOOKMARK' ? 0 : Number(event.object.metadata.resourceVersion),
  );
  assert.deepEqual(
    revisions,
    revisions.toSorted((x, y) => x - y),
  );
  assert.deepEqual(watch.take(), ['ADDED b', 'MODIFIED a', 'DELETED a']);
  assert.equal(revisions.at(-1), harness.store.revision);
});

test('objects that enter a selection are added and those that leave are deleted, with their old content', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const watch = await harness.watch(configMaps, {
    labelSelector: 'in=yes',
    resourceVersion: String(harness.store.revision),
  });
  await harness.client.patch(configMaps, ref, label('yes'));
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '2' } } });
  await harness.client.patch(configMaps, ref, label('no'));
  await harness.client.delete(configMaps, ref);
  await harness.clock.advance(0);
  const left = watch.events[2];
  assert.ok(left?.type === 'DELETED');
  assert.deepEqual(left.object.metadata.labels, { in: 'yes' });
  assert.ok(Number(left.object.metadata.resourceVersion) < harness.store.revision);
  assert.deepEqual(watch.take(), ['ADDED a', 'MODIFIED a', 'DELETED a']);
});

test('watchers of a node, a name or a namespace hear of nothing else', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await client.create(namespaces, { metadata: { name: 'other' }, spec: {} });
  const [n1, n2, free, named, elsewhere] = await Promise.all([
    harness.watch(pods, { fieldSelector: 'spec.nodeName=n1' }),
    harness.watch(pods, { fieldSelector: 'spec.nodeName=n2' }),
    harness.watch(pods, { fieldSelector: 'spec.nodeName=' }),
    harness.watch(pods, { fieldSelector: 'metadata.name=a' }),
    harness.watch(pods, { namespace: 'other' }),
  ]);
  await harness.pod('a');
  await harness.pod('b', { nodeName: 'n2' });
  const binding = { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n1' } };
  await client.createSubresource(pods as never, ref, 'binding', binding);
  await client.delete(pods, { namespace, name: 'b' }, { gracePeriodSeconds: 0 });
  await harness.clock.advance(0);
  assert.deepEqual(n1.take(), ['ADDED a']);
  assert.deepEqual(n2.take(), ['ADDED b', 'MODIFIED b', 'DELETED b']);
  assert.deepEqual(free.take(), ['ADDED a', 'DELETED a']);
  assert.deepEqual(named.take(), ['ADDED a', 'MODIFIED a']);
  assert.deepEqual(elsewhere.take(), []);
  n1.handle?.stop();
  await client.patch(pods, ref, label('yes'));
  assert.deepEqual([n1.take(), named.take()], [[], ['MODIFIED a']]);
});

test('all watchers of a change share one event', async () => {
  const harness = await Harness.start();
  const watches = [await harness.watch(configMaps), await harness.watch(configMaps, { namespace })];
  const made = await harness.configMap('a');
  await harness.clock.advance(0);
  const [one, other] = watches.map((watch) => watch.events[0]);
  assert.equal(one, other);
  assert.ok(one?.type === 'ADDED' && one.object === (made as unknown));
});

test('a watch ends cleanly after its time, with a bookmark shortly before', async () => {
  const harness = await Harness.start();
  const options: WatchOptions = { allowWatchBookmarks: true, timeoutSeconds: 5, resourceVersion: '1' };
  const watch = await harness.watch(pods, options);
  await harness.configMap('elsewhere');
  await harness.clock.advance(2_999);
  assert.deepEqual(watch.take(), []);
  await harness.clock.advance(1);
  const [bookmark] = watch.events;
  assert.ok(bookmark?.type === 'BOOKMARK' && bookmark.resourceVersion === String(harness.store.revision));
  await harness.clock.advance(2_000);
  assert.deepEqual(watch.end, { error: undefined });
});

test('a quiet watch gets a bookmark every minute', async () => {
  const harness = await Harness.start();
  const watch = await harness.watch(pods, { allowWatchBookmarks: true, resourceVersion: '1' });
  const silent = await harness.watch(pods, { resourceVersion: '1' });
  await harness.clock.advance(120_000);
  assert.deepEqual(watch.take(), ['BOOKMARK', 'BOOKMARK']);
  assert.deepEqual(silent.take(), []);
});

test('a start before what is remembered ends with Expired, though nothing else was wrong', async () => {
  const first = await Harness.start();
  await first.configMap('a');
  const again = await Harness.start({ store: first.store });
  const watch = await again.watch(configMaps, { resourceVersion: '1' });
  await again.clock.advance(0);
  assert.equal(watch.end?.error?.code, 410);
  assert.match(watch.end?.error?.message ?? '', /^too old resource version: 1 \([0-9]+\)$/);
  const fresh = { resourceVersion: '1', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } as const;
  const restart = await again.watch(configMaps, fresh);
  await again.clock.advance(0);
  assert.deepEqual(restart.take(), ['ADDED a']);
});

test('many changes are forgotten once they are old, though none follows', async () => {
  const harness = await Harness.start();
  const { metadata } = await harness.configMap('a');
  const from = { resourceVersion: metadata.resourceVersion };
  for (let turn = 0; turn < 2_100; turn++) {
    await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { turn: String(turn) } } });
  }
  await harness.clock.advance(60_000);
  const young = await harness.watch(configMaps, from);
  await harness.clock.advance(0);
  assert.equal(young.take().length, 2_100);
  await harness.clock.advance(60_000);
  const old = await harness.watch(configMaps, from);
  await harness.clock.advance(0);
  assert.equal(old.end?.error?.reason, 'Expired');
});

test('a start in the future waits for it, and with initial events ends after three seconds', async () => {
  const harness = await Harness.start();
  const future = String(harness.store.revision + 1);
  const watch = await harness.watch(configMaps, { resourceVersion: future });
  await harness.configMap('a');
  await harness.configMap('b');
  await harness.clock.advance(0);
  assert.deepEqual(watch.take(), ['ADDED b']);
  const far = { resourceVersion: '999999', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } as const;
  const waiting = harness.watch(configMaps, far);
  await harness.clock.advance(3_000);
  const refused = await waiting;
  assert.equal(refused.end?.error?.code, 504);
});

test('contradictory options are refused', async () => {
  const { client } = await Harness.start();
  const refused = async (options: WatchOptions): Promise<string> => {
    const sink = { event: () => {}, closed: () => {} };
    return (await refusal(client.watch(configMaps, options, sink))).message;
  };
  assert.match(await refused({ sendInitialEvents: true }), /sendInitialEvents requires setting resourceVersionMatch/);
  assert.match(
    await refused({ resourceVersionMatch: 'NotOlderThan', resourceVersion: '1' }),
    /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided$/,
  );
});

test('closing the API ends its watches cleanly and refuses reads', async () => {
  const harness = await Harness.start();
  const watch = await harness.watch(configMaps);
  await harness.clock.advance(0);
  harness.api.close();
  assert.deepEqual(watch.end, { error: undefined });
  assert.equal((await refusal(harness.client.list(configMaps))).code, 503);
});
