import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { ServedResources } from '#client/served-resources.ts';
import { createApiServiceController } from '#controllers/api-service/api-service-controller.ts';
import { managedLabel } from '#controllers/api-service/registration.ts';
import { apiServices } from '#kinds/api-service/api-service.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { services } from '#kinds/service/service.ts';
import { Informers } from '#reconcile/informers.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const boats = {
  ...configMaps,
  group: 'sea.example',
  custom: { listKind: 'BoatList' },
} as unknown as ResourceDefinition;

let cluster: TestCluster;
const running: (() => Promise<void>)[] = [];
beforeEach(async () => {
  cluster = await createCluster({ seed: 'api-services', nodes: 0 });
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await cluster.stop();
});

class Served implements ServedResources {
  resources: readonly ResourceDefinition[] = catalog;
  private changed = (): void => {};

  subscribe(changed: () => void): () => void {
    this.changed = changed;
    return () => {};
  }

  offer(resources: readonly ResourceDefinition[]): void {
    this.resources = resources;
    this.changed();
  }
}

async function begin(served: ServedResources): Promise<void> {
  const tools = { client: cluster.client, clock: new VirtualClock(), random: seededRandom('api-services'), log };
  const informers = new Informers(tools);
  const controller = createApiServiceController({ ...tools, informers, served });
  informers.start();
  controller.start();
  running.push(async () => {
    await controller.stop();
    informers.stop();
  });
  await cluster.advance(1_000);
}

async function rows(): Promise<readonly (readonly unknown[])[]> {
  const { items } = await cluster.client.list(apiServices);
  return items.map((item) => [item.metadata.labels?.[managedLabel], ...apiServices.table.cells(item, 0).slice(0, 3)]);
}

test('there is one for each group and version, and a start that finds them writes nothing', async () => {
  await begin(new Served());
  const shown = await rows();
  const versions = new Set(catalog.map(({ group, version }) => `${version}.${group}`));
  versions.delete('v1.apiregistration.k8s.io');
  assert.deepEqual(new Set(shown.map(([, name]) => name)), versions);
  assert.ok(
    shown.every(([label, , service, available]) => `${label} ${service} ${available}` === 'onstart Local True'),
  );
  const { client } = cluster;
  const before = (await client.list(apiServices)).items;
  await running.splice(0)[0]?.();
  await begin(new Served());
  assert.deepEqual((await client.list(apiServices)).items, before);
});

test('those of built-in groups are said once, those of custom groups as long as they are served', async () => {
  const served = new Served();
  await begin(served);
  const { client } = cluster;
  served.offer([...catalog, boats]);
  await cluster.advance(1_000);
  const { spec } = await client.get(apiServices, { name: 'v1.sea.example' });
  assert.deepEqual(spec, { group: 'sea.example', version: 'v1', groupPriorityMinimum: 1_000, versionPriority: 100 });
  await client.delete(apiServices, { name: 'v1.sea.example' });
  await client.delete(apiServices, { name: 'v1.batch' });
  await cluster.advance(1_000);
  const names = async () => (await rows()).map(([, name]) => name);
  assert.deepEqual([(await names()).includes('v1.sea.example'), (await names()).includes('v1.batch')], [true, false]);
  served.offer(catalog);
  await cluster.advance(1_000);
  assert.equal((await names()).includes('v1.sea.example'), false);
  await running.splice(0)[0]?.();
  await begin(served);
  assert.equal((await names()).includes('v1.batch'), true);
});

test('of a group that others are to answer it is said why they do not', async () => {
  const { client } = cluster;
  await begin(new Served());
  const service = { namespace: 'default', name: 'metrics' };
  const ranks = { groupPriorityMinimum: 100, versionPriority: 100 };
  const name = 'v1beta1.metrics.example';
  await client.create(apiServices, {
    metadata: { name },
    spec: { group: 'metrics.example', version: 'v1beta1', ...ranks, service },
  });
  const condition = async () => {
    await cluster.advance(1_000);
    const { reason, message } = (await client.get(apiServices, { name })).status.conditions?.[0] ?? {};
    return `${reason}: ${message}`;
  };
  assert.equal(await condition(), 'ServiceNotFound: service/metrics in "default" is not present');
  const ports = (port: number) => [{ name: 'https', port, protocol: 'TCP', targetPort: 8443 }];
  await client.create(services, { metadata: service, spec: { type: 'ClusterIP', ports: ports(80) } });
  assert.equal(await condition(), 'ServicePortError: service/metrics in "default" is not listening on port 443');
  await client.patch(services, service, { type: 'merge', body: { spec: { ports: ports(443) } } });
  assert.equal(await condition(), 'EndpointsNotFound: cannot find endpointslices for service/metrics in "default"');
  const slice = { namespace: 'default', name: 'metrics-1' };
  await client.create(endpointSlices, {
    metadata: { ...slice, labels: { 'kubernetes.io/service-name': 'metrics' } },
    addressType: 'IPv4',
    endpoints: [],
    ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
  });
  const missing = 'endpointslices for service/metrics in "default" have no addresses with port name "https"';
  assert.equal(await condition(), `MissingEndpoints: ${missing}`);
  const endpoints = [{ addresses: ['10.1.0.7'], conditions: { ready: true } }];
  await client.patch(endpointSlices, slice, { type: 'merge', body: { endpoints } });
  assert.match(
    await condition(),
    /^FailedDiscoveryCheck: failing or missing response from https:\/\/metrics\.default\.svc:443/,
  );
  await client.delete(services, service);
  assert.match(await condition(), /^ServiceNotFound/);
});
