import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AuditPolicy } from '#api/audit/policy.ts';
import { ConfigMap } from '#kinds/config-map/schema.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { patching, startTestWebhook, type TestWebhook } from '#server/test-webhook.ts';

type Fields = { readonly [field: string]: unknown };
interface Line {
  readonly stage: string;
  readonly verb: string;
  readonly annotations?: { readonly [key: string]: string };
}

const any = { users: [], userGroups: [], verbs: [], resources: [], namespaces: [], nonResourceURLs: [] } as const;
const policy: { rules: AuditPolicy['rules']; omitStages: AuditPolicy['omitStages']; omitManagedFields: boolean } = {
  rules: [{ ...any, level: 'Request', omitStages: [], omitManagedFields: undefined }],
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
};
const lines: Line[] = [];
let server: TestServer;
let hook: TestWebhook;
const maps = '/api/v1/namespaces/default/configmaps';
const group = '/apis/admissionregistration.k8s.io/v1';

before(async () => {
  server = await startTestServer({ audit: { policy, sink: (line) => void lines.push(JSON.parse(line)) } });
  hook = await startTestWebhook();
});
after(async () => {
  await hook.close();
  await server.close();
});

async function configure(kind: string, apiGroup: string, resource: string, more: Fields = {}): Promise<string> {
  const path = `${group}/${kind.toLowerCase()}webhookconfigurations`;
  const rules = [{ operations: ['CREATE'], apiGroups: [apiGroup], apiVersions: ['*'], resources: [resource] }];
  const clientConfig = { url: hook.url, caBundle: hook.caBundle };
  const webhook = { name: 'w.example.com', clientConfig, rules, sideEffects: 'None', admissionReviewVersions: ['v1'] };
  const body = { metadata: { name: 'c' }, webhooks: [{ ...webhook, ...more }] };
  const answer = await server.ask(`POST ${path}`, { body });
  assert.equal(answer.status, 201, answer.text);
  return `${path}/c`;
}

/** What the audit log says besides of the create that `work` does. */
async function annotationsOf(work: () => Promise<unknown>): Promise<Fields> {
  lines.length = 0;
  await work();
  // The answer is there a moment before the line is.
  while (!lines.some(({ stage }) => stage === 'ResponseComplete')) await new Promise((next) => setImmediate(next));
  const { annotations = {} } = lines.find(({ stage }) => stage === 'ResponseComplete') ?? {};
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('authorization')));
}

const create = () => server.ask(`POST ${maps}?dryRun=All`, { body: { metadata: { name: 'x' } } });

test('the audit log tells what webhooks changed, what they noted and that they failed', async () => {
  const mutating = await configure('Mutating', '', 'configmaps');
  const operation = { op: 'add', path: '/data', value: { k: 'v' } };
  hook.reply = () => ({ ...patching(operation), auditAnnotations: { seen: 'yes' } });
  const subject = { configuration: 'c', webhook: 'w.example.com' };
  const changed = {
    'mutation.webhook.admission.k8s.io/round_0_index_0': JSON.stringify({ ...subject, mutated: true }),
    'w.example.com/seen': 'yes',
  };
  const patch = JSON.stringify({ ...subject, patch: [operation], patchType: 'JSONPatch' });
  assert.deepEqual(await annotationsOf(create), {
    ...changed,
    'patch.webhook.admission.k8s.io/round_0_index_0': patch,
  });
  policy.rules = policy.rules.map((rule) => ({ ...rule, level: 'Metadata' }));
  assert.deepEqual(await annotationsOf(create), changed);
  await server.ask(`DELETE ${mutating}`);

  const validating = await configure('Validating', '', 'configmaps', { failurePolicy: 'Ignore' });
  hook.reply = () => ({ raw: { status: 500, body: '' } });
  assert.deepEqual(await annotationsOf(create), {
    'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'w.example.com',
  });
  await server.ask(`DELETE ${validating}`);
});

test('objects that came as protobuf, and custom ones, are changed like all others', async () => {
  const mutating = await configure('Mutating', '*', '*');
  hook.reply = () => patching({ op: 'add', path: '/metadata/labels', value: { by: 'webhook' } });
  const object = { metadata: { name: 'bytes' }, data: { a: '1' } };
  const body = sealProtobufEnvelope({ kind: 'ConfigMap', apiVersion: 'v1', raw: encodeProtobuf(ConfigMap, object) });
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  const { json, text } = await server.ask(`POST ${maps}`, { body, headers });
  const { data, metadata } = (json ?? assert.fail(text)) as { data: object; metadata: { labels: object } };
  assert.deepEqual([data, metadata.labels], [{ a: '1' }, { by: 'webhook' }]);

  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 3 } } } },
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'buoys.harbour.example' },
    spec: {
      ...{ group: 'harbour.example', scope: 'Namespaced' },
      names: { plural: 'buoys', singular: 'buoy', kind: 'Buoy', listKind: 'BuoyList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
  await server.ask('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
  await server.clock.advance(0);
  hook.reply = () => patching({ op: 'add', path: '/spec', value: { odd: true } });
  const buoy = { apiVersion: 'harbour.example/v1', kind: 'Buoy', metadata: { name: 'b' } };
  const made = await server.ask('POST /apis/harbour.example/v1/namespaces/default/buoys', { body: buoy });
  assert.deepEqual(made.json?.spec, { size: 3 }, `pruned and with its defaults: ${made.text}`);
  await server.ask(`DELETE ${mutating}`);
});
