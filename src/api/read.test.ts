import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeContinue } from '#api/continue-token.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import type { ListOptions, ObjectList } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';

const names = (list: ObjectList<KubeObject>): readonly string[] => list.items.map((item) => item.metadata.name);

test('pages show the state of the first page, whatever is written in between', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  for (const name of ['a', 'b', 'c', 'd', 'e']) await harness.configMap(name);
  const first = await client.list(configMaps, { namespace, limit: 2 });
  assert.deepEqual([names(first), first.remainingItemCount], [['a', 'b'], 3]);

  await harness.configMap('aa');
  await harness.configMap('cc');
  await client.delete(configMaps, { namespace, name: 'd' });
  const second = await client.list(configMaps, { namespace, limit: 2, continue: first.continue ?? '' });
  assert.deepEqual([names(second), second.remainingItemCount], [['c', 'd'], 1]);
  const third = await client.list(configMaps, { namespace, limit: 2, continue: second.continue ?? '' });
  assert.deepEqual([names(third), third.continue], [['e'], undefined]);
  assert.deepEqual(new Set([first, second, third].map((page) => page.resourceVersion)).size, 1);
});

test('with selectors the limit counts matches, and what is left is not counted', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  for (const name of ['a', 'b', 'c', 'd']) {
    await harness.configMap(name, {}, { labels: { odd: name === 'a' || name === 'c' ? 'yes' : 'no' } });
  }
  const options: ListOptions = { namespace, labelSelector: 'odd=no', limit: 1 };
  const first = await client.list(configMaps, options);
  assert.deepEqual([names(first), first.remainingItemCount], [['b'], undefined]);
  await harness.configMap('z');
  const second = await client.list(configMaps, { ...options, continue: first.continue ?? '' });
  assert.deepEqual([names(second), second.continue], [['d'], undefined]);
});

test('all namespaces are listed in the order of their keys', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  for (const name of ['a', 'a-b']) await client.create(namespaces, { metadata: { name }, spec: {} });
  await client.create(configMaps, { metadata: { name: 'x', namespace: 'a' } });
  await client.create(configMaps, { metadata: { name: 'y', namespace: 'a-b' } });
  const first = await client.list(configMaps, { limit: 1 });
  assert.deepEqual(names(first), ['y']);
  await harness.configMap('late');
  assert.deepEqual(names(await client.list(configMaps, { limit: 1, continue: first.continue ?? '' })), ['x']);
});

test('an exact revision shows the past, zero shows anything whole, and more than there is waits', async () => {
  const harness = await Harness.start();
  const { client, clock } = harness;
  const one = await harness.configMap('one');
  await harness.configMap('two');
  const { resourceVersion } = one.metadata;
  const exact = await client.list(configMaps, { namespace, resourceVersion, resourceVersionMatch: 'Exact' });
  assert.deepEqual([names(exact), exact.resourceVersion], [['one'], resourceVersion]);
  const legacy = await client.list(configMaps, { namespace, resourceVersion, limit: 5 });
  assert.deepEqual(names(legacy), ['one']);
  const atLeast = await client.list(configMaps, { namespace, resourceVersion, resourceVersionMatch: 'NotOlderThan' });
  assert.deepEqual(names(atLeast), ['one', 'two']);
  const zero = await client.list(configMaps, { namespace, resourceVersion: '0', limit: 1 });
  assert.deepEqual([names(zero), zero.continue], [['one', 'two'], undefined]);

  const next = String(harness.store.revision + 1);
  const waiting = client.get(configMaps, one.metadata, { resourceVersion: next });
  await harness.configMap('three');
  assert.equal((await waiting).metadata.name, 'one');
  const never = refusal(client.list(configMaps, { namespace, resourceVersion: '999999' }));
  await clock.advance(3_000);
  const { code, details, message } = await never;
  assert.equal(code, 504);
  assert.equal(message, `Timeout: Too large resource version: 999999, current: ${next}`);
  assert.equal(details?.causes?.[0]?.reason, 'ResourceVersionTooLarge');
});

