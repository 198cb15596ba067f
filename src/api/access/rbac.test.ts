import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestContext, User } from '#api/api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

const bob: User = { name: 'bob', groups: ['dev', 'system:authenticated'] };
const group = 'rbac.authorization.k8s.io';
const asBob = { kind: 'User', apiGroup: group, name: 'bob' };

const ref = (kind: string, name: string) => ({ apiGroup: group, kind, name });

class World {
  readonly harness: Harness;

  constructor(harness: Harness) {
    this.harness = harness;
  }

  role(name: string, rules: readonly PolicyRule[], metadata: object = {}) {
    return this.harness.client.create(roles, { metadata: { name, namespace, ...metadata }, rules });
  }

  bind(name: string, roleRef: ReturnType<typeof ref>, subject: object = asBob) {
    const subjects = [subject as typeof asBob];
    return this.harness.client.create(roleBindings, { metadata: { name, namespace }, roleRef, subjects });
  }

  client(user: User = bob) {
    return createLocalClient(this.harness.api, user, 'test');
  }

  context(user: User = bob): RequestContext {
    return { ...this.harness.context, user };
  }
}

async function world(): Promise<World> {
  return new World(await Harness.start());
}

const reads: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] };

test('what is bound to a user, a group or a service account is allowed at once, and only in that namespace', async () => {
  const there = await world();
  await there.role('reader', [reads]);
  const robot: User = { name: 'system:serviceaccount:default:robot', groups: [] };
  const subjects = [
    [bob, asBob],
    [bob, { kind: 'Group', apiGroup: group, name: 'dev' }],
    [robot, { kind: 'ServiceAccount', name: 'robot' }],
  ] as const;
  for (const [user, subject] of subjects) {
    assert.equal((await refusal(there.client(user).list(configMaps, { namespace }))).code, 403);
    const { metadata } = await there.bind('b', ref('Role', 'reader'), subject);
    await there.client(user).list(configMaps, { namespace });
    assert.equal((await refusal(there.client(user).list(configMaps))).code, 403);
    assert.equal((await refusal(there.client(user).list(configMaps, { namespace: 'kube-system' }))).code, 403);
    await there.harness.client.delete(roleBindings, metadata);
  }
  assert.equal((await refusal(there.client().list(configMaps, { namespace }))).code, 403);
});

test('a cluster role is given in one namespace by a role binding and everywhere by a cluster role binding', async () => {
  const there = await world();
  const { client } = there.harness;
  const metadata = { name: 'looker' };
  await client.create(clusterRoles, { metadata, rules: [reads, { ...reads, resources: ['nodes'] }] });
  await there.bind('b', ref('ClusterRole', 'looker'));
  await there.client().list(configMaps, { namespace });
  assert.equal((await refusal(there.client().list(nodes))).code, 403);
  await client.create(clusterRoleBindings, { metadata, roleRef: ref('ClusterRole', 'looker'), subjects: [asBob] });
  await there.client().list(configMaps);
  await there.client().list(nodes);
  await client.patch(clusterRoles, metadata, { type: 'merge', body: { rules: null } });
  assert.equal((await refusal(there.client().list(nodes))).code, 403);
});

test('a refusal names the roles that bindings give and that are not there', async () => {
  const there = await world();
  await there.bind('b', ref('Role', 'lost'));
  const one = await refusal(there.client().list(pods, { namespace }));
  assert.match(one.message, /in the namespace "default": RBAC: role\.rbac\.authorization\.k8s\.io "lost" not found$/);
  await there.bind('c', ref('ClusterRole', 'gone'));
  const two = await refusal(there.client().list(pods, { namespace }));
  assert.match(two.message, /RBAC: \[role\S+ "lost" not found, clusterrole\S+ "gone" not found\]$/);
});

test('nobody gives away what he does not hold, unless he may escalate', async () => {
  const there = await world();
  await there.role('author', [
    { verbs: ['create', 'update', 'patch'], apiGroups: [group], resources: ['roles'] },
    reads,
  ]);
  await there.bind('b', ref('Role', 'author'));
  const metadata = { name: 'r', namespace };
  const secrets: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };
  const refused = await refusal(there.client().create(roles, { metadata, rules: [secrets, reads] }));
  assert.equal(
    refused.message,
    'roles.rbac.authorization.k8s.io "r" is forbidden: user "bob" (groups=["dev" "system:authenticated"]) is attempting ' +
      'to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
  );
  await there.client().create(roles, { metadata, rules: [reads] });
  const more = there.client().patch(roles, metadata, { type: 'merge', body: { rules: [secrets] } });
  assert.equal((await refusal(more)).code, 403);
  const labels = { type: 'merge', body: { metadata: { labels: { a: 'b' } } } } as const;
  await there.client().patch(roles, metadata, labels);
  await there.role('bold', [{ verbs: ['escalate'], apiGroups: [group], resources: ['roles'] }]);
  await there.bind('c', ref('Role', 'bold'));
  await there.client().patch(roles, metadata, { type: 'merge', body: { rules: [secrets] } });
});

