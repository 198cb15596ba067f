import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

test('others can check a token with what the server publishes', async () => {
  const configuration = (await it.ask('GET /.well-known/openid-configuration', { as: 'admin' })).json;
  assert.equal(configuration?.issuer, 'https://kubernetes.default.svc.cluster.local');
  assert.match(String(configuration.jwks_uri), /^https:\/\/.*\/openid\/v1\/jwks$/);
  const answer = await it.ask('GET /openid/v1/jwks', { as: 'admin' });
  assert.equal(answer.headers['content-type'], 'application/jwk-set+json');
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } };
  await it.ask(`POST ${accounts}`, { as: 'admin', body: account });
  const wish = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } };
  const made = (await it.ask(`POST ${accounts}/bot/token`, { as: 'admin', body: wish })).json;
  const { token } = made?.status as { readonly token: string };
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { keys } = answer.json as { readonly keys: { readonly kid: string }[] };
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const jwk = keys.find((key) => key.kid === kid);
  const key = { key: createPublicKey({ key: jwk as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(verify('sha256', signed, key, Buffer.from(signature, 'base64url')));
  const headers = { authorization: `Bearer ${token}` };
  const self = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const mine = await it.ask(`POST ${path}`, { as: 'nobody', headers, body: self });
  assert.match(mine.text, /"username":"system:serviceaccount:default:bot"/);
  assert.equal((await it.ask('GET /openid/v1/jwks', { as: 'nobody', headers })).status, 200);
  assert.equal((await it.ask('GET /openid/v1/jwks', { as: 'nobody' })).status, 403);
});
