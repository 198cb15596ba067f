import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

test('aggregated discovery repeats the clause it satisfies and is kept by its ETag', async () => {
  const answer = await it.ask('GET /apis', { headers: { accept: aggregated } });
  assert.equal(answer.headers['content-type'], aggregated.slice(0, aggregated.indexOf(',')));
  assert.deepEqual([answer.headers.vary, answer.headers['cache-control']], ['Accept', 'public']);
  assert.match(String(answer.headers.etag), /^"[0-9A-F]{128}"$/);
  const again = await it.ask('GET /apis', {
    headers: { accept: aggregated, 'if-none-match': String(answer.headers.etag) },
  });
  assert.deepEqual([again.status, again.text], [304, '']);
});

test('a client that knows only older aggregation gets the plain list', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
  assert.equal((await it.ask('GET /apis', { headers: { accept } })).json?.kind, 'APIGroupList');
});

test('discovery that cannot be had is refused, be it a form of other answers or one that is no more', async () => {
  for (const accept of ['text/html', aggregated.split(',')[1] ?? '', 'application/json;as=Table;v=v1;g=meta.k8s.io']) {
    for (const path of ['/apis', '/apis/batch', '/apis/batch/v1']) {
      const { status, json } = await it.ask(`GET ${path}`, { headers: { accept } });
      assert.deepEqual([status, json?.reason], [406, 'NotAcceptable'], `${path} ${accept}`);
    }
  }
});

test('every path that the root offers is answered', async () => {
  const paths = (await it.ask('GET /')).json?.paths as readonly string[];
  assert.ok(paths.includes('/apis/batch/v1') && paths.includes('/api/v1'));
  for (const path of paths) assert.equal((await it.ask(`GET ${path}`)).status, 200, path);
});

test('each OpenAPI v3 document can be kept for ever under its hash', async () => {
  const index = (await it.ask('GET /openapi/v3')).json?.paths as { [key: string]: { serverRelativeURL: string } };
  const { serverRelativeURL } = index['apis/batch/v1'] ?? assert.fail();
  const kept = await it.ask(`GET ${serverRelativeURL}`);
  assert.equal(kept.headers['cache-control'], 'public, immutable');
  assert.equal(Date.parse(String(kept.headers.expires)) > it.clock.now() + 360 * 24 * 3600 * 1000, true);
  const plain = await it.ask('GET /openapi/v3/apis/batch/v1');
  assert.deepEqual([plain.text, plain.headers['cache-control']], [kept.text, 'no-cache, private']);
  const moved = await it.ask('GET /openapi/v3/apis/batch/v1?hash=OLD');
  assert.deepEqual([moved.status, moved.headers.location], [301, serverRelativeURL]);
  assert.equal((await it.ask('GET /openapi/v3/apis/nope/v1')).status, 404);
});

test('every path that OpenAPI v3 offers leads somewhere, and every reference is resolved', async () => {
  const index = (await it.ask('GET /openapi/v3')).json?.paths as { [key: string]: unknown };
  for (const key of Object.keys(index)) {
    const { text, json } = await it.ask(`GET /openapi/v3/${key}`);
    const document = json as unknown as {
      paths: { [path: string]: { [method: string]: unknown } };
      components: { schemas: { [name: string]: unknown } };
    };
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(Object.hasOwn(document.components.schemas, name ?? ''), `${key}: ${name}`);
    }
    for (const [path, item] of Object.entries(document.paths)) {
      if (item.get === undefined || path.includes('/watch/') || path.includes('/log')) continue;
      const target = path.replace('{namespace}', 'default').replace('{name}', 'none');
      const answer = await it.ask(`GET ${target}`);
      // Upstream has no better word for a component that is none.
      const isMissing = answer.json?.message === 'Component not found: none';
      assert.ok(
        answer.status === 200 || isMissing || (answer.json?.details as { name?: string })?.name === 'none',
        `${target} ${answer.text}`,
      );
    }
  }
});

test('a patch of every kind is marked so that kubectl leaves validation to the server', async () => {
  const { json } = await it.ask('GET /openapi/v3/apis/batch/v1');
  const paths = (json?.paths ?? {}) as {
    [path: string]: { patch?: { parameters: { name: string }[]; requestBody: { content: object } } };
  };
  const patch = paths['/apis/batch/v1/namespaces/{namespace}/jobs/{name}']?.patch ?? assert.fail();
  assert.deepEqual((patch as { [key: string]: unknown })['x-kubernetes-group-version-kind'], {
    group: 'batch',
    version: 'v1',
    kind: 'Job',
  });
  assert.ok(patch.parameters.some(({ name }) => name === 'fieldValidation'));
  assert.ok('application/strategic-merge-patch+json' in patch.requestBody.content);
});

test('what is handed on to pods and services has a path of its own in OpenAPI', async () => {
  const { json } = await it.ask('GET /openapi/v3/api/v1');
  type Item = {
    readonly parameters: readonly { readonly name: string }[];
    readonly get: { readonly operationId: string };
  };
  const paths = (json?.paths ?? {}) as { readonly [path: string]: Item };
  for (const kind of ['Pod', 'Service']) {
    const item = paths[`/api/v1/namespaces/{namespace}/${kind.toLowerCase()}s/{name}/proxy/{path}`] ?? assert.fail();
    assert.ok(item.parameters.some(({ name }) => name === 'path'));
    assert.equal(item.get.operationId, `connectCoreV1GetNamespaced${kind}ProxyWithPath`);
  }
});

test('OpenAPI v2 tells the whole in one document, and resolves its references', async () => {
  const { text, json } = await it.ask('GET /openapi/v2');
  const definitions = json?.definitions as { [name: string]: { [key: string]: unknown } };
  assert.deepEqual(definitions['io.k8s.api.batch.v1.Job']?.['x-kubernetes-group-version-kind'], [
    { group: 'batch', version: 'v1', kind: 'Job' },
  ]);
  for (const [, name] of text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) {
    assert.ok(Object.hasOwn(definitions, name ?? ''), String(name));
  }
  assert.equal((await it.ask('GET /openapi/v2', { headers: { accept: 'text/html' } })).status, 406);
});

test('OpenAPI v2 also comes in protobuf, under both spellings of its type', async () => {
  const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  for (const accept of [type, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']) {
    const { status, headers, body } = await it.open('GET /openapi/v2', { headers: { accept } });
    assert.deepEqual([status, headers['content-type']], [200, type]);
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    assert.equal(
      chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      Number(headers['content-length']),
    );
  }
});
