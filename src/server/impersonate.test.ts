import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Api, User } from '#api/api.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
let it: TestServer;
/** As whom the last list was asked. */
let asked: User | undefined;

/** Lets everybody list, so that the list tells as whom it was asked; other rights are as ever. */
function open(api: Api): Api {
  return {
    ...api,
    authorize: (context, attributes) =>
      attributes.verb === 'list' ? Promise.resolve() : api.authorize(context, attributes),
    list: (context, target, options) => {
      asked = context.user;
      return api.list(context, target, options);
    },
  };
}

before(async () => {
  it = await startTestServer({ wrap: open });
});
after(() => it.close());

test('an administrator goes on as whom the headers name', async () => {
  const headers = { 'impersonate-user': 'bob', 'impersonate-group': 'crew', 'impersonate-extra-deck%2fside': 'lower' };
  assert.equal((await it.ask(`GET ${configMaps}`, { headers })).status, 200);
  assert.deepEqual(asked, { name: 'bob', groups: ['crew', 'system:authenticated'], extra: { 'deck/side': ['lower'] } });
});

test('a service account comes with its groups, and nobody stays unauthenticated', async () => {
  await it.ask(`GET ${configMaps}`, { headers: { 'impersonate-user': 'system:serviceaccount:dock:crane' } });
  assert.deepEqual(asked?.groups, ['system:serviceaccounts', 'system:serviceaccounts:dock', 'system:authenticated']);
  await it.ask(`GET ${configMaps}`, { headers: { 'impersonate-user': 'system:anonymous' } });
  assert.deepEqual(asked?.groups, ['system:unauthenticated']);
  const headers = { 'impersonate-user': 'system:anonymous', 'impersonate-group': 'system:authenticated' };
  await it.ask(`GET ${configMaps}`, { headers });
  assert.deepEqual(asked?.groups, ['system:authenticated', 'system:unauthenticated']);
  const unproved = { 'impersonate-user': 'bob', 'impersonate-group': 'system:unauthenticated' };
  await it.ask(`GET ${configMaps}`, { headers: unproved });
  assert.deepEqual(asked?.groups, ['system:unauthenticated']);
});

test('who may not impersonate is refused, and nobody is impersonated by group alone', async () => {
  const headers = { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' };
  const refused = await it.ask(`GET ${configMaps}`, { as: 'alice', headers });
  assert.equal(refused.status, 403);
  assert.match(
    String(refused.json?.message),
    /User "alice" cannot impersonate-on:user-info:list resource "configmaps"/,
  );
  const nameless = await it.ask(`GET ${configMaps}`, { headers: { 'impersonate-group': 'crew' } });
  assert.equal(nameless.status, 400);
  assert.equal(
    nameless.json?.message,
    'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"crew"}, Extra:map[string][]string(nil)} ' +
      'without impersonating a user name',
  );
  assert.equal((await it.ask(`GET ${configMaps}`, { headers: { 'impersonate-user': '' } })).status, 200);
});

async function grant(name: string, ...rules: readonly object[]): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await it.ask(`POST ${rbac}/clusterroles`, { body: { metadata: { name }, rules } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }];
  await it.ask(`POST ${rbac}/clusterrolebindings`, { body: { metadata: { name }, roleRef, subjects } });
}

test('a narrow right holds for its verbs on its things, and never for what is too much', async () => {
  const authentication = ['authentication.k8s.io'];
  await grant(
    'narrow',
    { verbs: ['impersonate-on:user-info:list'], apiGroups: [''], resources: ['configmaps'] },
    { verbs: ['impersonate:user-info'], apiGroups: authentication, resources: ['users'], resourceNames: ['dora'] },
    { verbs: ['impersonate:user-info'], apiGroups: authentication, resources: ['groups'] },
    { verbs: ['impersonate-on:arbitrary-node:list'], apiGroups: [''], resources: ['configmaps'] },
    { verbs: ['impersonate:arbitrary-node'], apiGroups: authentication, resources: ['nodes'], resourceNames: ['n1'] },
  );
  const as = (headers: { readonly [name: string]: string }, target = `GET ${configMaps}`) =>
    it.ask(target, { as: 'alice', headers });
  assert.equal((await as({ 'impersonate-user': 'dora', 'impersonate-group': 'crew' })).status, 200);
  assert.deepEqual(asked?.groups, ['crew', 'system:authenticated']);
  assert.equal((await as({ 'impersonate-user': 'dora' }, 'GET /api/v1/nodes/x')).status, 403);
  const masters = await as({ 'impersonate-user': 'dora', 'impersonate-group': 'system:masters' });
  assert.match(String(masters.json?.message), /impersonating the system:masters group is not allowed$/);
  assert.equal((await as({ 'impersonate-user': 'system:node:n1' })).status, 200);
  assert.deepEqual(asked?.groups, ['system:nodes', 'system:authenticated']);
  assert.equal((await as({ 'impersonate-user': 'system:node:n2' })).status, 403);
});

test('an administrator is a node by its name alone', async () => {
  await it.ask(`GET ${configMaps}`, { headers: { 'impersonate-user': 'system:node:n7' } });
  assert.deepEqual(asked?.groups, ['system:nodes', 'system:authenticated']);
});

test('whom the policy lets impersonate somebody may go on as that one, and as nobody else', async () => {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const rules = [{ verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['bob'] }];
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'bobs' }, rules };
  await it.ask(`POST ${rbac}/clusterroles`, { as: 'admin', body: role });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'bobs' };
  const subjects = [{ kind: 'User', name: 'alice' }];
  const binding = { ...role, rules: undefined, kind: 'ClusterRoleBinding', roleRef, subjects };
  assert.equal((await it.ask(`POST ${rbac}/clusterrolebindings`, { as: 'admin', body: binding })).status, 201);
  const as = (headers: { readonly [name: string]: string }) => it.ask(`GET ${configMaps}`, { as: 'alice', headers });
  assert.equal((await as({ 'impersonate-user': 'bob' })).status, 200);
  assert.equal(asked?.name, 'bob');
  assert.equal((await as({ 'impersonate-user': 'carol' })).status, 403);
  assert.equal((await as({ 'impersonate-user': 'bob', 'impersonate-group': 'crew' })).status, 403);
});
