import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness } from '#api/test-harness.ts';
import { seededRandom } from '#base/random.ts';
import { catalog } from '#kinds/catalog.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { services } from '#kinds/service/service.ts';
import { ObjectStore } from '../object-store.ts';
import { serviceRoute } from './service-route.ts';

test('a service that selects no pods leads to who is ready among those written down, or to another name', async () => {
  const { client, clock, store } = await Harness.start();
  const namespace = 'default';
  const ports = [{ port: 443, name: 'ask' }];
  await client.create(services, { metadata: { name: 'written', namespace }, spec: { ports } });
  await client.create(services, {
    metadata: { name: 'away', namespace },
    spec: { type: 'ExternalName', externalName: 'guard.example' },
  });
  const objects = await ObjectStore.open(store, catalog, clock);
  const backends = seededRandom('route').stream('backends');
  const route = serviceRoute({ objects, backends }, () => undefined);
  await assert.rejects(route(namespace, 'written', 443), /^Error: no endpoints available for service "written"$/);
  await client.create(endpointSlices, {
    metadata: { name: 'e', namespace, labels: { 'kubernetes.io/service-name': 'written' } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['192.0.2.1'], conditions: { ready: false } },
      { addresses: ['192.0.2.2'], conditions: {} },
    ],
    ports: [{ port: 9443, name: 'ask' }],
  });
  assert.deepEqual(await route(namespace, 'written', 443), { host: '192.0.2.2', port: 9443 });
  await assert.rejects(route(namespace, 'written', 80), /^Error: no service port 80 found for service "written"$/);
  assert.deepEqual(await route(namespace, 'away', 443), { host: 'guard.example', port: 443 });
  await assert.rejects(route(namespace, 'none', 443), /^Error: service "none" not found$/);
  objects.close();
});
