import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { ServedResources } from '#client/served-resources.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { events } from '#kinds/event/event.ts';
import { newEvents } from '#kinds/event/new-event.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { Informers } from './informers.ts';
import { KindFollower } from './kind-follower.ts';

const [maps, keys, old, fresh] = [configMaps, secrets, events, newEvents] as unknown as readonly [
  ResourceDefinition,
  ResourceDefinition,
  ResourceDefinition,
  ResourceDefinition,
];

async function follow(first: readonly ResourceDefinition[]) {
  const clock = new VirtualClock();
  const random = seededRandom('kinds');
  const api = await createApi({ store: createMemoryStore({ clock }), clock, random, resources: catalog });
  const client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
  const informers = new Informers({ client, clock, random, log: silentLogger });
  informers.start();
  let resources = first;
  let changed = (): void => {};
  const served: ServedResources = {
    get resources() {
      return resources;
    },
    subscribe: (listener) => {
      changed = listener;
      return () => {
        changed = () => {};
      };
    },
  };
  const seen: string[] = [];
  const follower = new KindFollower({
    served,
    informers,
    wants: ({ kind }) => kind !== 'Pod',
    follow: ({ resource, cache }) => {
      const end = cache.subscribe({ added: ({ metadata }) => seen.push(`${resource.plural} ${metadata.name}`) });
      return () => {
        seen.push(`end ${resource.plural}`);
        end();
      };
    },
    gone: ({ resource }) => seen.push(`gone ${resource.plural}`),
  });
  const serve = (next: readonly ResourceDefinition[]): void => {
    resources = next;
    changed();
  };
  return { client, follower, informers, seen, serve };
}

const named = (name: string) => ({ metadata: { namespace: 'default', name } });

test('kinds are followed from when they are served until they are not', async () => {
  const { client, follower, informers, seen, serve } = await follow([maps]);
  await follower.whenSynced();
  await client.create(configMaps, named('a'));
  await client.create(secrets, named('b'));
  assert.deepEqual(seen, ['configmaps a']);
  const cache = informers.of(maps);
  serve([maps, keys]);
  await follower.whenSynced();
  assert.deepEqual(seen.splice(0), ['configmaps a', 'secrets b']);
  serve([keys]);
  await client.create(configMaps, named('c'));
  assert.deepEqual(seen.splice(0), ['end configmaps', 'gone configmaps']);
  assert.notEqual(informers.of(maps), cache);
  follower.stop();
  serve([maps, keys]);
  assert.deepEqual(seen, ['end secrets']);
  assert.deepEqual(follower.kinds, []);
});

test('objects that are seen in several shapes are followed once, in the stored one if that is served', async () => {
  const { follower, serve } = await follow([fresh, old]);
  const followed = (): readonly ResourceDefinition[] => follower.kinds.map(({ resource }) => resource);
  assert.deepEqual(followed(), [old]);
  serve([fresh]);
  assert.deepEqual(followed(), [fresh]);
  follower.stop();
});
