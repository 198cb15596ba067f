import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'furniture' });
  await cluster.client.create(namespaces, { metadata: { name: 'team' }, spec: {} });
  await cluster.advance(1_000);
});
afterEach(() => cluster.stop());

const account = { namespace: 'team', name: 'default' };
const certificates = { namespace: 'team', name: 'kube-root-ca.crt' };

test('a new namespace gets its account and the certificates to trust', async () => {
  assert.deepEqual((await cluster.client.list(serviceAccounts, { namespace: 'team' })).items.length, 1);
  await cluster.client.get(serviceAccounts, account);
  const { data, metadata } = await cluster.client.get(configMaps, certificates);
  assert.deepEqual(data, { 'ca.crt': '' });
  assert.match(metadata.annotations?.['kubernetes.io/description'] ?? '', /^Contains a CA bundle/);
});

test('an account that is deleted comes back as a new one', async () => {
  const before = await cluster.client.get(serviceAccounts, account);
  await cluster.client.delete(serviceAccounts, account);
  await cluster.advance(1_000);
  assert.notEqual((await cluster.client.get(serviceAccounts, account)).metadata.uid, before.metadata.uid);
});

test('certificates that were changed are put right', async () => {
  const body = { data: { 'ca.crt': 'forged', more: 'x' } };
  await cluster.client.patch(configMaps, certificates, { type: 'merge', body });
  await cluster.advance(1_000);
  assert.deepEqual((await cluster.client.get(configMaps, certificates)).data, { 'ca.crt': '' });
});

test('a namespace that is going gets nothing any more', async () => {
  await cluster.client.create(configMaps, {
    metadata: { namespace: 'team', name: 'held', finalizers: ['example.com/hold'] },
  });
  await cluster.client.delete(namespaces, { name: 'team' });
  await cluster.advance(30_000);
  assert.deepEqual((await cluster.client.list(serviceAccounts, { namespace: 'team' })).items, []);
  assert.equal((await cluster.client.list(configMaps, { namespace: 'team' })).items.length, 1);
});