test('what history has forgotten is expired; a continue token then comes with one for the inconsistent rest', async () => {
  const harness = await Harness.start();
  const { client, store } = harness;
  const one = await harness.configMap('one');
  await harness.configMap('two');
  const first = await client.list(configMaps, { namespace, limit: 1 });
  await harness.configMap('three');
  await store.compact(store.revision);
  const { resourceVersion } = one.metadata;
  const exact = await refusal(client.list(configMaps, { namespace, resourceVersion, resourceVersionMatch: 'Exact' }));
  assert.deepEqual([exact.code, exact.message], [410, 'The resourceVersion for the provided list is too old.']);
  const stale = await refusal(client.list(configMaps, { namespace, limit: 1, continue: first.continue ?? '' }));
  assert.equal(stale.reason, 'Expired');
  const rest = await client.list(configMaps, { namespace, continue: stale.status().metadata.continue ?? '' });
  assert.deepEqual(
    names(rest),
    ['three', 'two'].filter((name) => name > 'one'),
  );
});

test('contradictory options and bad tokens are refused', async () => {
  const { client } = await Harness.start();
  const refused = async (options: object): Promise<string> => {
    const { message } = await refusal(client.list(configMaps, options as ListOptions));
    return message.replace('ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ', '');
  };
  assert.equal(
    await refused({ resourceVersionMatch: 'Exact' }),
    'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  );
  assert.equal(
    await refused({ resourceVersion: '0', resourceVersionMatch: 'Exact' }),
    'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
  );
  assert.equal(
    await refused({ resourceVersion: '1', resourceVersionMatch: 'Near' }),
    'Unsupported value: "Near": supported values: "Exact", "NotOlderThan", ""',
  );
  assert.match(await refused({ continue: 'garbage' }), /^invalid continue token: /);
  assert.match(await refused({ continue: 'garbage', resourceVersion: '5' }), /^invalid continue token: /);
  assert.equal(
    await refused({ continue: encodeContinue({ revision: 1, after: 'a' }), resourceVersion: '5' }),
    'specifying resource version is not allowed when using continue',
  );
  assert.equal(
    await refused({ resourceVersion: 'x' }),
    'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
  );
});

test('selectors pick pods by node, phase and label', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await harness.pod('p1', { nodeName: 'n1' }, { labels: { app: 'x' } });
  await harness.pod('p2');
  const by = async (fieldSelector: string) => names(await client.list(pods, { fieldSelector }));
  assert.deepEqual(await by('spec.nodeName=n1'), ['p1']);
  assert.deepEqual(await by('spec.nodeName=,status.phase=Pending'), ['p2']);
  assert.deepEqual(names(await client.list(pods, { labelSelector: 'app in (x,y)' })), ['p1']);
  assert.equal((await refusal(client.list(pods, { fieldSelector: 'spec.hostname=x' }))).code, 400);
});

test('after a restart everything is read back as it was written', async () => {
  const before = await Harness.start();
  const made = await before.pod('p', { nodeName: 'n' });
  const texts = (await before.store.range({ prefix: '/registry/' })).entries;
  assert.ok(texts.every((entry) => !entry.value.text.includes('"resourceVersion"')));
  // Only the texts survive, as on a disk.
  const { createMemoryStore } = await import('#store/memory/memory-store.ts');
  const store = createMemoryStore({ clock: before.clock });
  for (const { key, value } of texts) await store.write({ op: 'put', key, value: { text: value.text } });
  const after = await Harness.start({ store });
  const read = await after.client.get(pods, made.metadata);
  const { resourceVersion: _new, ...metadata } = read.metadata;
  const { resourceVersion: _old, ...expected } = made.metadata;
  assert.deepEqual({ ...read, metadata }, { ...made, metadata: expected });
});
