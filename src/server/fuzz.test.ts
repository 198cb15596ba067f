import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Logger, silentLogger } from '#base/log.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

/** What the server itself calls unexpected. */
const failures: unknown[] = [];
const log: Logger = { ...silentLogger, error: (message, fields) => void failures.push({ message, ...fields }) };

let it: TestServer;
before(async () => {
  it = await startTestServer({ log });
});
after(() => it.close());

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');

const step = fc.oneof(
  fc.constantFrom(
    'api',
    'v1',
    'apis',
    'batch',
    'namespaces',
    'default',
    'pods',
    'jobs',
    'configmaps',
    'status',
    'log',
    'binding',
  ),
  fc.constantFrom('finalize', 'openapi', 'v3', 'readyz', 'version', '..', '', 'kube-system', 'x'),
  fc.webSegment(),
);
const known = fc.constantFrom(
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/configmaps/fuzz',
  '/api/v1/namespaces/default/pods/fuzz/log',
  '/apis/batch/v1/namespaces/default/jobs',
  '/apis/batch/v1/namespaces/default/jobs/fuzz/status',
  '/api/v1/namespaces/default',
  '/api/v1/nodes',
);
const path = fc.oneof(
  known,
  fc.array(step, { maxLength: 8 }).map((steps) => `/${steps.join('/')}`),
);

const parameter = fc.tuple(
  fc.constantFrom(
    'limit',
    'continue',
    'resourceVersion',
    'resourceVersionMatch',
    'fieldSelector',
    'labelSelector',
    'dryRun',
    'fieldValidation',
    'fieldManager',
    'force',
    'pretty',
    'propagationPolicy',
    'gracePeriodSeconds',
    'includeObject',
    'tailLines',
    'sinceTime',
  ),
  fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('', '0', '1', '-1', 'true', 'All', 'Strict', 'metadata.name=a', 'a in (b)'),
  ),
);
const query = fc.array(parameter, { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString());

const contentType = fc.constantFrom(
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
);
const accept = fc.constantFrom(
  '*/*',
  'application/json',
  'application/yaml',
  'text/html',
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
);
const key = fc.constantFrom(
  'kind',
  'apiVersion',
  'metadata',
  'name',
  'spec',
  'data',
  'template',
  'containers',
  'finalizers',
  'op',
  'path',
);
const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, 1.5, '', 'fuzz', 'ConfigMap', 'v1', 'batch/v1', 'Job', 1e300),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  ),
})).node;
const body = fc.oneof(
  value.map((json) => JSON.stringify(json)),
  fc.string({ maxLength: 40 }),
  fc.constant(undefined),
);

test('whatever is asked, the server answers, and never with a failure of its own', async () => {
  const request = fc.record({ method, path, query, contentType, accept, body });
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const headers = { accept: asked.accept, 'content-type': asked.contentType };
      const withBody =
        asked.method === 'HEAD' || asked.body === undefined ? { headers } : { headers, body: asked.body };
      const answer = await it.ask(`${asked.method} ${encodeURI(asked.path)}?${asked.query}`, withBody);
      assert.deepEqual(failures, []);
      if (answer.status >= 400 && answer.json?.kind === 'Status') assert.equal(answer.json.code, answer.status);
    }),
    { numRuns: 400, ignoreEqualValues: true },
  );
  assert.equal((await it.ask('GET /readyz')).text, 'ok');
});
