import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { jsonEqual } from '#base/json.ts';
import { clusterRoles } from '#kinds/rbac/roles.ts';
import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'aggregation' });
  await cluster.advance(1_000);
});
afterEach(() => cluster.stop());

const boats: PolicyRule = { verbs: ['get'], apiGroups: ['harbour.example'], resources: ['boats'] };

async function rulesOf(name: string): Promise<readonly PolicyRule[]> {
  return (await cluster.client.get(clusterRoles, { name })).rules ?? [];
}

test('the roles for people hold what they are made up of, and each other', async () => {
  const [admin, edit, view] = [await rulesOf('admin'), await rulesOf('edit'), await rulesOf('view')];
  const reads = (rules: readonly PolicyRule[], resource: string) =>
    rules.some(({ verbs, resources = [] }) => verbs.includes('get') && resources.includes(resource));
  assert.ok(reads(view, 'pods') && !reads(view, 'secrets') && !reads(view, 'roles'));
  assert.ok(reads(edit, 'pods') && reads(edit, 'secrets') && !reads(edit, 'roles'));
  assert.ok(reads(admin, 'pods') && reads(admin, 'secrets') && reads(admin, 'roles'));
});

test('a role that is labelled for it joins, through all that are made up of it, and leaves again', async () => {
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  await cluster.client.create(clusterRoles, { metadata: { name: 'boats', labels }, rules: [boats] });
  await cluster.advance(1_000);
  const holds = async (name: string) => (await rulesOf(name)).filter((rule) => jsonEqual(rule, boats)).length;
  for (const name of ['view', 'edit', 'admin']) assert.equal(await holds(name), 1, name);
  await cluster.client.delete(clusterRoles, { name: 'boats' });
  await cluster.advance(1_000);
  for (const name of ['view', 'edit', 'admin']) assert.equal(await holds(name), 0, name);
});

test('rules written by hand into such a role vanish', async () => {
  const before = await rulesOf('view');
  await cluster.client.patch(clusterRoles, { name: 'view' }, { type: 'merge', body: { rules: [boats] } });
  await cluster.advance(1_000);
  assert.deepEqual(await rulesOf('view'), before);
});
