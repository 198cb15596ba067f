import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedResources } from '#client/served-resources.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createResourceQuotaController } from '#controllers/resource-quota/resource-quota-controller.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { services } from '#kinds/service/service.ts';
import type { ControllerDeps } from '#reconcile/controller.ts';

const namespace = 'ns';

function controller(deps: ControllerDeps) {
  return createResourceQuotaController({ ...deps, served: fixedResources(catalog) });
}

async function status(world: JobWorld): Promise<object> {
  return (await world.client.get(resourceQuotas, { namespace, name: 'q' })).status;
}

async function start(hard: { readonly [resource: string]: string }): Promise<JobWorld> {
  const world = await JobWorld.create();
  await world.start(controller);
  await world.client.create(resourceQuotas, { metadata: { namespace, name: 'q' }, spec: { hard } });
  await world.pass(1_000);
  return world;
}

async function createPod(world: JobWorld, name: string): Promise<void> {
  const resources = { requests: { cpu: '600m' } };
  const spec = { containers: [{ name: 'main', image: 'i:1', resources }], terminationGracePeriodSeconds: 0 };
  await world.client.create(pods, { metadata: { namespace, name }, spec } as never);
}

test('what is there when a quota comes is counted', async () => {
  const world = await JobWorld.create();
  await createPod(world, 'a');
  await world.start(controller);
  const hard = { pods: '2', 'requests.cpu': '1', 'count/jobs.batch': '5' };
  await world.client.create(resourceQuotas, { metadata: { namespace, name: 'q' }, spec: { hard } });
  await world.pass(1_000);
  assert.deepEqual(await status(world), { hard, used: { pods: '1', 'requests.cpu': '600m', 'count/jobs.batch': '0' } });
});

test('what goes makes room at once: a deleted pod, and one that has ended', async () => {
  const world = await start({ pods: '1' });
  await createPod(world, 'a');
  await assert.rejects(createPod(world, 'b'), isApiError);
  await world.client.delete(pods, { namespace, name: 'a' });
  await world.pass(500);
  await createPod(world, 'b');
  await assert.rejects(createPod(world, 'c'), isApiError);
  const body = { status: { phase: 'Succeeded' } };
  await world.client.patch(pods, { namespace, name: 'b' }, { type: 'merge', body }, { subresource: 'status' });
  await world.pass(500);
  await createPod(world, 'c');
  assert.deepEqual(await status(world), { hard: { pods: '1' }, used: { pods: '1' } });
});

test('a service that becomes one of another type gives back what the new type does not take', async () => {
  const world = await start({ services: '1', 'services.nodeports': '1', 'services.loadbalancers': '1' });
  const service = { namespace, name: 's' };
  const become = (type: string) =>
    world.client.patch(services, service, { type: 'merge', body: { spec: { type, ports: [{ port: 80 }] } } });
  await world.client.create(services, { metadata: service, spec: { ports: [{ port: 80 }] } } as never);
  const used = async () => ((await status(world)) as { used: object }).used;
  await become('LoadBalancer');
  assert.deepEqual(await used(), { services: '1', 'services.loadbalancers': '1', 'services.nodeports': '1' });
  await become('ClusterIP');
  await world.pass(1_000);
  assert.deepEqual(await used(), { services: '1', 'services.loadbalancers': '0', 'services.nodeports': '0' });
});

test('what admission counted and was then not created is given back', async () => {
  const world = await start({ configmaps: '5' });
  const create = () => world.client.create(configMaps, { metadata: { namespace, name: 'c' } });
  await create();
  await assert.rejects(create(), isApiError);
  assert.deepEqual(await status(world), { hard: { configmaps: '5' }, used: { configmaps: '2' } });
  await world.pass(1_000);
  assert.deepEqual(await status(world), { hard: { configmaps: '5' }, used: { configmaps: '1' } });
});

test('new bounds are taken over', async () => {
  const world = await start({ pods: '1' });
  const body = { spec: { hard: { pods: '3', secrets: '2' } } };
  await world.client.patch(resourceQuotas, { namespace, name: 'q' }, { type: 'merge', body });
  await world.pass(1_000);
  assert.deepEqual(await status(world), { hard: { pods: '3', secrets: '2' }, used: { pods: '0', secrets: '0' } });
});
