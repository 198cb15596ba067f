import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { kubernetesService } from '#kinds/service/kubernetes-service.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';

const ports = [{ port: 80 }];

function create(harness: Harness, name: string, spec: object): Promise<Service> {
  return harness.client.create(services, { metadata: { name, namespace }, spec: { ports, ...spec } });
}

test('every service gets an address of its own, and ports of the nodes if it is of that type', async () => {
  const harness = await Harness.start();
  const made = await Promise.all(Array.from({ length: 50 }, (_, i) => create(harness, `s${i}`, { type: 'NodePort' })));
  const addresses = new Set(made.map(({ spec }) => spec.clusterIP));
  const nodePorts = new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort));
  assert.deepEqual([addresses.size, nodePorts.size], [50, 50]);
  for (const { spec } of made) {
    assert.match(spec.clusterIP ?? '', /^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
    assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
    const [port = 0] = (spec.ports ?? []).map(({ nodePort }) => nodePort);
    assert.ok(port >= 30000 && port <= 32767);
  }
});

test('nobody owns the addresses and families that he left out', async () => {
  const harness = await Harness.start();
  const { metadata, spec } = await create(harness, 'a', {});
  assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
  const [entry] = metadata.managedFields ?? [];
  const owned = (entry?.fieldsV1 as { readonly 'f:spec': object })['f:spec'];
  assert.deepEqual(Object.keys(owned).sort(), ['f:internalTrafficPolicy', 'f:ports', 'f:sessionAffinity', 'f:type']);
});

test('what is asked for is given once: an address in the range, a port in the range', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'a', {
    type: 'NodePort',
    clusterIP: '10.96.7.7',
    ports: [{ port: 80, nodePort: 30080 }],
  });
  assert.deepEqual([first.spec.clusterIPs, first.spec.ports?.[0]?.nodePort], [['10.96.7.7'], 30080]);
  const text = async (spec: object): Promise<string> => (await refusal(create(harness, 'b', spec))).message;
  const prefix = 'Service "b" is invalid: spec.';
  assert.equal(
    await text({ clusterIP: '10.96.7.7' }),
    `${prefix}clusterIPs: Invalid value: ["10.96.7.7"]: failed to allocate IP 10.96.7.7: provided IP is already allocated`,
  );
  assert.match(
    await text({ clusterIP: '192.0.2.1' }),
    /: the provided IP \(192\.0\.2\.1\) is not in the valid range\./,
  );
  assert.equal(
    await text({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }),
    `${prefix}ports[0].nodePort: Invalid value: 30080: provided port is already allocated`,
  );
  assert.equal(
    await text({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    `${prefix}ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767`,
  );
  assert.match(
    await text({ type: 'NodePort', ports: [{ port: 53, protocol: 'UDP', nodePort: 30080 }] }),
    /: provided port is already allocated$/,
    'whatever the protocol',
  );
  const balanced = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
  assert.equal(
    await text({ ...balanced, healthCheckNodePort: 30080 }),
    'Internal error occurred: failed to allocate requested HealthCheck NodePort 30080: provided port is already allocated',
  );
  await harness.client.delete(services, { namespace, name: 'a' });
  await harness.clock.advance(60_000);
  assert.equal((await create(harness, 'b', { clusterIP: '10.96.7.7' })).spec.clusterIP, '10.96.7.7');
});

test('ports that differ by their protocols alone share one of the nodes, and load balancers get one to ask', async () => {
  const harness = await Harness.start();
  const { spec } = await create(harness, 'a', {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    ports: [
      { name: 'a', port: 53 },
      { name: 'b', port: 53, protocol: 'UDP' },
    ],
  });
  const [first, second] = (spec.ports ?? []).map(({ nodePort }) => nodePort);
  assert.equal(first, second);
  assert.ok((spec.healthCheckNodePort ?? 0) >= 30000 && spec.healthCheckNodePort !== first);
});

test('two that ask for the same at the same time do not both get it', async () => {
  const harness = await Harness.start();
  const outcomes = await Promise.allSettled(
    ['a', 'b'].map((name) => create(harness, name, { clusterIP: '10.96.7.7' })),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});

test('an update keeps what was given, and a type that needs more gets it', async () => {
  const harness = await Harness.start();
  const { spec } = await create(harness, 'a', {});
  const body = { spec: { type: 'NodePort' } };
  const patched = await harness.client.patch(services, { namespace, name: 'a' }, { type: 'merge', body });
  assert.equal(patched.spec.clusterIP, spec.clusterIP);
  const nodePort = patched.spec.ports?.[0]?.nodePort;
  assert.ok(nodePort !== undefined);
  const bare = { ...patched, spec: { ports, type: 'NodePort' } };
  const put = await harness.client.update(services, bare as unknown as Service);
  assert.deepEqual([put.spec.clusterIP, put.spec.ports?.[0]?.nodePort], [spec.clusterIP, nodePort]);
  assert.equal(put.metadata.resourceVersion, patched.metadata.resourceVersion, 'nothing was written');
});

test('a service that wants no address has none', async () => {
  const harness = await Harness.start();
  assert.deepEqual((await create(harness, 'a', { clusterIP: 'None' })).spec.clusterIPs, ['None']);
  const named = await create(harness, 'b', { type: 'ExternalName', externalName: 'a.example', ports: undefined });
  assert.equal(named.spec.clusterIP, undefined);
});

test('the first address of the range is that of the API server, and of nobody else', async () => {
  const harness = await Harness.start();
  const ask = { clusterIP: kubernetesService.clusterIP };
  assert.match((await refusal(create(harness, 'a', ask))).message, /provided IP is already allocated/);
  assert.equal((await create(harness, kubernetesService.name, ask)).spec.clusterIP, '10.96.0.1');
});
