import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '#server/test-server.ts';

const server = await startTestServer();
/** How the answers of these tests look. */
interface Shape {
  readonly metadata: { readonly generation: number };
  readonly endpoints: unknown;
  readonly ports: unknown;
  readonly items: readonly object[];
  readonly rows: readonly { readonly cells: readonly string[] }[];
}
const ask = async (...request: Parameters<typeof server.ask>) => {
  const { json, ...answer } = await server.ask(...request);
  return { ...answer, json: json as unknown as Shape };
};
after(() => server.close());

const endpoints = '/api/v1/namespaces/default/endpoints';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const old = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';

const subsets = [{ addresses: [{ ip: '10.1.0.1' }], ports: [{ port: 80 }] }];
const web = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets };

test('whoever works with Endpoints is told of slices, whatever they ask and whether it works', async () => {
  const body = { body: web };
  const asked = [
    await ask(`POST ${endpoints}`, body),
    await ask(`GET ${endpoints}`),
    await ask(`GET ${endpoints}/nope`),
    await ask(`PUT ${endpoints}/web`, body),
    await ask(`DELETE ${endpoints}/web`),
  ];
  assert.deepEqual(
    asked.map(({ status, headers }) => [status, headers.warning]),
    [201, 200, 404, 200, 200].map((status) => [status, old]),
  );
  assert.equal((await ask(`GET ${slices}`)).headers.warning, undefined);
});

test('a PUT makes Endpoints that are not there, and never a slice', async () => {
  const made = await ask(`PUT ${endpoints}/new`, { body: { ...web, metadata: { name: 'new' } } });
  assert.equal(made.status, 201);
  const kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' };
  const refused = await ask(`PUT ${slices}/new`, { body: { ...kind, metadata: { name: 'new' } } });
  assert.equal(refused.status, 404);
});

test('the generation of a slice counts its content and its labels', async () => {
  const kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' };
  const first = await ask(`POST ${slices}`, { body: { ...kind, metadata: { name: 'counted' } } });
  assert.deepEqual([first.json.metadata.generation, first.json.endpoints, first.json.ports], [1, null, null]);
  const patched = async (patch: object): Promise<number> => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    return (await ask(`PATCH ${slices}/counted`, { body: patch, headers })).json.metadata.generation;
  };
  assert.equal(await patched({ metadata: { annotations: { a: 'b' } } }), 1);
  assert.equal(await patched({ metadata: { labels: { a: 'b' } } }), 2);
  assert.equal(await patched({ ports: [{ port: 80 }] }), 3);
  assert.equal(await patched({ ports: [{ port: 80 }] }), 3);
});

test('the parts of the control plane can be asked for and not written', async () => {
  const { status, headers, json } = await ask('GET /api/v1/componentstatuses');
  assert.deepEqual([status, headers.warning], [200, '299 - "v1 ComponentStatus is deprecated in v1.19+"']);
  assert.deepEqual(json.items.at(-1), {
    metadata: { name: 'etcd-0' },
    conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
  });
  assert.equal((await ask('POST /api/v1/componentstatuses', { body: {} })).status, 405);
  assert.equal((await ask('GET /api/v1/componentstatuses?watch=1')).status, 405);
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const table = await ask('GET /api/v1/componentstatuses', { headers: { accept } });
  assert.deepEqual(table.json.rows[2]?.cells, ['etcd-0', 'Healthy', 'ok', '']);
});

test('what cannot be listed has no tables, but for its status and scale', async () => {
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  assert.equal((await ask(`POST ${reviews}`, { headers, body: {} })).status, 406);
  const both = { accept: `${headers.accept},application/json` };
  assert.equal((await ask(`POST ${reviews}`, { headers: both, body: {} })).json.rows, undefined);
  assert.equal((await ask('GET /api/v1/namespaces/default/status', { headers })).json.rows[0]?.cells[0], 'default');
  assert.equal((await ask('PUT /api/v1/namespaces/default/finalize', { headers, body: {} })).status, 406);
});
