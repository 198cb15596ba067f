import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '#base/clock.ts';
import type { Client } from '#client/client.ts';
import { targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import { newSet, numbers, podsOf, ref, told, withCluster } from '#controllers/daemonset/test-daemon-cluster.ts';
import { DaemonWorld, late } from '#controllers/daemonset/test-daemon-world.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { events } from '#kinds/event/event.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';

const nodesNamed = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `n${n + 1}`);

/** The world's client, with something else in the place of creating pods. */
function creating(world: DaemonWorld, create: (pod: Pod) => Promise<unknown>): Client {
  const value: Client['create'] = (resource, object, ...rest) =>
    resource.plural === pods.plural
      ? (create(object as never) as never)
      : world.client.create(resource, object, ...rest);
  return Object.create(world.client, { create: { value } }) as Client;
}

async function newSetIn(world: DaemonWorld): Promise<void> {
  await world.client.create(daemonSets, { ...newSet(), metadata: { namespace: 'ns', name: 'd' } });
}

test('a quota holds pods back, which is told and counted, and they come when it goes', async () => {
  await withCluster({ nodes: 3 }, async (cluster, client) => {
    const quota = { namespace: 'default', name: 'none' };
    await client.create(resourceQuotas, { metadata: quota, spec: { hard: { pods: '0' } } } as never);
    await cluster.advance(1_000);
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const { status } = await client.get(daemonSets, ref);
    assert.deepEqual([status.numberUnavailable, status.observedGeneration], [3, 1]);
    assert.deepEqual([await numbers(client), await told(client, 'd')], ['3 0 0 0 0 / 0', ['Warning FailedCreate']]);
    await client.patch(resourceQuotas, quota, { type: 'merge', body: { spec: { hard: { pods: '2' } } } });
    await cluster.advance(90_000);
    assert.equal(await numbers(client), '3 2 2 2 2 / 0');
    await client.delete(resourceQuotas, quota);
    await cluster.advance(90_000);
    assert.equal(await numbers(client), '3 3 3 3 3 / 0');
  });
});

test('creations that are refused are given up after the batch in which that happened', async () => {
  const world = await DaemonWorld.create(nodesNamed(100));
  let asked = 0;
  const client = creating(world, async (pod) => {
    if (++asked <= 10) return world.client.create(pods, pod);
    throw apiErrors.forbidden(pods, '', 'there are enough');
  });
  await world.start(client);
  await newSetIn(world);
  await world.clock.advance(0);
  assert.equal(asked, 1 + 2 + 4 + 8);
  world.crash();
});

test('in a namespace that is going away a refusal is no news', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    await client.create(namespaces, { metadata: { name: 'going' }, spec: {} } as never);
    const set = { ...newSet(), metadata: { namespace: 'going', name: 'd', finalizers: ['example.com/hold'] } };
    await client.create(daemonSets, set);
    await cluster.advance(5_000);
    await client.delete(namespaces, { name: 'going' });
    await cluster.addNode('node-2');
    await cluster.advance(60_000);
    const { items } = await client.list(events);
    assert.deepEqual(
      items.filter(({ reason }) => reason === 'FailedCreate'),
      [],
    );
  });
});

test('pods of six hundred nodes come in passes and batches, one each, however late their news', async () => {
  const world = await DaemonWorld.create(nodesNamed(600));
  const { client, clock } = world;
  const batches = new Map<number, number>();
  const slow = creating(world, async (pod) => {
    batches.set(clock.now(), (batches.get(clock.now()) ?? 0) + 1);
    await sleep(clock, 1);
    return client.create(pods, pod);
  });
  const watch: Client['watch'] = (resource, options, sink) =>
    client.watch(resource, options, late(clock, resource.plural === 'pods' ? 3_000 : 0, sink));
  await world.start(Object.create(slow, { watch: { value: watch } }) as Client);
  await newSetIn(world);
  await clock.advance(60_000);
  const doubling = [1, 2, 4, 8, 16, 32, 64];
  const pass = [...doubling, 250 - 127];
  assert.deepEqual([...batches.values()], [...pass, ...pass, ...doubling.slice(0, 6), 100 - 63]);
  assert.equal(new Set((await world.pods()).map(targetNodeOf)).size, 600);
  world.crash();
});

test('a set that is being deleted in the foreground makes no pods, and goes after the last', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await client.create(daemonSets, newSet({}, {}, { ignoreTerm: true }));
    await cluster.advance(5_000);
    await client.delete(daemonSets, ref, { propagationPolicy: 'Foreground' });
    await cluster.addNode('node-3');
    await cluster.advance(10_000);
    const { metadata } = await client.get(daemonSets, ref);
    assert.deepEqual([metadata.finalizers, metadata.generation], [['foregroundDeletion'], 2]);
    assert.equal((await podsOf(client)).length, 2);
    await cluster.advance(60_000);
    assert.deepEqual((await client.list(daemonSets)).items, []);
    assert.deepEqual(await podsOf(client), []);
  });
});

test('nothing is adopted for a set that only the cache still has', async () => {
  const world = await DaemonWorld.create(['n1']);
  const { client, clock } = world;
  const watch: Client['watch'] = (resource, options, sink) =>
    client.watch(resource, options, late(clock, resource.plural === daemonSets.plural ? 20_000 : 0, sink));
  await newSetIn(world);
  await world.start(Object.create(client, { watch: { value: watch } }) as Client);
  // Until the controller has seen all that it wrote itself.
  await clock.advance(60_000);
  await client.delete(daemonSets, { namespace: 'ns', name: 'd' }, { propagationPolicy: 'Orphan' });
  const metadata = { namespace: 'ns', name: 'orphan', labels: { app: 'd' } };
  const orphan = await client.create(pods, { metadata, spec: newSet().spec.template.spec } as never);
  await clock.advance(10_000);
  assert.equal((await client.get(pods, orphan.metadata)).metadata.ownerReferences, undefined);
  world.crash();
});
