import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buoys, v1 } from '#api/custom/test-definitions.ts';
import type { WatchHandle, WatchSink } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { ListMeta, ObjectMeta, Status } from '#kinds/meta/schema.ts';
import { always, list, nonzero, object, string } from '#schema/build.ts';
import { decode } from '#schema/decode.ts';
import { decodeProtobuf } from '#schema/protobuf-decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { openProtobufEnvelope, sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufReader } from '#schema/protobuf-reader.ts';
import type { ObjectType } from '#schema/type.ts';
import { startTestServer, type TestRequest, type TestServer } from '#server/test-server.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const partial = ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const partialList = ';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

async function ask(target: string, accept: string, request: TestRequest = {}): Promise<Answer> {
  const { status, headers, body } = await it.open(target, { ...request, headers: { accept, ...request.headers } });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return { status, headers, bytes: Buffer.concat(chunks) };
}

function resourceOf(plural: string, group = ''): ResourceDefinition {
  return catalog.find((resource) => resource.plural === plural && resource.group === group) ?? assert.fail();
}

/** What a protobuf answer says, as JSON would. */
function said(schema: ObjectType, bytes: Uint8Array): object {
  const { apiVersion, kind, raw } = openProtobufEnvelope(bytes);
  return { kind, apiVersion, ...contentOf(schema, raw) };
}

function contentOf(schema: ObjectType, raw: Uint8Array): object {
  const {
    kind: _kind,
    apiVersion: _version,
    ...content
  } = decode(schema, decodeProtobuf(schema, raw)).value as {
    readonly [field: string]: unknown;
  };
  return content;
}

/** The message of a list, its two fields numbered as they are. */
function listOf(item: ObjectType, metadata = 1, items = 2): ObjectType {
  return object('List', '', { metadata: always(metadata, ListMeta), items: always(items, list(item)) });
}

const Partial = object('Partial', '', { metadata: always(1, ObjectMeta) });

const maps = '/api/v1/namespaces/default/configmaps';

test('an object, a list and an error say in protobuf what they say in JSON', async () => {
  await it.ask(`POST ${maps}`, { body: { metadata: { name: 'said' }, data: { k: 'v' }, binaryData: { b: 'AAE=' } } });
  const { schema } = resourceOf('configmaps');
  const one = await ask(`GET ${maps}/said`, protobuf);
  assert.deepEqual([one.status, one.headers['content-type']], [200, protobuf]);
  assert.deepEqual(said(schema, one.bytes), (await it.ask(`GET ${maps}/said`)).json);

  const all = await ask(`GET ${maps}`, `${protobuf}, */*`);
  const { kind, apiVersion, raw } = openProtobufEnvelope(all.bytes);
  const { items, ...head } = decode(listOf(schema), decodeProtobuf(listOf(schema), raw)).value as {
    items: { kind: string; apiVersion: string }[];
  };
  const shown = items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  assert.deepEqual({ kind, apiVersion, ...head, items: shown }, (await it.ask(`GET ${maps}`)).json);

  const none = await ask(`GET ${maps}/none`, protobuf);
  assert.deepEqual([none.status, none.headers['content-type']], [404, protobuf]);
  assert.deepEqual(said(Status, none.bytes), (await it.ask(`GET ${maps}/none`)).json);
  const refused = await ask(`GET ${maps}/said`, protobuf, { as: 'alice' });
  assert.match(String((said(Status, refused.bytes) as Status).message), /^configmaps "said" is forbidden/);
});

test('what was written comes back in protobuf: objects, subresources, reviews and the Status of a delete', async () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const made = await ask(`POST ${accounts}`, protobuf, { body: { metadata: { name: 'robot' } } });
  assert.equal(made.status, 201);
  assert.equal((said(resourceOf('serviceaccounts').schema, made.bytes) as { kind: string }).kind, 'ServiceAccount');
  const { schema } = resourceOf('serviceaccounts').subresources.find(({ name }) => name === 'token') ?? assert.fail();
  const token = await ask(`POST ${accounts}/robot/token`, protobuf, { body: { spec: { audiences: ['a'] } } });
  const { kind, status } = said(schema ?? assert.fail(), token.bytes) as { kind: string; status: { token: string } };
  assert.deepEqual([kind, status.token.split('.').length], ['TokenRequest', 3]);

  const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
  const allowed = await ask('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', protobuf, { body: review });
  const { schema: Review } = resourceOf('selfsubjectaccessreviews', 'authorization.k8s.io');
  assert.equal((said(Review, allowed.bytes) as { status: { allowed: boolean } }).status.allowed, true);

  const gone = await ask(`DELETE ${maps}/said`, protobuf);
  assert.deepEqual([gone.status, (said(Status, gone.bytes) as Status).status], [200, 'Success']);
});

