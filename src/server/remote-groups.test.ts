import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const path = '/apis/apiregistration.k8s.io/v1/apiservices';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

let server: TestServer;
before(async () => {
  server = await startTestServer();
  for (const [group, version] of [
    ['metrics.example', 'v1beta1'],
    ['apps', 'v9'],
    ['apps', 'v1'],
  ]) {
    const metadata = { name: `${version}.${group}` };
    const service = { namespace: 'kube-system', name: 'metrics' };
    const spec = { group, version, groupPriorityMinimum: 100, versionPriority: 100, service };
    const body = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata, spec };
    assert.equal((await server.ask(`POST ${path}`, { body })).status, 201);
  }
});
after(() => server.close());

interface Group {
  readonly name?: string;
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly version: string }[];
}

test('what another server is to answer is unavailable, whatever is asked', async () => {
  const below = '/apis/metrics.example/v1beta1';
  for (const target of [
    `GET ${below}`,
    `GET ${below}/nodes`,
    `POST ${below}/namespaces/a/pods`,
    'GET /apis/apps/v9/x',
  ]) {
    const { status, text, headers } = await server.ask(target, target.startsWith('POST') ? { body: {} } : {});
    assert.deepEqual(
      [status, text, headers['content-type']],
      [503, 'service unavailable\n', 'text/plain; charset=utf-8'],
    );
  }
  assert.equal((await server.ask('GET /apis/metrics.example/v2/nodes')).status, 404);
  assert.equal((await server.ask(`GET ${below}/nodes`, { as: 'alice' })).status, 403);
});

test('it is offered all the same, as stale, and behind what is served here', async () => {
  const group = await server.ask('GET /apis/metrics.example');
  assert.deepEqual(
    [group.status, group.json?.preferredVersion],
    [200, { groupVersion: 'metrics.example/v1beta1', version: 'v1beta1' }],
  );
  const { groups } = (await server.ask('GET /apis')).json as unknown as { groups: readonly Group[] };
  assert.deepEqual([groups[0]?.name, groups.at(-1)?.name], ['apiregistration.k8s.io', 'metrics.example']);
  const { items } = (await server.ask('GET /apis', { headers: { accept: aggregated } })).json as unknown as {
    items: readonly Group[];
  };
  assert.deepEqual(items.at(-1), {
    metadata: { name: 'metrics.example' },
    versions: [{ version: 'v1beta1', freshness: 'Stale' }],
  });
});

test('what is served here stays so, whoever claims it', async () => {
  assert.equal((await server.ask('GET /apis/apps/v1/daemonsets')).status, 200);
  const { json } = await server.ask('GET /apis/apps');
  assert.deepEqual(
    (json as unknown as Group).versions.map(({ version }) => version),
    ['v1', 'v9'],
  );
  assert.equal((json as { preferredVersion: { version: string } }).preferredVersion.version, 'v1');
});

test('it is offered no more when its APIService goes', async () => {
  assert.equal((await server.ask(`DELETE ${path}/v1beta1.metrics.example`)).status, 200);
  assert.equal((await server.ask('GET /apis/metrics.example')).status, 404);
  assert.equal((await server.ask('GET /apis/metrics.example/v1beta1/nodes')).status, 404);
});
