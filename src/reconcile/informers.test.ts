import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { Informers } from '#reconcile/informers.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

async function setUp() {
  const clock = new VirtualClock();
  const random = seededRandom('informers');
  const api = await createApi({ store: createMemoryStore({ clock }), clock, random, resources: catalog });
  const client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
  const informers = new Informers({ client, clock, random, log: silentLogger });
  const create = (name: string, labels: { readonly [key: string]: string } = {}) =>
    client.create(configMaps, { metadata: { namespace: 'default', name, labels } });
  return { client, informers, create, clock };
}

test('whoever asks for the same objects shares one informer', async () => {
  const { informers } = await setUp();
  assert.equal(informers.of(configMaps), informers.of(configMaps, {}));
  assert.notEqual(informers.of(configMaps), informers.of(configMaps, { labelSelector: 'a=b' }));
  assert.notEqual(informers.of(configMaps), informers.of(configMaps, { namespace: 'default' }));
});

test('a cache is what the API holds, and hears of each write before the writer goes on', async () => {
  const { client, informers, create } = await setUp();
  await create('before');
  const all = informers.of(configMaps, { namespace: 'default' });
  const chosen = informers.of(configMaps, { labelSelector: 'a=b' });
  informers.start();
  await informers.whenSynced();
  assert.ok(all.get('default/before'));
  const made = await create('after', { a: 'b' });
  assert.equal(all.get('default/after'), made);
  assert.equal(chosen.get('default/after'), made);
  assert.ok(all.revision >= Number(made.metadata.resourceVersion));
  await client.patch(configMaps, made.metadata, { type: 'merge', body: { metadata: { labels: { a: 'c' } } } });
  assert.equal(chosen.get('default/after'), undefined);
  assert.ok(all.get('default/after'));
  await client.delete(configMaps, made.metadata);
  assert.equal(all.get('default/after'), undefined);
  informers.stop();
});

test('an informer asked for after the start follows at once', async () => {
  const { informers, create } = await setUp();
  informers.start();
  await create('a');
  const late = informers.of(configMaps);
  await late.whenSynced();
  assert.ok(late.get('default/a'));
  informers.stop();
});

test('who waits for all caches does not wait for one that was dropped', async () => {
  const { informers } = await setUp();
  informers.of(configMaps);
  const dropped = informers.of(secrets);
  const synced = informers.whenSynced();
  informers.drop(secrets as unknown as ResourceDefinition);
  await assert.rejects(dropped.whenSynced(), /was stopped/);
  informers.start();
  await synced;
  assert.notEqual(informers.of(secrets), dropped);
  informers.stop();
});
