import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { secrets } from '#kinds/secret/secret.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'token-cleaner', nodes: 0 });
});
afterEach(() => cluster.stop());

async function make(name: string, expiration: string, more: { type?: string; namespace?: string } = {}): Promise<void> {
  const { type = 'bootstrap.kubernetes.io/token', namespace = 'kube-system' } = more;
  await cluster.client.create(secrets, { metadata: { namespace, name }, type, stringData: { expiration } });
}

async function names(): Promise<readonly string[]> {
  const { items } = await cluster.client.list(secrets);
  return items.map(({ metadata }) => metadata.name).toSorted();
}

const inSeconds = (seconds: number): string => new Date(cluster.now() + seconds * 1000).toISOString();

test('a bootstrap token goes when its time is over, and not before', async () => {
  await make('brief', inSeconds(60));
  await make('lasting', '');
  await cluster.advance(55_000);
  assert.deepEqual(await names(), ['brief', 'lasting']);
  await cluster.advance(10_000);
  assert.deepEqual(await names(), ['lasting']);
});

test('a token that is given more time keeps it, and one that says no time at all goes', async () => {
  await make('extended', inSeconds(60));
  await make('senseless', 'soon');
  const body = { stringData: { expiration: inSeconds(600) } };
  await cluster.client.patch(secrets, { namespace: 'kube-system', name: 'extended' }, { type: 'merge', body });
  await cluster.advance(120_000);
  assert.deepEqual(await names(), ['extended']);
  await cluster.advance(500_000);
  assert.deepEqual(await names(), []);
});

test('other Secrets may say what they like', async () => {
  await make('elsewhere', inSeconds(-60), { namespace: 'default' });
  await make('plain', inSeconds(-60), { type: 'Opaque' });
  await cluster.advance(60_000);
  assert.deepEqual(await names(), ['elsewhere', 'plain']);
});
