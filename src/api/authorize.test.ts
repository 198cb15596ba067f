import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalClient } from '#api/local-client.ts';
import { admin, Harness, refusal } from '#api/test-harness.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { jobs } from '#kinds/job/job.ts';
import { nodes } from '#kinds/node/node.ts';

const alice = { name: 'alice', groups: ['devs', 'system:authenticated'] };

test('masters may do everything, others only see that the server is there', async () => {
  const { api, context } = await Harness.start();
  const asAlice = { ...context, user: alice };
  await api.authorize(context, { verb: 'get', path: '/metrics' });
  await api.authorize(asAlice, { verb: 'get', path: '/readyz' });
  const metrics = await refusal(api.authorize(asAlice, { verb: 'get', path: '/metrics' }));
  assert.equal(metrics.message, 'forbidden: User "alice" cannot get path "/metrics"');
  assert.deepEqual(metrics.details, {});
});

test('refusals read as upstream words them, made harmless for browsers', async () => {
  const { api } = await Harness.start();
  const client = createLocalClient(api, alice, 'test');
  const refused = async (work: Promise<unknown>) => (await refusal(work)).message;
  assert.equal(
    await refused(client.list(configMaps, { namespace: 'default' })),
    'configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the namespace "default"',
  );
  assert.equal(
    await refused(client.get(jobs, { namespace: 'default', name: 'x' })),
    'jobs.batch "x" is forbidden: User "alice" cannot get resource "jobs" in API group "batch" in the namespace "default"',
  );
  assert.match(await refused(client.list(nodes)), /in API group "" at the cluster scope$/);
  const patch = client.patch(nodes, { name: 'n' }, { type: 'merge', body: {} }, { subresource: 'status' });
  assert.match(await refused(patch), /cannot patch resource "nodes\/status" in API group ""/);
  const odd = createLocalClient(api, { name: '<b>', groups: [] }, 'test');
  assert.match(await refused(odd.list(nodes)), /User "&lt;b&gt;" cannot/);
});

test('a start on a store that has everything writes nothing', async () => {
  const first = await Harness.start();
  const before = first.store.revision;
  const again = await Harness.start({ store: first.store });
  assert.equal(again.store.revision, before);
  const client = createLocalClient(again.api, admin, 'test');
  const { namespaces } = await import('#kinds/namespace/namespace.ts');
  const names = (await client.list(namespaces)).items.map((item) => item.metadata.name);
  assert.deepEqual(names, ['default', 'kube-node-lease', 'kube-public', 'kube-system']);
});
