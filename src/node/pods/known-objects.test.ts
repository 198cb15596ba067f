import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { apiErrors, isNotFound } from '#kinds/meta/errors.ts';
import type { ObjectRef } from '#kinds/meta/object.ts';
import { KnownObjects } from '#node/pods/known-objects.ts';

/** ConfigMaps by their names, of a server that can be away. */
function serverOf(names: readonly string[]) {
  const server = { names, away: false };
  const get = async (_resource: unknown, { name }: ObjectRef): Promise<unknown> => {
    if (server.away) throw apiErrors.unavailable('away');
    if (!server.names.includes(name)) throw apiErrors.notFound(configMaps, name);
    return { metadata: { name } };
  };
  return { server, objects: new KnownObjects({ get } as unknown as Client, new VirtualClock()) };
}

const named = (name: string): ObjectRef => ({ namespace: 'ns', name });

test('what one pod has read another pod of the node may start with, until none of them is there', async () => {
  const { server, objects } = serverOf(['a']);
  await objects.reader('p')(configMaps, named('a'));
  server.away = true;
  assert.equal((await objects.reader('q')(configMaps, named('a'))).metadata.name, 'a');
  await assert.rejects(objects.reader('q')(configMaps, named('b')), { message: 'away' });
  objects.release('p');
  assert.equal(objects.size, 1);
  objects.release('q');
  assert.equal(objects.size, 0);
  await assert.rejects(objects.reader('r')(configMaps, named('a')), { message: 'away' });
});

test('an object that was not there, or is gone, stays so while the server is away', async () => {
  const { server, objects } = serverOf(['a']);
  const read = objects.reader('p');
  await assert.rejects(read(configMaps, named('none')), isNotFound);
  await read(configMaps, named('a'));
  server.names = [];
  await assert.rejects(read(configMaps, named('a')), isNotFound);
  server.away = true;
  await assert.rejects(read(configMaps, named('none')), isNotFound);
  await assert.rejects(read(configMaps, named('a')), isNotFound);
});
