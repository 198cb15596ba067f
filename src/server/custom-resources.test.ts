import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buoys, schema, v1 } from '#api/custom/test-definitions.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = '/apis/harbour.example';
const path = `${group}/v1/namespaces/default/buoys`;
const buoy = { apiVersion: 'harbour.example/v1', kind: 'Buoy', metadata: { name: 'a' }, spec: { depth: 3 } };
const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
const old = { ...v1, name: 'v1beta1', storage: false, deprecated: true };
const versions = [{ ...v1, subresources: { status: {}, scale } }, old];

let server: TestServer;

before(async () => {
  server = await startTestServer();
  const made = await server.ask(`POST ${definitions}`, { body: definition(buoys({ versions })) });
  assert.equal(made.status, 201);
  await server.clock.advance(0);
  assert.equal((await server.ask(`POST ${path}`, { body: buoy })).status, 201);
});
after(() => server.close());

function definition(content: object): object {
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', ...content };
}

const messageOf = async (target: string, request: Parameters<TestServer['ask']>[1] = {}): Promise<string> => {
  const { status, json } = await server.ask(target, request);
  return `${status} ${json?.message}`;
};

test('the items of a list say what they are, and the list that there is no more', async () => {
  const { json } = await server.ask(`GET ${path}`);
  const { kind, metadata, items } = json as { kind: string; metadata: { continue: string }; items: { kind: string }[] };
  assert.deepEqual([kind, metadata.continue, items.map((item) => item.kind)], ['BuoyList', '', ['Buoy']]);
});

test('discovery tells of the status before the scale, which nothing sorts', async () => {
  const { json } = await server.ask(`GET ${group}/v1`);
  const names = (json?.resources as readonly { readonly name: string }[]).map(({ name }) => name);
  assert.deepEqual(names, ['buoys', 'buoys/status', 'buoys/scale']);
});

test('a body must say what it is, and be that', async () => {
  const { kind: _kind, ...unkind } = buoy;
  assert.equal(
    await messageOf(`POST ${path}`, { body: '{"apiVersion":"harbour.example/v1"}' }),
    `400 Buoy in version "v1" cannot be handled as a Buoy: Object 'Kind' is missing in '{"apiVersion":"harbour.example/v1"}'`,
  );
  assert.match(await messageOf(`POST ${path}`, { body: unkind }), /^400 .*Object 'Kind' is missing/);
  assert.equal(
    await messageOf(`POST ${path}`, { body: { ...buoy, apiVersion: 'harbour.example/v2' } }),
    '400 the API version in the data (harbour.example/v2) does not match the expected API version (harbour.example/v1)',
  );
  assert.equal(
    await messageOf(`POST ${path}`, { body: { ...buoy, kind: 'Anchor' } }),
    '422 Anchor.harbour.example "a" is invalid: kind: Invalid value: "Anchor": must be Buoy',
  );
  const patch = { headers: { 'content-type': 'application/merge-patch+json' }, body: { kind: 'Anchor' } };
  assert.match(await messageOf(`PATCH ${path}/a`, patch), /^422 Anchor.*must be Buoy$/);
});

