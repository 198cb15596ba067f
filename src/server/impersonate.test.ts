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
});
