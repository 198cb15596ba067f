import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import { pods } from '#kinds/pod/pod.ts';
import { services } from '#kinds/service/service.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'endpoints' });
});
afterEach(() => cluster.stop());

const namespace = 'default';
const ref = { namespace, name: 'web' };
const labels = { app: 'web' };

async function serve(spec: object = {}): Promise<void> {
  const ports = [{ port: 80, targetPort: 8080 }];
  await cluster.client.create(services, { metadata: ref, spec: { selector: labels, ports, ...spec } });
}

async function run(name: string): Promise<void> {
  const annotations = { 'sampan.dev/simulate': '[{"run": "1h"}]' };
  const containers = [{ name: 'main', image: 'i', resources: {} }];
  await cluster.client.create(pods, { metadata: { namespace, name, labels, annotations }, spec: { containers } });
}

/** Names of the pods behind the service, by Endpoints and by slices. */
async function behind(): Promise<readonly unknown[]> {
  await cluster.advance(5_000);
  const { subsets = [] } = await cluster.client.get(endpoints, ref);
  const { items } = await cluster.client.list(endpointSlices, {
    namespace,
    labelSelector: 'kubernetes.io/service-name=web',
  });
  return [
    subsets.flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef?.name)),
    items.map((slice) => (slice.endpoints ?? []).map(({ targetRef }) => targetRef?.name)),
  ];
}

test('what stands behind a service follows its pods, and goes with it', async () => {
  await serve();
  assert.deepEqual(await behind(), [[], [[]]]);
  await run('a');
  await run('b');
  assert.deepEqual(await behind(), [['a', 'b'], [['a', 'b']]]);
  const relabel = { type: 'merge', body: { metadata: { labels: { app: 'other' } } } } as const;
  await cluster.client.patch(pods, { namespace, name: 'a' }, relabel);
  assert.deepEqual(await behind(), [['b'], [['b']]]);
  await cluster.client.patch(services, ref, { type: 'merge', body: { spec: { selector: { app: 'other' } } } });
  assert.deepEqual(await behind(), [['a'], [['a']]]);
  await cluster.client.delete(services, ref, { propagationPolicy: 'Background' });
  await cluster.advance(5_000);
  assert.deepEqual((await cluster.client.list(endpoints, { namespace })).items, []);
  assert.deepEqual((await cluster.client.list(endpointSlices, { namespace })).items, []);
});

test('a burst of pods ends in one slice, not in several with the same pods', async () => {
  await serve();
  await Promise.all(Array.from({ length: 20 }, (_, n) => run(`p${n}`)));
  await cluster.advance(60_000);
  const [, slices] = await behind();
  assert.deepEqual(
    (slices as readonly string[][]).map((names) => new Set(names).size),
    [20],
  );
});

test('what was deleted or changed by hand is put right', async () => {
  await serve();
  await run('a');
  const before = await behind();
  await cluster.client.delete(endpoints, ref);
  for (const { metadata } of (await cluster.client.list(endpointSlices, { namespace })).items) {
    await cluster.client.delete(endpointSlices, metadata);
  }
  assert.deepEqual(await behind(), before);
  await cluster.client.patch(endpoints, ref, { type: 'merge', body: { subsets: null } });
  assert.deepEqual(await behind(), before);
});

test('Endpoints of services that select nothing, or are names only, are for others to make', async () => {
  await run('a');
  await cluster.client.create(services, { metadata: ref, spec: { ports: [{ port: 80 }] } });
  const external = { type: 'ExternalName', externalName: 'a.example', selector: labels };
  await cluster.client.create(services, { metadata: { namespace, name: 'out' }, spec: external });
  await cluster.client.create(endpoints, {
    metadata: { namespace, name: 'alone' },
    subsets: [{ addresses: [{ ip: '10.9.9.9' }] }],
  });
  await cluster.advance(5_000);
  const names = (await cluster.client.list(endpoints, { namespace })).items.map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ['alone']);
  assert.deepEqual((await cluster.client.list(endpointSlices, { namespace })).items, []);
});