test('nobody binds what he does not hold, unless he may bind that role', async () => {
  const there = await world();
  await there.role('binder', [{ verbs: ['create'], apiGroups: [group], resources: ['rolebindings'] }]);
  await there.role('reader', [reads]);
  await there.bind('b', ref('Role', 'binder'));
  const give = (name: string) =>
    there.client().create(roleBindings, { metadata: { name: 'x', namespace }, roleRef: ref('Role', name) });
  assert.match((await refusal(give('reader'))).message, /not currently held:\n.*configmaps/);
  assert.equal((await refusal(give('none'))).message, 'roles.rbac.authorization.k8s.io "none" not found');
  const may = { verbs: ['bind'], apiGroups: [group], resources: ['roles'], resourceNames: ['reader'] };
  await there.role('may-bind', [may]);
  await there.bind('c', ref('Role', 'may-bind'));
  await give('reader');
});

test('a role that holds more than its writer is not even labelled by him, only let go of', async () => {
  const there = await world();
  await there.role('writer', [{ verbs: ['get', 'update', 'patch'], apiGroups: [group], resources: ['roles'] }]);
  await there.role('mighty', [reads], { finalizers: ['example.com/hold'] });
  await there.bind('b', ref('Role', 'writer'));
  const patch = (metadata: object) =>
    there.client().patch(roles, { namespace, name: 'mighty' }, { type: 'merge', body: { metadata } });
  assert.match((await refusal(patch({ labels: { a: 'b' } }))).message, /not currently held/);
  await patch({ finalizers: [] });
});

test('only who holds everything makes roles that are made up of others', async () => {
  const there = await world();
  const rules = [{ verbs: ['create'], apiGroups: [group], resources: ['clusterroles'] }];
  const metadata = { name: 'author' };
  await there.harness.client.create(clusterRoles, { metadata, rules });
  const given = { metadata, roleRef: ref('ClusterRole', 'author'), subjects: [asBob] };
  await there.harness.client.create(clusterRoleBindings, given);
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
  const body = { metadata: { name: 'whole' }, rules: null, aggregationRule };
  const target = { resource: there.harness.target(clusterRoles).resource };
  const refused = await refusal(there.harness.api.create(there.context(), target, body, plainWrite));
  assert.match(refused.message, /must have cluster-admin privileges to use the aggregationRule$/);
});

test('the policy gets back what it has lost and keeps what was added, unless it is to be left alone', async () => {
  const there = await world();
  const { client, store } = there.harness;
  const name = 'system:discovery';
  const extra = { kind: 'Group', apiGroup: group, name: 'system:unauthenticated' };
  const lost = { type: 'merge', body: { subjects: [extra] } } as const;
  await client.patch(clusterRoleBindings, { name }, lost);
  await client.patch(clusterRoles, { name }, { type: 'merge', body: { rules: null } });
  const off = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  const body = { metadata: { annotations: off }, subjects: [] };
  await client.patch(clusterRoleBindings, { name: 'system:basic-user' }, { type: 'merge', body });
  const view = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } };
  await client.patch(clusterRoles, { name: 'view' }, { type: 'merge', body: view });
  const other = { metadata: { name: 'system:kube-dns' }, roleRef: ref('ClusterRole', 'other'), subjects: [] };
  await client.delete(clusterRoleBindings, { name: 'system:kube-dns' });
  await client.create(clusterRoleBindings, other);
  const gone = 'system:monitoring';
  await client.delete(clusterRoles, { name: gone });
  // Only the texts survive, as on a disk.
  const disk = createMemoryStore({ clock: there.harness.clock });
  for (const { key, value } of (await store.range({ prefix: '/registry/' })).entries) {
    await disk.write({ op: 'put', key, value: { text: value.text } });
  }
  const again = new World(await Harness.start({ store: disk }));
  const made = (await again.harness.client.get(clusterRoles, { name: 'view' })).aggregationRule;
  assert.equal(made?.clusterRoleSelectors?.length, 2, 'of what users want and of what the policy wants');
  const { roleRef } = await again.harness.client.get(clusterRoleBindings, { name: 'system:kube-dns' });
  assert.equal(roleRef.name, 'system:kube-dns', 'a binding of another role is made anew');
  const { subjects } = await again.harness.client.get(clusterRoleBindings, { name });
  assert.deepEqual(
    subjects?.map((subject) => subject.name),
    ['system:unauthenticated', 'system:authenticated'],
  );
  assert.equal(
    (await again.harness.client.get(clusterRoles, { name })).rules?.[0]?.nonResourceURLs?.includes('/api'),
    true,
  );
  const alone = await again.harness.client.get(clusterRoleBindings, { name: 'system:basic-user' });
  assert.equal(alone.subjects, undefined);
  assert.equal((await again.harness.client.get(clusterRoles, { name: gone })).metadata.name, gone);
});
