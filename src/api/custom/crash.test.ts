import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace } from '#api/test-harness.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import type { Store, Write, WriteResult } from '#store/store.ts';
import { conditionsOf, define, served, servedAs } from './test-definitions.ts';

const name = 'buoys.harbour.example';

/** A store whose user dies at write number `diesAt`; `reaches` says whether that write still gets through. */
function mortal(store: Store, diesAt: number, reaches: boolean): Store {
  let writes = 0;
  const write = async (asked: Write): Promise<WriteResult> => {
    writes++;
    if (writes < diesAt || (writes === diesAt && reaches)) return store.write(asked);
    return new Promise(() => {});
  };
  return new Proxy(store, {
    get: (target, key) => {
      if (key === 'write') return write;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A life that ends at a write, and the next one on the same store. */
async function afterCrash(
  prepare: (harness: Harness) => Promise<unknown>,
  deed: (harness: Harness) => Promise<unknown>,
  diesAt: number,
  reaches: boolean,
): Promise<Harness> {
  const store = createMemoryStore({ clock: new VirtualClock() });
  const before = await Harness.start({ store });
  await prepare(before);
  await before.clock.advance(0);
  before.api.close();
  const doomed = await Harness.start({ store: mortal(store, diesAt, reaches) });
  deed(doomed).catch(() => {});
  await doomed.clock.advance(5_000);
  doomed.api.close();
  const next = await Harness.start({ store });
  await next.clock.advance(5_000);
  return next;
}

const lives = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((diesAt) => [true, false].map((reaches) => ({ diesAt, reaches })));

for (const { diesAt, reaches } of lives) {
  const when = `write ${diesAt}, which ${reaches ? 'still' : 'no more'} reaches the store`;

  test(`a definition that was stored is served after a crash at ${when}`, async () => {
    const harness = await afterCrash(async () => {}, define, diesAt, reaches);
    const { items } = await harness.client.list(customResourceDefinitions);
    assert.equal(items.length, diesAt === 1 && !reaches ? 0 : 1);
    const [definition] = items;
    if (definition === undefined) return;
    assert.ok(conditionsOf(definition).some((condition) => condition.startsWith('Established=True')));
    assert.ok(servedAs(harness, 'buoys') !== undefined);
  });

  test(`a deletion that was stored is finished after a crash at ${when}`, async () => {
    const prepare = async (harness: Harness): Promise<void> => {
      const resource = await served(harness);
      for (const each of ['a', 'b', 'c'])
        await harness.client.create(resource, { metadata: { name: each, namespace } });
    };
    const remove = (harness: Harness): Promise<unknown> => harness.client.delete(customResourceDefinitions, { name });
    const harness = await afterCrash(prepare, remove, diesAt, reaches);
    const isStored = diesAt > 1 || reaches;
    assert.equal((await harness.client.list(customResourceDefinitions)).items.length, isStored ? 0 : 1);
    const { entries } = await harness.store.range({ prefix: '/registry/harbour.example/buoys/' });
    assert.equal(entries.length, isStored ? 0 : 3);
  });
}