test('a patch into a version that is served is converted, into any other it is refused', async () => {
  const patch = (apiVersion: string | null) => ({
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { apiVersion },
  });
  const refusalOf = async (apiVersion: string | null): Promise<string> =>
    (await messageOf(`PATCH ${path}/a`, patch(apiVersion))).replace(/^422 .*(?:[}]"|[}]'): /, '');
  assert.equal((await server.ask(`PATCH ${path}/a`, patch('harbour.example/v1beta1'))).status, 200);
  assert.equal(
    await refusalOf('harbour.example/v9'),
    'request to convert CR from an invalid group/version: harbour.example/v9',
  );
  assert.equal(
    await refusalOf('v1'),
    '/v1, Kind=Buoy is unstructured and is not suitable for converting to "harbour.example/v1"',
  );
  assert.match(await refusalOf(null), /Object 'apiVersion' is missing in '\{/);
});

test('what nobody defined in a group that users define is told in plain text, and a wrong verb by its name', async () => {
  for (const target of [`${group}/v9`, `${group}/v9/buoys`, `${group}/v1/anchors`, `${group}/v1/buoys/a`]) {
    const { status, text } = await server.ask(`GET ${target}`);
    assert.deepEqual([status, text], [404, '404 page not found\n'], target);
  }
  assert.equal(
    await messageOf(`DELETE ${path}/a/status`),
    '405 delete is not supported on resources of kind "buoys.harbour.example"',
  );
  assert.equal(await messageOf(`PUT ${path}`, { body: buoy }), '400 name must be provided');
});

test('metadata of a wrong type are told without the way to them', async () => {
  assert.equal(
    await messageOf(`POST ${path}`, { body: { ...buoy, metadata: { name: 5 } } }),
    '400 Buoy in version "v1" cannot be handled as a Buoy: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string',
  );
});

test('where a version has no subresource, the object is not found', async () => {
  const target = `GET ${group}/v1beta1/namespaces/default/buoys/a/scale`;
  assert.equal(await messageOf(target), '404 buoys.harbour.example "a" not found');
});

test('there is no protobuf and no strategic merge patch', async () => {
  const protobuf = 'application/vnd.kubernetes.protobuf';
  assert.equal(
    await messageOf(`GET ${path}`, { headers: { accept: `${protobuf};as=Table;g=meta.k8s.io;v=v1` } }),
    '406 only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
  assert.equal((await server.ask(`GET ${path}`, { headers: { accept: `${protobuf},application/json` } })).status, 200);
  assert.equal(
    await messageOf(`POST ${path}`, { headers: { 'content-type': protobuf }, body: 'k8s' }),
    '415 the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  );
  const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' }, body: {} };
  assert.equal(
    await messageOf(`PATCH ${path}/a`, strategic),
    '415 the body of the request was in an unknown format - accepted media types include: application/json-patch+json, ' +
      'application/merge-patch+json, application/apply-patch+yaml',
  );
});

test('a deprecated version says so in every answer, and sees the same objects', async () => {
  const { headers, json } = await server.ask(`GET ${group}/v1beta1/namespaces/default/buoys/a`);
  assert.match(String(headers.warning), /harbour.example\/v1beta1 Buoy is deprecated/);
  assert.equal(json?.apiVersion, 'harbour.example/v1beta1');
  assert.equal((await server.ask(`GET ${path}/a`)).headers.warning, undefined);
});

test('discovery and OpenAPI tell of it while it is there', async () => {
  const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { json } = await server.ask('GET /apis', { headers: { accept: aggregated } });
  const { items } = json as {
    items: { metadata: { name: string }; versions: { version: string; resources: object[] }[] }[];
  };
  const last = items.at(-1);
  assert.equal(last?.metadata.name, 'harbour.example');
  assert.deepEqual(
    last?.versions.map(({ version }) => version),
    ['v1', 'v1beta1'],
  );
  const place = { group: 'harbour.example', version: 'v1' };
  assert.deepEqual(last?.versions[0]?.resources, [
    {
      resource: 'buoys',
      responseKind: { ...place, kind: 'Buoy' },
      scope: 'Namespaced',
      singularResource: 'buoy',
      verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
      shortNames: ['bu'],
      subresources: [
        { subresource: 'status', responseKind: { ...place, kind: 'Buoy' }, verbs: ['get', 'patch', 'update'] },
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    },
  ]);
  const { text } = await server.ask('GET /openapi/v3/apis/harbour.example/v1');
  const document = JSON.parse(text);
  const published = document.components.schemas['example.harbour.v1.Buoy'];
  assert.deepEqual(published['x-kubernetes-group-version-kind'], [{ ...place, kind: 'Buoy' }]);
  const list = document.components.schemas['example.harbour.v1.BuoyList'];
  assert.deepEqual(list.properties.items, {
    description: 'List of buoys.',
    type: 'array',
    items: { $ref: '#/components/schemas/example.harbour.v1.Buoy' },
  });
  assert.equal(published.properties.spec.properties.depth.type, schema.properties.spec.properties.depth.type);
  const patch = document.paths[`${group}/v1/namespaces/{namespace}/buoys/{name}`].patch;
  assert.ok(!Object.keys(patch.requestBody.content).includes('application/strategic-merge-patch+json'));
  const v2 = JSON.parse((await server.ask('GET /openapi/v2')).text);
  assert.ok('example.harbour.v1.Buoy' in v2.definitions);
});

test('a change of one definition leaves the documents of all others as they are', async () => {
  const indexed = async (): Promise<Record<string, string>> => {
    const { paths } = JSON.parse((await server.ask('GET /openapi/v3')).text);
    const entries = Object.entries(paths as Record<string, { serverRelativeURL: string }>);
    return Object.fromEntries(entries.map(([key, { serverRelativeURL }]) => [key, serverRelativeURL]));
  };
  const earlier = await indexed();
  const markers = buoys({ group: 'other.example', names: { plural: 'markers', kind: 'Marker' } });
  const body = definition({ ...markers, metadata: { name: 'markers.other.example' } });
  await server.ask(`POST ${definitions}`, { body });
  await server.clock.advance(0);
  const now = await indexed();
  assert.ok(now['apis/other.example/v1'] !== undefined);
  for (const [key, url] of Object.entries(earlier)) assert.equal(now[key], url);
  await server.ask(`DELETE ${definitions}/markers.other.example`);
  await server.clock.advance(0);
  assert.equal((await server.ask('GET /openapi/v3/apis/other.example/v1')).status, 404);
  assert.equal((await server.ask('GET /apis/other.example/v1')).status, 404);
});
