import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { jobs } from '#kinds/job/job.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';
import { simulatedJob } from '#testing/test-jobs.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'namespaces' });
  await cluster.client.create(namespaces, { metadata: { name: 'team' }, spec: {} });
  await cluster.advance(1_000);
});
afterEach(() => cluster.stop());

function team(): Promise<Namespace> {
  return cluster.client.get(namespaces, { name: 'team' });
}

async function conditions(): Promise<readonly string[]> {
  const { status } = await team();
  return (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value}/${reason}`);
}

test('an empty namespace is gone within a second', async () => {
  await cluster.client.delete(namespaces, { name: 'team' });
  assert.equal((await team()).status.phase, 'Terminating');
  await cluster.advance(1_000);
  await assert.rejects(team(), isNotFound);
});

test('its pods get their grace before anything they may need is touched', async () => {
  const job = simulatedJob('stubborn', {}, { run: 3600_000, ignoreTerm: true });
  await cluster.client.create(jobs, { ...job, metadata: { namespace: 'team', name: 'stubborn' } });
  await cluster.client.create(secrets, { metadata: { namespace: 'team', name: 'key' } });
  await cluster.advance(5_000);
  await cluster.client.delete(namespaces, { name: 'team' });
  await cluster.advance(20_000);
  const [pod] = (await cluster.client.list(pods, { namespace: 'team' })).items;
  assert.ok(pod?.metadata.deletionTimestamp !== undefined);
  assert.equal((await cluster.client.list(secrets, { namespace: 'team' })).items.length, 1);
  assert.deepEqual(await conditions(), [
    'NamespaceDeletionDiscoveryFailure=False/ResourcesDiscovered',
    'NamespaceDeletionGroupVersionParsingFailure=False/ParsedGroupVersions',
    'NamespaceDeletionContentFailure=False/ContentDeleted',
    'NamespaceContentRemaining=True/SomeResourcesRemain',
    'NamespaceFinalizersRemaining=False/ContentHasNoFinalizers',
  ]);
  await cluster.advance(15_000);
  await assert.rejects(team(), isNotFound);
  assert.deepEqual((await cluster.client.list(secrets, { namespace: 'team' })).items, []);
});

test('what a finalizer keeps is named, and the namespace goes as soon as it is let go', async () => {
  const finalizers = ['example.com/hold'];
  await cluster.client.create(configMaps, { metadata: { namespace: 'team', name: 'held', finalizers } });
  await cluster.client.delete(namespaces, { name: 'team' });
  await cluster.advance(60_000);
  const remaining = (await team()).status.conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining');
  assert.equal(remaining?.status, 'True');
  assert.match(remaining?.message ?? '', /example\.com\/hold in 1 resource instances/);
  const free = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await cluster.client.patch(configMaps, { namespace: 'team', name: 'held' }, free);
  await cluster.advance(1_000);
  await assert.rejects(team(), isNotFound);
});

test('a namespace that somebody else holds says that nothing is left in it', async () => {
  const held = { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } } as const;
  await cluster.client.patch(namespaces, { name: 'team' }, held);
  await cluster.client.delete(namespaces, { name: 'team' });
  await cluster.advance(1_000);
  assert.deepEqual((await team()).spec.finalizers ?? [], []);
  assert.deepEqual(await conditions(), [
    'NamespaceDeletionDiscoveryFailure=False/ResourcesDiscovered',
    'NamespaceDeletionGroupVersionParsingFailure=False/ParsedGroupVersions',
    'NamespaceDeletionContentFailure=False/ContentDeleted',
    'NamespaceContentRemaining=False/ContentRemoved',
    'NamespaceFinalizersRemaining=False/ContentHasNoFinalizers',
  ]);
});
