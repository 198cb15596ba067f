import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { admin, refusal } from '#api/test-harness.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { catalog } from '#kinds/catalog.ts';
import { componentStatuses } from '#kinds/component-status/component-status.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import type { Component } from './component-statuses.ts';

async function start(running: (component: Component) => boolean) {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  const api = await createApi({ store, clock, random: seededRandom('components'), resources: catalog, running });
  const client = createLocalClient(api, admin, 'test');
  const rows = async (fieldSelector = '') =>
    (await client.list(componentStatuses, { fieldSelector })).items.map((one) => componentStatuses.table.cells(one, 0));
  return { client, rows };
}

test('the parts of a whole control plane are healthy', async () => {
  const { client, rows } = await start(() => true);
  assert.deepEqual(await rows(), [
    ['scheduler', 'Healthy', 'ok', ''],
    ['controller-manager', 'Healthy', 'ok', ''],
    ['etcd-0', 'Healthy', 'ok', ''],
  ]);
  assert.deepEqual(await rows('metadata.name=etcd-0'), [['etcd-0', 'Healthy', 'ok', '']]);
  const { conditions } = await client.get(componentStatuses, { name: 'scheduler' });
  assert.deepEqual(conditions, [{ type: 'Healthy', status: 'True', message: 'ok' }]);
});

test('a part that nobody started is not called healthy', async () => {
  const { rows } = await start((component) => component === 'scheduler');
  const note = 'not started in the program that serves this API';
  assert.deepEqual((await rows()).slice(0, 2), [
    ['scheduler', 'Healthy', 'ok', ''],
    ['controller-manager', 'Unhealthy', note, ''],
  ]);
});

test('a part that there is not is refused in the words of upstream', async () => {
  const { client } = await start(() => true);
  const { code, message } = await refusal(client.get(componentStatuses, { name: 'nope' }));
  assert.deepEqual([code, message], [500, 'Component not found: nope']);
});
