import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { catalog } from '#kinds/catalog.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { DeleteOptions } from '#kinds/meta/schema.ts';
import { decode } from '#schema/decode.ts';
import { decodeProtobuf } from '#schema/protobuf-decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { openProtobufEnvelope, sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import type { ObjectType } from '#schema/type.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

/** How it was made is told in the README beside it. */
interface Recorded {
  readonly from: string;
  readonly name: string;
  readonly path?: string;
  readonly protobuf: string;
  readonly json: { readonly kind: string; readonly apiVersion: string; readonly [field: string]: unknown };
}

const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as readonly Recorded[];

/** Every kind that may come in a body. */
const schemas: ReadonlyMap<string, ObjectType> = new Map([
  ['v1 DeleteOptions', DeleteOptions],
  ...catalog.flatMap((resource) =>
    resource.subresources.flatMap(({ group = resource.group, version = resource.version, kind, schema }) =>
      schema === undefined ? [] : [[`${apiVersionOf({ group, version })} ${kind}`, schema] as const],
    ),
  ),
  ...catalog.map((resource) => [`${apiVersionOf(resource)} ${resource.kind}`, resource.schema] as const),
]);

/** Kinds whose messages have changed since client-go 0.26: of pods more fields are always written, of network policies one less. */
const changedKinds = ['Pod', 'NetworkPolicy'];

const accounts = '/api/v1/namespaces/default/serviceaccounts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

test('there is a recording of every kind that is served', () => {
  const kinds = new Set(recorded.map(({ json }) => `${json.apiVersion} ${json.kind}`));
  // The API's own kinds alone: client-go has no types for definitions of other kinds.
  const missing = [...schemas.keys()].filter(
    (kind) => !kinds.has(kind) && !/ (APIService|CustomResourceDefinition)$/.test(kind),
  );
  assert.deepEqual(missing, []);
});

for (const { from, name, protobuf, json } of recorded) {
  test(`${name} of ${from} is the same object in protobuf and JSON`, () => {
    const { apiVersion, kind, raw } = openProtobufEnvelope(Buffer.from(protobuf, 'base64'));
    assert.deepEqual({ apiVersion, kind }, { apiVersion: json.apiVersion, kind: json.kind });
    const schema = schemas.get(`${apiVersion} ${kind}`);
    assert.ok(schema !== undefined, `${apiVersion} ${kind} is served`);
    const travelled = decode(schema, decodeProtobuf(schema, raw));
    const twin = decode(schema, json);
    assert.deepEqual([...travelled.problems, ...twin.problems], []);
    assert.deepEqual({ ...(travelled.value as object), apiVersion, kind }, twin.value);
  });

  test(`${name} of ${from} is written again byte by byte`, () => {
    const bytes = Buffer.from(protobuf, 'base64');
    const { raw, ...names } = openProtobufEnvelope(bytes);
    const schema = schemas.get(`${names.apiVersion} ${names.kind}`) ?? assert.fail();
    const { value } = decode(schema, decodeProtobuf(schema, raw), { defaults: false });
    const again = sealProtobufEnvelope({ ...names, raw: encodeProtobuf(schema, value as object) });
    if (from === 'client-go 0.26' && changedKinds.includes(names.kind)) {
      assert.ok(Math.abs(again.length - bytes.length) < 16, `${again.length} bytes of ${bytes.length}`);
    } else assert.deepEqual(Buffer.from(again), bytes);
  });
}

test('what kubectl sent in protobuf is answered like its JSON twin', async () => {
  for (const { name, path = '', protobuf, json } of recorded.filter((each) => each.path !== undefined)) {
    // The token is one for the account whose creation was recorded before.
    if (path.includes('/robot/')) await it.ask(`POST ${accounts}`, { body: { metadata: { name: 'robot' } } });
    const isReview = !path.includes('?');
    const target = `POST ${path}${isReview ? '' : '&dryRun=All'}`;
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    const one = await it.ask(target, { headers, body: Buffer.from(protobuf, 'base64') });
    const other = await it.ask(target, { body: json });
    assert.equal(one.status, 201, `${name}: ${one.text}`);
    assert.deepEqual(comparable(one.json), comparable(other.json), name);
  }
});

/** What is the same whenever it is asked: uids are drawn anew, and so are tokens. */
function comparable(answer: { readonly [field: string]: unknown } | undefined): unknown {
  const text = JSON.stringify(answer?.kind === 'TokenRequest' ? { ...answer, status: {} } : answer);
  return JSON.parse(text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'uid'));
}
