import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { Secret } from '#kinds/secret/schema.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';
import { planToken } from './plan-token.ts';

const namespace = 'default';
const ref = { namespace, name: 'robot-token' };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'tokens', nodes: 0 });
});
afterEach(() => cluster.stop());

async function makeSecret(account = 'robot'): Promise<void> {
  const annotations = { 'kubernetes.io/service-account.name': account };
  const metadata = { ...ref, annotations };
  await cluster.client.create(secrets, { metadata, type: 'kubernetes.io/service-account-token' });
  await cluster.advance(1_000);
}

function text(secret: Secret, key: string): string {
  return Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
}

test('a Secret made for an account is filled with its token, and keeps it', async () => {
  const account = await cluster.client.create(serviceAccounts, { metadata: { namespace, name: 'robot' } });
  await makeSecret();
  const secret = await cluster.client.get(secrets, ref);
  assert.equal(text(secret, 'namespace'), namespace);
  assert.equal(secret.metadata.annotations?.['kubernetes.io/service-account.uid'], account.metadata.uid);
  const claims = JSON.parse(Buffer.from(text(secret, 'token').split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual(claims, {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': ref.name,
    'kubernetes.io/serviceaccount/service-account.name': 'robot',
    'kubernetes.io/serviceaccount/service-account.uid': account.metadata.uid,
    sub: 'system:serviceaccount:default:robot',
  });
  const body = { metadata: { labels: { a: 'b' } }, data: { namespace: null } };
  await cluster.client.patch(secrets, ref, { type: 'merge', body });
  await cluster.advance(1_000);
  const after = await cluster.client.get(secrets, ref);
  assert.deepEqual(after.data, secret.data);
});

test('a Secret goes with its account, and is not kept for one that never was or is another', async () => {
  await cluster.client.create(serviceAccounts, { metadata: { namespace, name: 'robot' } });
  await makeSecret();
  await cluster.client.delete(serviceAccounts, { namespace, name: 'robot' });
  await cluster.client.create(serviceAccounts, { metadata: { namespace, name: 'robot' } });
  await cluster.advance(1_000);
  await assert.rejects(cluster.client.get(secrets, ref), isNotFound);
  await makeSecret('nobody');
  await assert.rejects(cluster.client.get(secrets, ref), isNotFound);
});

test('certificates are put in, and renewed', () => {
  const account = { metadata: { namespace, name: 'robot', uid: 'u' } } as unknown as ServiceAccount;
  const annotations = { 'kubernetes.io/service-account.name': 'robot', 'kubernetes.io/service-account.uid': 'u' };
  const data = { token: 'dA==', namespace: 'ZGVmYXVsdA==', 'ca.crt': Buffer.from('old').toString('base64') };
  const secret = { metadata: { ...ref, annotations }, data } as unknown as Secret;
  const plan = planToken(secret, account, { rootCa: 'new', issue: () => assert.fail('there is a token') });
  assert.ok(plan.do === 'fill');
  assert.deepEqual(plan.secret.data, { ...data, 'ca.crt': Buffer.from('new').toString('base64') });
});