test('a scale is read and written', async () => {
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 2, selector: { matchLabels: { a: 'b' } }, template };
  await it.ask(`POST ${deployments}`, { body: { metadata: { name: 'scaled' }, spec } });
  const { subresources } = resourceOf('deployments', 'apps');
  const Scale = subresources.find(({ name }) => name === 'scale')?.schema ?? assert.fail();
  const read = await ask(`GET ${deployments}/scaled/scale`, protobuf);
  const scale = said(Scale, read.bytes) as { kind: string; apiVersion: string; spec: object };
  assert.deepEqual([scale.kind, scale.apiVersion, scale.spec], ['Scale', 'autoscaling/v1', { replicas: 2 }]);
  const { kind, apiVersion } = scale;
  const body = sealProtobufEnvelope({
    kind,
    apiVersion,
    raw: encodeProtobuf(Scale, { ...scale, spec: { replicas: 3 } }),
  });
  const headers = { 'content-type': protobuf };
  const written = await ask(`PUT ${deployments}/scaled/scale`, protobuf, { body, headers });
  assert.deepEqual((said(Scale, written.bytes) as { spec: object }).spec, { replicas: 3 });
});

test('metadata alone is had in protobuf, of custom objects too', async () => {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const names = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  await it.ask(`POST ${definitions}`, { body: { ...names, ...buoys({ versions: [v1] }) } });
  await it.clock.advance(0);
  const path = '/apis/harbour.example/v1/namespaces/default/buoys';
  await it.ask(`POST ${path}`, { body: { apiVersion: 'harbour.example/v1', kind: 'Buoy', metadata: { name: 'b' } } });
  const one = await ask(`GET ${path}/b`, `${protobuf}${partial},application/json${partial}`);
  const json = await it.ask(`GET ${path}/b`, { headers: { accept: `application/json${partial}` } });
  assert.deepEqual(said(Partial, one.bytes), json.json);
  for (const [version, type] of [
    ['v1', listOf(Partial)],
    ['v1beta1', listOf(Partial, 2, 1)],
  ] as const) {
    const accept = partialList.replace('v=v1', `v=${version}`);
    const list = said(type, (await ask(`GET ${path}`, `${protobuf}${accept}`)).bytes) as { items: object[] };
    const twin = await it.ask(`GET ${path}`, { headers: { accept: `application/json${accept}` } });
    const partials = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}` };
    assert.deepEqual({ ...list, items: list.items.map((item) => ({ ...partials, ...item })) }, twin.json);
  }

  const whole = await ask(`GET ${path}/b`, protobuf);
  assert.deepEqual([whole.status, (said(Status, whole.bytes) as Status).reason], [406, 'NotAcceptable']);
  assert.equal(
    (await ask(`GET ${path}/b`, `${protobuf},application/json`)).headers['content-type'],
    'application/json',
  );
});

test('a long list goes out in pieces, compressed for those who can read it', async () => {
  const data = { text: 'x'.repeat(200_000) };
  for (const name of ['a', 'b', 'c', 'd']) await it.ask(`POST ${maps}`, { body: { metadata: { name }, data } });
  const plain = await ask(`GET ${maps}`, protobuf);
  assert.ok(plain.bytes.length > 800_000);
  const names = (bytes: Buffer): readonly string[] =>
    (said(listOf(resourceOf('configmaps').schema), bytes) as { items: { metadata: { name: string } }[] }).items.map(
      ({ metadata }) => metadata.name,
    );
  assert.deepEqual(names(plain.bytes), ['a', 'b', 'c', 'd']);
  const zipped = await ask(`GET ${maps}`, protobuf, { headers: { 'accept-encoding': 'gzip' } });
  assert.deepEqual([zipped.headers['content-encoding'], zipped.headers.vary], ['gzip', 'Accept-Encoding']);
  assert.deepEqual(gunzipSync(zipped.bytes), plain.bytes);
});

const WatchEvent = object('WatchEvent', '', {
  type: nonzero(1, string),
  object: always(2, object('Raw', '', { raw: always(1, { is: 'bytes' } as const) })),
});

/** The next frame of a watch: the event's type, and the bytes of its object. */
async function* frames(
  target: string,
  accept: string,
  server = it,
): AsyncGenerator<readonly [type: string, object: Buffer]> {
  const cut = new AbortController();
  const { headers, body } = await server.open(target, { headers: { accept }, signal: cut.signal });
  assert.equal(headers['content-type'], `${protobuf};stream=watch`);
  body.on('error', () => {});
  let rest = Buffer.alloc(0);
  try {
    for (;;) {
      while (rest.length < 4 || rest.length < 4 + rest.readUInt32BE()) {
        const chunk = body.read() as Buffer | null;
        if (chunk === null) await Promise.race([once(body, 'readable'), once(body, 'end')]);
        else rest = Buffer.concat([rest, chunk]);
        if (body.readableEnded) return;
      }
      const end = 4 + rest.readUInt32BE();
      const event = decodeProtobuf(WatchEvent, rest.subarray(4, end)) as { type: string; object: { raw: string } };
      rest = rest.subarray(end);
      yield [event.type, Buffer.from(event.object.raw, 'base64')];
    }
  } finally {
    cut.abort();
  }
}

test('a watch frames its events, bookmarks and errors', async () => {
  const secrets = '/api/v1/namespaces/default/secrets';
  await it.ask(`POST ${secrets}`, { body: { metadata: { name: 's' }, data: { k: 'AAE=' } } });
  const { schema } = resourceOf('secrets');
  const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const events = frames(`GET ${secrets}?watch=1&${initial}`, `${protobuf};stream=watch`);
  const [added, object] = (await events.next()).value ?? assert.fail();
  assert.equal(added, 'ADDED');
  assert.deepEqual(said(schema, object), (await it.ask(`GET ${secrets}/s`)).json);
  const [bookmark, marked] = (await events.next()).value ?? assert.fail();
  const { kind, apiVersion, metadata } = said(schema, marked) as {
    kind: string;
    apiVersion: string;
    metadata: ObjectMeta;
  };
  assert.deepEqual([bookmark, kind, apiVersion], ['BOOKMARK', 'Secret', 'v1']);
  assert.deepEqual(metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  await it.ask(`PATCH ${secrets}/s`, {
    body: { metadata: { labels: { a: 'b' } } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  const [modified, changed] = (await events.next()).value ?? assert.fail();
  assert.deepEqual([modified, said(schema, changed)], ['MODIFIED', (await it.ask(`GET ${secrets}/s`)).json]);
  await events.return(undefined);

  const partials = frames(`GET ${secrets}?watch=1&resourceVersion=0`, `${protobuf}${partial}`);
  const [, metadataOnly] = (await partials.next()).value ?? assert.fail();
  assert.equal((said(Partial, metadataOnly) as { kind: string }).kind, 'PartialObjectMetadata');
  await partials.return(undefined);
});

test('a watch that fails says so in a frame', async () => {
  const { status: _status, ...error } = apiErrors.expired('too old resource version: 1 (2)').status();
  const failing = async (_: unknown, __: unknown, ___: unknown, sink: WatchSink<KubeObject>): Promise<WatchHandle> => {
    sink.closed(apiErrors.expired('too old resource version: 1 (2)'));
    return { stop: () => {} };
  };
  const own = await startTestServer({ wrap: (api) => ({ ...api, watch: failing }) });
  const [type, status] = (await frames(`GET ${maps}?watch=1`, protobuf, own).next()).value ?? assert.fail();
  const { status: _failure, ...shown } = said(Status, status) as Status;
  assert.deepEqual([type, shown], ['ERROR', error]);
  await own.close();
});

test('the documents of discovery are had in protobuf', async () => {
  for (const [path, kind, apiVersion] of [
    ['/api', 'APIVersions', ''],
    ['/apis', 'APIGroupList', 'v1'],
    ['/apis/batch', 'APIGroup', 'v1'],
    ['/api/v1', 'APIResourceList', ''],
    ['/apis/batch/v1', 'APIResourceList', 'v1'],
  ] as const) {
    const { headers, bytes } = await ask(`GET ${path}`, protobuf);
    assert.equal(headers['content-type'], protobuf, path);
    const envelope = openProtobufEnvelope(bytes);
    assert.deepEqual([envelope.kind, envelope.apiVersion], [kind, apiVersion], path);
  }
  const batch = openProtobufEnvelope((await ask('GET /apis/batch/v1', protobuf)).bytes).raw;
  const reader = new ProtobufReader(batch);
  assert.deepEqual([reader.tag().number, reader.string()], [1, 'batch/v1']);
  reader.tag();
  // The first resource: its name, not in namespaces by mistake, and its verbs in a message of their own.
  const cronJobs = Buffer.from(`0a08${Buffer.from('cronjobs').toString('hex')}1001`, 'hex');
  assert.deepEqual(reader.slice().subarray(0, cronJobs.length), cronJobs);

  const form = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const aggregated = await ask('GET /apis', `${protobuf}${form}`);
  assert.equal(aggregated.headers['content-type'], `${protobuf}${form}`);
  assert.equal(aggregated.headers.etag, (await ask('GET /apis', `application/json${form}`)).headers.etag);
  assert.equal(openProtobufEnvelope(aggregated.bytes).apiVersion, 'apidiscovery.k8s.io/v2');
});

test('the answer names every kind as the schema does', async () => {
  for (const resource of catalog.filter(({ verbs }) => verbs.includes('list'))) {
    const path = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/${resource.version}`;
    const { bytes, status } = await ask(`GET ${path}/${resource.plural}`, protobuf);
    assert.equal(status, 200, resource.plural);
    const { kind, apiVersion } = openProtobufEnvelope(bytes);
    assert.deepEqual({ kind, apiVersion }, { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource) });
  }
});
