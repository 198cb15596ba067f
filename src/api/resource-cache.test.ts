import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { Entry } from '#store/store.ts';
import { ResourceCache } from './resource-cache.ts';

const definition = configMaps as unknown as ResourceDefinition;

/** As they come from disk. `read` is told of each that is read. */
function storedTexts(count: number, read: (name: string) => void): readonly Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `config-${String(index).padStart(4, '0')}`;
    const value = {
      get text() {
        read(name);
        return JSON.stringify({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'default' } });
      },
    };
    return { key: `/registry/configmaps/default/${name}`, value, createRevision: 1, modRevision: 1, version: 1 };
  });
}

test('many stored objects are read ahead in turns with others, each once', async () => {
  const read: string[] = [];
  const cache = ResourceCache.of(
    definition,
    storedTexts(300, (name) => read.push(name)),
    1,
  );
  const readAtTurn: number[] = [];
  const takeTurn = (): void => {
    readAtTurn.push(read.length);
    if (read.length < 300) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await cache.readAhead();
  assert.equal(read.length, 300);
  assert.ok(readAtTurn.length >= 4, `others had ${readAtTurn.length} turns`);
  await cache.readAhead();
  assert.deepEqual(
    Array.from(cache.list(), ({ object }) => object.metadata.name),
    read,
  );
  assert.equal(read.length, 300);
});

test('what comes as text later is read ahead too', async () => {
  const read: string[] = [];
  const [first, second] = storedTexts(2, (name) => read.push(name)) as [Entry, Entry];
  const cache = ResourceCache.of(definition, [first], 1);
  await cache.readAhead();
  const later = ResourceCache.of(definition, [second], 1).get('default', 'config-0001');
  assert.ok(later);
  cache.put(later);
  await cache.readAhead();
  assert.deepEqual(read, ['config-0000', 'config-0001']);
});
