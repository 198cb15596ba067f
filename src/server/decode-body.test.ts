import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

const configMaps = '/api/v1/namespaces/default/configmaps';
const yaml = { 'content-type': 'application/yaml' };

async function refusal(body: unknown, query = '', headers = {}): Promise<unknown> {
  return (await it.ask(`POST ${configMaps}${query}`, { body, headers })).json?.message;
}

test('a body whose kind or version cannot be read is not recognised', async () => {
  const start = 'the object provided is unrecognized (must be of type ConfigMap): ';
  assert.equal(
    await refusal('{"apiVersion":1}'),
    `${start}couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion":1})`,
  );
  assert.equal(
    await refusal('{"apiVersion":"a/b/c"}'),
    `${start}unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})`,
  );
});

test('a kind that is known cannot be converted, any other is not registered', async () => {
  for (const kind of ['Secret', 'ConfigMapList', 'List', 'DeleteOptions']) {
    assert.equal(
      await refusal({ apiVersion: 'v1', kind }),
      `${kind} in version "v1" cannot be handled as a ConfigMap: converting (v1.${kind}) to (core.ConfigMap): unknown conversion`,
    );
  }
  assert.match(
    String(await refusal({ apiVersion: 'v1', kind: 'Barge' })),
    /no kind "Barge" is registered for version "v1"/,
  );
});

test('what is odd in YAML is told as of the JSON that is made of it: repeated keys first, and the fields by their names', async () => {
  const text = 'zz: 1\nmetadata:\n  name: odd\n  bb: 1\n  aa: 1\ndata:\n  a: "1"\n  a: "2"\n';
  assert.equal(
    await refusal(text, '?fieldValidation=Strict', yaml),
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n' +
      '  line 8: key "a" already set in map, unknown field "metadata.aa", unknown field "metadata.bb", unknown field "zz"',
  );
});
