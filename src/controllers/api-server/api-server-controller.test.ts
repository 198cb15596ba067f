import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { type ApiServerController, createApiServerController } from '#controllers/api-server/api-server-controller.ts';
import { trust } from '#controllers/api-server/plan.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import { kubernetesService as ref } from '#kinds/service/kubernetes-service.ts';
import { services } from '#kinds/service/service.ts';
import { Informers } from '#reconcile/informers.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
const running: (() => Promise<void>)[] = [];
beforeEach(async () => {
  cluster = await createCluster({ seed: 'api-server', nodes: 0 });
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await cluster.stop();
});

/** A server that answers there begins. */
async function serve(ip: string, port: number): Promise<ApiServerController> {
  const tools = { client: cluster.client, clock: new VirtualClock(), random: seededRandom('api-server'), log };
  const informers = new Informers(tools);
  const facts = { ip, port, clientAuthority: 'PEM' };
  const controller = createApiServerController({ ...tools, informers, facts });
  informers.start();
  controller.start();
  running.push(async () => {
    await controller.stop();
    informers.stop();
  });
  await controller.settled;
  return controller;
}

async function shown(): Promise<readonly unknown[]> {
  const { client } = cluster;
  const [service, old, slice] = await Promise.all([
    client.get(services, ref),
    client.get(endpoints, ref),
    client.get(endpointSlices, ref),
  ]);
  return [
    service.spec.ports?.[0]?.targetPort,
    endpoints.table.cells(old, 0)[1],
    endpointSlices.table.cells(slice, 0).slice(1, 4),
  ];
}

test('a new cluster says where its API is, with the labels that clients look for', async () => {
  await serve('10.1.0.7', 6443);
  assert.deepEqual(await shown(), [6443, '10.1.0.7:6443', ['IPv4', '6443', '10.1.0.7']]);
  const { metadata, spec } = await cluster.client.get(services, ref);
  assert.deepEqual(metadata.labels, { component: 'apiserver', provider: 'kubernetes' });
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }];
  assert.deepEqual([spec.type, spec.clusterIP, spec.ports], ['ClusterIP', '10.96.0.1', ports]);
  const slice = await cluster.client.get(endpointSlices, ref);
  assert.deepEqual(slice.metadata.labels, { 'kubernetes.io/service-name': 'kubernetes' });
  assert.deepEqual(slice.endpoints, [{ addresses: ['10.1.0.7'], conditions: { ready: true } }]);
  assert.deepEqual((await cluster.client.get(configMaps, trust)).data, { 'client-ca-file': 'PEM' });
});

test('a server that starts again elsewhere is found there, and one that starts at the same place writes nothing', async () => {
  await serve('127.0.0.1', 6443);
  await running.splice(0)[0]?.();
  const versions = async (): Promise<readonly string[]> =>
    Promise.all([services, endpoints, endpointSlices].map((of) => version(of as typeof services)));
  const version = async (of: typeof services) => (await cluster.client.get(of, ref)).metadata.resourceVersion;
  const before = await versions();
  await serve('127.0.0.1', 6443);
  assert.deepEqual(await versions(), before);
  await running.splice(0)[0]?.();
  await serve('127.0.0.2', 7443);
  assert.deepEqual(await shown(), [7443, '127.0.0.2:7443', ['IPv4', '7443', '127.0.0.2']]);
});

test('an address of the other family takes a slice of its own type', async () => {
  await serve('127.0.0.1', 6443);
  await running.splice(0)[0]?.();
  await serve('2001:db8::1', 6443);
  await cluster.advance(1_000);
  assert.deepEqual(await shown(), [6443, '[2001:db8::1]:6443', ['IPv6', '6443', '2001:db8::1']]);
});

test('what is deleted or changed is put right without anybody asking', async () => {
  await serve('10.1.0.7', 6443);
  const { client } = cluster;
  const before = await shown();
  await Promise.all([services, endpoints, endpointSlices].map((of) => client.delete(of as typeof services, ref)));
  await client.delete(configMaps, trust);
  await cluster.advance(1_000);
  assert.deepEqual(await shown(), before);
  assert.ok(await client.get(configMaps, trust));
  await client.patch(services, ref, { type: 'merge', body: { spec: { ports: [{ port: 80 }] } } });
  await client.patch(endpoints, ref, { type: 'merge', body: { subsets: null } });
  await client.patch(endpointSlices, ref, { type: 'merge', body: { endpoints: [], metadata: { labels: null } } });
  await client.patch(configMaps, trust, { type: 'merge', body: { data: { 'client-ca-file': 'other', mine: 'x' } } });
  await cluster.advance(1_000);
  assert.deepEqual(await shown(), before);
  assert.deepEqual((await client.get(configMaps, trust)).data, { 'client-ca-file': 'PEM', mine: 'x' });
});
