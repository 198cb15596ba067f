import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Api } from '#api/api.ts';
import { type Logger, silentLogger } from '#base/log.ts';
import { ConfigMap } from '#kinds/config-map/schema.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { createHttpClient, textOf } from '#wire/http-client.ts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

const configMaps = '/api/v1/namespaces/default/configmaps';

function configMap(name: string, data: { readonly [key: string]: string } = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

test('an object is created, read, changed, patched and deleted', async () => {
  const created = await it.ask(`POST ${configMaps}`, { body: configMap('one', { a: '1' }) });
  assert.equal(created.status, 201);
  assert.equal(created.headers['content-type'], 'application/json');
  assert.ok(created.text.endsWith('}\n'));
  assert.deepEqual((await it.ask(`GET ${configMaps}/one`)).json, created.json);
  const replaced = await it.ask(`PUT ${configMaps}/one`, { body: configMap('one', { a: '2' }) });
  assert.deepEqual(replaced.json?.data, { a: '2' });
  const patched = await it.ask(`PATCH ${configMaps}/one`, {
    headers: { 'content-type': 'application/merge-patch+json; charset=utf-8' },
    body: { data: { b: '3' } },
  });
  assert.deepEqual(patched.json?.data, { a: '2', b: '3' });
  const deleted = await it.ask(`DELETE ${configMaps}/one`, { body: { propagationPolicy: 'Background' } });
  assert.equal(deleted.json?.status, 'Success');
  assert.equal((await it.ask(`GET ${configMaps}/one`)).json?.reason, 'NotFound');
});

test('every answer has an audit id, the one that was sent if it is one', async () => {
  const fresh = await it.ask('GET /version');
  assert.match(String(fresh.headers['audit-id']), /^[0-9a-f-]{36}$/);
  assert.equal(fresh.headers['cache-control'], 'no-cache, private');
  const echoed = await it.ask('GET /nope', { headers: { 'audit-id': 'abc-1' } });
  assert.equal(echoed.headers['audit-id'], 'abc-1');
  const refused = await it.ask('GET /nope', { headers: { 'audit-id': 'a b' } });
  assert.notEqual(refused.headers['audit-id'], 'a b');
});

test('a wrong token is Unauthorized; no token is anonymous, and refused before anything is looked up', async () => {
  const wrong = await it.ask(`GET ${configMaps}`, { as: 'nobody', headers: { authorization: 'Bearer wrong' } });
  assert.deepEqual([wrong.status, wrong.json?.message], [401, 'Unauthorized']);
  const nobody = await it.ask('GET /apis/batch/v1/namespaces/default/barges', { as: 'nobody' });
  assert.equal(nobody.status, 403);
  assert.equal(
    nobody.json?.message,
    'barges.batch is forbidden: User "system:anonymous" cannot list resource "barges" in API group "batch" in the namespace "default"',
  );
  assert.equal(nobody.headers['x-content-type-options'], 'nosniff');
  const basic = await it.ask(`GET ${configMaps}`, { as: 'nobody', headers: { authorization: 'Basic YTpi' } });
  assert.equal(basic.status, 403);
});

test('the admin certificate is enough to be allowed everything', async () => {
  const http = createHttpClient(it.endpoint);
  for (let round = 0; round < 2; round++) {
    const { status, body } = await http.send({ method: 'GET', path: configMaps });
    await textOf(body);
    assert.equal(status, 200);
  }
  http.close();
});

test('what does not exist, what is not allowed there and what nobody can read are told apart', async () => {
  const plain = await it.ask('GET /nothing-here');
  assert.deepEqual([plain.status, plain.text], [404, '404 page not found\n']);
  assert.equal((await it.ask('GET /apis/tides.example')).text, '404 page not found\n');
  assert.deepEqual((await it.ask('GET /api/v1/namespaces/default/gizmos')).json?.details, {});
  assert.equal((await it.ask(`PUT ${configMaps}`, { body: configMap('x') })).status, 405);
  assert.equal((await it.ask(`GET ${configMaps}`, { headers: { accept: 'text/html' } })).json?.reason, 'NotAcceptable');
  const media = { headers: { 'content-type': 'text/plain' }, body: 'a: b' };
  assert.equal((await it.ask(`POST ${configMaps}`, media)).json?.reason, 'UnsupportedMediaType');
  assert.equal((await it.ask(`PATCH ${configMaps}/x`, { body: {} })).json?.message, '415: Unsupported Media Type');
  assert.equal((await it.ask('GET /api/v1/%zz')).status, 400);
});

test('options of a delete that cannot be read are refused without saying what was expected', async () => {
  const { json } = await it.ask(`DELETE ${configMaps}/any`, { body: '{bad' });
  assert.equal(
    json?.message,
    "couldn't get version/kind; json parse error: invalid character 'b' looking for beginning of object key string",
  );
});

test('what nobody offers any more is refused, as is a write of what is only read', async () => {
  await it.ask(`POST ${configMaps}`, { body: configMap('exported') });
  assert.equal((await it.ask(`GET ${configMaps}/exported?export=false`)).status, 200);
  assert.equal(
    (await it.ask(`GET ${configMaps}/exported?export=true`)).json?.message,
    'the export parameter, deprecated since v1.14, is no longer supported',
  );
  assert.equal((await it.ask('PUT /version')).status, 405);
  const uid = 'f8d2c1ae-0000-4000-8000-000000000000';
  const gone = await it.ask(`PUT ${configMaps}/gone`, {
    body: { ...configMap('gone'), metadata: { name: 'gone', uid } },
  });
  assert.match(
    String(gone.json?.message),
    /Precondition failed: UID in precondition: f8d2c1ae-.*, UID in object meta: $/,
  );
});

test('a body over the limit is refused while it is read', async () => {
  const big = await it.ask(`POST ${configMaps}`, { body: configMap('big', { k: 'c'.repeat(3_200_000) }) });
  assert.equal(big.status, 413);
  assert.equal(big.json?.message, 'Request entity too large: limit is 3145728');
});

test('unknown fields are warned of, refused or ignored, as asked; people get advice', async () => {
  const body = { ...configMap('typo'), dota: { a: 'b' } };
  const warned = await it.ask(`POST ${configMaps}?dryRun=All`, { body });
  assert.equal(warned.headers.warning, '299 - "unknown field \\"dota\\""');
  const ignored = await it.ask(`POST ${configMaps}?dryRun=All&fieldValidation=Ignore`, { body });
  assert.deepEqual([ignored.status, ignored.headers.warning], [201, undefined]);
  const strict = await it.ask(`POST ${configMaps}?fieldValidation=Strict`, { body });
  assert.equal(strict.status, 400);
  assert.equal(
    strict.json?.message,
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dota"',
  );
  assert.equal(strict.headers.warning, undefined);
  const person = { body, headers: { 'user-agent': 'kubectl/v1.35.2 (linux/amd64)' } };
  const advised = await it.ask(`POST ${configMaps}?fieldValidation=Strict`, person);
  assert.equal(advised.headers.warning, '299 - "unknown field \\"dota\\"; did you mean \\"data\\"?"');
});

test('people are told what is otherwise here than on a cluster, programs get answers as there', async () => {
  const path = '/apis/apps/v1/namespaces/default/replicasets?dryRun=All';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const body = { metadata: { name: 'set' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
  const program = await it.ask(`POST ${path}`, { body });
  assert.deepEqual([program.status, program.headers.warning], [201, undefined]);
  const headers = { 'user-agent': 'kubectl/v1.35.2 (linux/amd64)' };
  const person = await it.ask(`POST ${path}`, { body, headers });
  assert.match(String(person.headers.warning), /^299 - "ReplicaSets are kept here but nothing starts their pods/);
});

test('YAML is read and written', async () => {
  const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' };
  const body = 'kind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  answer: "42"\n';
  const answer = await it.ask(`POST ${configMaps}`, { headers, body });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers['content-type'], 'application/yaml');
  assert.match(answer.text, /^apiVersion: v1\ndata:\n {2}answer: "42"\nkind: ConfigMap\n/);
});

test('YAML that is none is refused in the words of its parser, JSON in those of whoever looks for the kind', async () => {
  const headers = { 'content-type': 'application/yaml' };
  const message = async (body: string, more: object = {}) =>
    (await it.ask(`POST ${configMaps}`, { headers: { ...headers, ...more }, body })).json?.message;
  const unknown = 'the object provided is unrecognized (must be of type ConfigMap): ';
  const inside = 'yaml: line 1: mapping values are not allowed in this context';
  assert.equal(await message('a: b: c'), `${unknown}${inside} (613a20623a2063)`);
  assert.equal(
    await message('{', { 'content-type': 'application/json' }),
    `${unknown}couldn't get version/kind; json parse error: unexpected end of JSON input ({)`,
  );
});

test('a log since a time that is none is refused in the words of Go', async () => {
  const answer = await it.ask('GET /api/v1/namespaces/default/pods/none/log?sinceTime=noon');
  assert.equal(answer.status, 400);
  assert.equal(
    answer.json?.message,
    'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"',
  );
});

test('protobuf is read, for kinds and for what is posted to subresources', async () => {
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  const raw = encodeProtobuf(ConfigMap, { metadata: { name: 'from-protobuf' }, data: { answer: '42' } });
  const body = sealProtobufEnvelope({ apiVersion: 'v1', kind: 'ConfigMap', raw });
  const created = await it.ask(`POST ${configMaps}?fieldValidation=Strict`, { headers, body });
  assert.deepEqual([created.status, created.json?.data], [201, { answer: '42' }]);
  const wrong = await it.ask('POST /api/v1/namespaces/default/secrets', { headers, body });
  assert.match(String(wrong.json?.message), /^ConfigMap in version "v1" cannot be handled as a Secret: converting /);
  const torn = await it.ask(`POST ${configMaps}`, { headers, body: 'k8s' });
  assert.match(String(torn.json?.message), /^the object provided is unrecognized \(must be of type ConfigMap\): /);
});

test('evictions are taken in the version that old clients send, too', async () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await it.ask('POST /api/v1/namespaces/default/serviceaccounts', { body: account });
  const containers = [{ name: 'c', image: 'i:1' }];
  const pods = '/api/v1/namespaces/default/pods';
  const spec = { containers, automountServiceAccountToken: false };
  for (const [name, version] of Object.entries({ old: 'policy/v1beta1', present: 'policy/v1' })) {
    await it.ask(`POST ${pods}`, { body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } });
    const body = { apiVersion: version, kind: 'Eviction', metadata: { name } };
    assert.equal((await it.ask(`POST ${pods}/${name}/eviction`, { body })).status, 201, version);
    assert.equal((await it.ask(`GET ${pods}/${name}`)).status, 404);
  }
  const unknown = { apiVersion: 'policy/v2', kind: 'Eviction', metadata: { name: 'any' } };
  assert.equal((await it.ask(`POST ${pods}/any/eviction`, { body: unknown })).status, 400);
});

test('answers are indented for people and compact for programs', async () => {
  assert.match((await it.ask('GET /version?pretty=true')).text, /^\{\n {2}"major"/);
  assert.match((await it.ask('GET /version', { headers: { 'user-agent': 'curl/8' } })).text, /^\{\n/);
  assert.doesNotMatch((await it.ask('GET /version?pretty=false', { headers: { 'user-agent': 'curl/8' } })).text, /\n./);
});

test('long lists are compressed for those who can read that, short ones never', async () => {
  for (let i = 0; i < 4; i++)
    await it.ask(`POST ${configMaps}`, { body: configMap(`long-${i}`, { k: 'z'.repeat(50_000) }) });
  const headers = { 'accept-encoding': 'gzip' };
  const { headers: got, body } = await it.open(`GET ${configMaps}`, { headers });
  assert.equal(got['content-encoding'], 'gzip');
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const plain = await it.ask(`GET ${configMaps}`);
  assert.equal(gunzipSync(Buffer.concat(chunks)).toString(), plain.text);
  assert.equal(plain.headers['content-encoding'], undefined);
  const short = await it.ask(`GET ${configMaps}/long-1`, { headers });
  assert.equal(short.headers['content-encoding'], undefined);
});

test('items of a list leave out kind and apiVersion, which the list has', async () => {
  const list = await it.ask('GET /api/v1/namespaces');
  assert.equal(list.json?.kind, 'NamespaceList');
  const [first] = list.json?.items as readonly { readonly [key: string]: unknown }[];
  assert.deepEqual(Object.keys(first ?? {}).slice(0, 1), ['metadata']);
});

test('tables and metadata alone are made on request', async () => {
  const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
  const rows = (await it.ask('GET /api/v1/namespaces', table)).json;
  assert.equal(rows?.kind, 'Table');
  const bad = await it.ask('GET /api/v1/namespaces?includeObject=bogus', table);
  assert.equal(
    bad.json?.message,
    "Unable to convert to Table as requested: includeObject: Invalid value: \"bogus\": must be 'Metadata', 'Object', 'None', or empty",
  );
  const partial = { headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' } };
  const one = (await it.ask('GET /api/v1/namespaces/default', partial)).json;
  assert.deepEqual(Object.keys(one ?? {}), ['kind', 'apiVersion', 'metadata']);
  assert.equal((await it.ask('GET /api/v1/namespaces', partial)).status, 406);
});

test('the table of a scale is about numbers, whatever it is the scale of', async () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 2, selector: { matchLabels: { a: 'b' } }, template };
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  await it.ask(`POST ${deployments}`, { body: { metadata: { name: 'scaled' }, spec } });
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const { json } = await it.ask(`GET ${deployments}/scaled/scale`, { headers });
  const { columnDefinitions, rows } = json as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
  assert.deepEqual(
    columnDefinitions.map(({ name }) => name),
    ['Name', 'Desired', 'Available', 'Age'],
  );
  assert.deepEqual(rows[0]?.cells.slice(0, 3), ['scaled', 2, 0]);
});

test('a form of answer that cannot be had is refused before anything is written', async () => {
  const list = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const before = it.store.revision;
  const asked = async (target: string, accept: string, body: object): Promise<number> =>
    (await it.ask(target, { headers: { accept }, body })).status;
  assert.equal(await asked(`POST ${configMaps}`, list, configMap('unseen')), 406);
  assert.equal(await asked(`POST ${configMaps}?includeObject=bogus`, table, configMap('unseen')), 400);
  assert.equal(it.store.revision, before);
  assert.equal(await asked(`POST ${configMaps}?includeObject=bogus`, 'application/json', configMap('seen')), 201);
  const gone = await it.ask(`DELETE ${configMaps}/seen`, { headers: { accept: list } });
  assert.deepEqual([gone.status, gone.json?.kind], [200, 'Status']);
});

test('options that make no sense are Invalid, in the name of their kind', async () => {
  const create = await it.ask(`POST ${configMaps}?fieldValidation=Sometimes`, { body: configMap('x') });
  assert.match(
    String(create.json?.message),
    /^CreateOptions\.meta\.k8s\.io "" is invalid: fieldValidation: Unsupported value/,
  );
  const several = await it.ask(`POST ${configMaps}?dryRun=None&fieldManager=a%09b`, { body: configMap('x') });
  assert.equal(
    several.json?.message,
    'CreateOptions.meta.k8s.io "" is invalid: [fieldManager: Invalid value: "a\\tb": invalid character U+0009 (at position 1), ' +
      'dryRun: Unsupported value: ["None"]: supported values: "All"]',
  );
  const dry = await it.ask(`PUT ${configMaps}/x?dryRun=None`, { body: configMap('x') });
  assert.match(String(dry.json?.message), /^UpdateOptions\.meta\.k8s\.io "" is invalid: dryRun: Unsupported value/);
  const patch = { headers: { 'content-type': 'application/merge-patch+json' }, body: {} };
  const force = await it.ask(`PATCH ${configMaps}/x?force=true`, patch);
  assert.match(String(force.json?.message), /force: Forbidden: may not be specified for non-apply patch/);
  for (const name of ['limit', 'timeoutSeconds']) {
    const { json } = await it.ask(`GET ${configMaps}?${name}=ten`);
    assert.match(String(json?.message), /parsing "ten": invalid syntax/);
  }
  const timeout = await it.ask(`GET ${configMaps}?timeout=abc`);
  assert.equal(timeout.json?.message, 'invalid timeout specified in the request URL - time: invalid duration "abc"');
});

test('health says ok, or what fails, and leaves out what it is asked to', async () => {
  let well = true;
  const check = (): void => {
    if (!well) throw new Error('sunk');
  };
  const checks = [{ name: 'kms-provider-0', of: 'all', check }] as const;
  const wrap = (api: Api): Api => ({ ...api, upToDate: async () => check() });
  const own = await startTestServer({ checks, wrap });
  const names = ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', 'kms-provider-0', 'shutdown'];
  const lines = (of: readonly string[]): string => of.map((name) => `[+]${name} ok\n`).join('');
  assert.equal((await own.ask('GET /readyz?verbose')).text, `${lines(names)}readyz check passed\n`);
  assert.equal((await own.ask('GET /readyz', { as: 'nobody' })).text, 'ok');
  assert.match((await own.ask('GET /livez?verbose')).text, /^\[\+\]ping ok\n.*\nlivez check passed\n$/s);
  well = false;
  const failed = await own.ask('GET /readyz');
  assert.equal(failed.status, 500);
  assert.match(failed.text, /\[-\]etcd failed: reason withheld\n.*readyz check failed\n$/s);
  assert.match((await own.ask('GET /livez/etcd')).text, /^internal server error/);
  assert.equal((await own.ask('GET /livez?exclude=etcd')).status, 500);
  const spared = await own.ask('GET /livez?exclude=etcd&exclude=kms-provider-0&exclude=z&exclude=a&verbose');
  assert.deepEqual(spared.text.split('\n').slice(2), [
    '[+]etcd excluded: ok',
    '[+]kms-provider-0 excluded: ok',
    'warn: some health checks cannot be excluded: no matches for "a","z"',
    'livez check passed',
    '',
  ]);
  assert.equal((await own.ask('GET /readyz/ping')).text, 'ok');
  assert.equal((await own.ask('GET /readyz/nonesuch')).status, 404);
  well = true;
  own.server.drain();
  assert.equal((await own.ask('GET /readyz')).status, 500);
  assert.equal((await own.ask('GET /livez')).status, 200);
  const late = await own.ask(`GET ${configMaps}`);
  assert.deepEqual([late.status, late.headers['retry-after'], late.headers.connection], [429, '5', 'close']);
  await own.close();
});

test('an answer that its client does not read is cut off when its time is over', { timeout: 20_000 }, async (t) => {
  const own = await startTestServer();
  const session = connect(own.url, { ca: own.pki.authority, settings: { initialWindowSize: 0 } });
  t.after(() => {
    session.destroy();
    return own.close();
  });
  await own.ask(`POST ${configMaps}`, { body: configMap('long', { a: 'x'.repeat(60_000) }) });
  const stream = session.request({ ':path': `${configMaps}/long`, authorization: 'Bearer admintoken' });
  stream.on('error', () => {});
  await once(stream, 'response');
  const closed = once(stream, 'close');
  await own.clock.advance(60_000);
  await closed;
});

test('what is nested deeper than anybody can follow is refused, without a word in the log', async () => {
  const logged: string[] = [];
  const own = await startTestServer({ log: { ...silentLogger, error: (message) => logged.push(message) } });
  const nested = (depth: number): string =>
    `${'{"type":"object","properties":{"a":'.repeat(depth)}{"type":"object"}${'}}'.repeat(depth)}`;
  const names = '{"plural":"qs","kind":"Q"}';
  const version = `{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":${nested(4_000)}}}`;
  const spec = `{"group":"x.io","scope":"Namespaced","names":${names},"versions":[${version}]}`;
  const body = `{"metadata":{"name":"qs.x.io"},"spec":${spec}}`;
  const answer = await own.ask('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
  assert.deepEqual([answer.status, answer.json?.message], [400, 'the request is nested too deeply']);
  assert.deepEqual(logged, []);
  await own.close();
});

test('a request that takes too long is given up', async () => {
  const own = await startTestServer({ wrap: (api) => ({ ...api, list: () => new Promise(() => {}) }) });
  const slow = own.ask(`GET ${configMaps}?timeout=10s`);
  // Until the request has come in, there is no deadline to pass.
  while ((await Promise.race([slow, own.ask('GET /version')])).json?.code === undefined)
    await own.clock.advance(10_000);
  assert.equal((await slow).status, 504);
  assert.equal((await slow).json?.message, 'Timeout: request did not complete within the allotted timeout');
  await own.close();
});

test('an unexpected failure is a 500 with the audit id of its line in the log, and the server lives on', async () => {
  const lines: { readonly [name: string]: unknown }[] = [];
  const log: Logger = { ...silentLogger, error: (_message, fields) => void lines.push(fields ?? {}) };
  const get = (): never => {
    throw new TypeError('no such thing');
  };
  const own = await startTestServer({ log, wrap: (api) => ({ ...api, get }) });
  const answer = await own.ask(`GET ${configMaps}/x`);
  assert.deepEqual([answer.status, answer.json?.reason], [500, 'InternalError']);
  assert.equal(lines[0]?.auditId, answer.headers['audit-id']);
  assert.equal((await own.ask(`GET ${configMaps}`)).status, 200);
  await own.close();
});

test('an empty list of managed fields in a body makes the server forget who set what', async () => {
  const path = '/api/v1/namespaces/default/configmaps';
  const metadata = { name: 'forgetful' };
  await it.ask(`POST ${path}`, { body: { metadata, data: { a: 'b' } } });
  const put = async (managedFields: unknown): Promise<readonly object[] | undefined> => {
    const body = { metadata: { ...metadata, managedFields }, data: { a: 'b' } };
    const { status, json } = await it.ask(`PUT ${path}/forgetful`, { body });
    assert.equal(status, 200);
    return (json?.metadata as { readonly managedFields?: readonly object[] }).managedFields;
  };
  assert.equal((await put(undefined))?.length, 1);
  assert.equal(await put([]), undefined);
});
