import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type Manifest, ManifestError, readManifests } from '#app/manifests.ts';
import { catalog } from '#kinds/catalog.ts';
import { ApiError } from '#kinds/meta/errors.ts';

async function read(text: string): Promise<readonly Manifest[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-manifests-'));
  try {
    const file = path.join(folder, 'm.yaml');
    writeFileSync(file, text);
    return await readManifests([file], catalog);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}

async function names(text: string): Promise<readonly (string | undefined)[]> {
  return (await read(text)).map(({ object }) => object.metadata.name);
}

test('every document of a file is read, whatever stands between them', async () => {
  assert.deepEqual(await names(`${configMap('a')}---\n${configMap('b')}`), ['a', 'b']);
  assert.deepEqual(await names(`---\n${configMap('a')}--- # next\n${configMap('b')}---\n# nothing\n---\n`), ['a', 'b']);
  assert.deepEqual(await names(`${configMap('a')}---\n${configMap('b')}`.replaceAll('\n', '\r\n')), ['a', 'b']);
});

test('JSON is read too', async () => {
  assert.deepEqual(await names('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j"}}'), ['j']);
});

test('an unknown field is refused with the one that was meant', async () => {
  const wrong = read(configMap('a').replace('metadata', 'metaData'));
  await assert.rejects(wrong, (error) => {
    assert.ok(error instanceof ApiError);
    assert.match(error.message, /strict decoding error: unknown field "metaData"/);
    assert.match(error.hints.join(), /did you mean "metadata"\?/);
    return true;
  });
});

test('a kind that is not served is refused with the one that was meant', async () => {
  const wrong = read(configMap('a').replace('kind: ConfigMap', 'kind: Configmap'));
  await assert.rejects(wrong, (error) => {
    assert.ok(error instanceof ApiError);
    assert.match(error.message, /no matches for kind "Configmap" in version "v1"/);
    assert.deepEqual(error.hints, ['did you mean "apiVersion: v1" and "kind: ConfigMap"?']);
    return true;
  });
  await assert.rejects(read('a: b\n'), /apiVersion and kind must be set/);
});

test('what cannot be read is said with its file and its line in that file', async () => {
  const says = (text: string, what: RegExp): Promise<void> =>
    assert.rejects(read(text), (error) => {
      assert.ok(error instanceof ManifestError);
      assert.match(error.message, what);
      return true;
    });
  await says(`${configMap('a')}---\n${configMap('b')}  c: d: e\n`, /^Cannot read .*m\.yaml: yaml: line 10: /);
  await says('{"apiVersion":', /^Cannot read .*m\.yaml: unexpected end of JSON input$/);
  await says('just text', /m\.yaml: expected an object, with apiVersion and kind$/);
  const nowhere = readManifests([path.join(tmpdir(), 'sampan-nowhere.yaml')], catalog);
  await assert.rejects(nowhere, /^ManifestError: Cannot read .*sampan-nowhere\.yaml: there is no such file$/);
});

test('of a folder the manifests are read, in the order of their names', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-manifests-'));
  try {
    await assert.rejects(readManifests([folder], catalog), /has no files that end in \.yaml, \.yml or \.json$/);
    for (const name of ['b.yml', 'a.yaml', 'c.txt']) writeFileSync(path.join(folder, name), configMap(`from-${name}`));
    const found = await readManifests([folder], catalog);
    assert.deepEqual(
      found.map(({ object }) => object.metadata.name),
      ['from-a.yaml', 'from-b.yml'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('of a List each item is read, as kubectl does', async () => {
  const item = (name: string): string => `- ${configMap(name).trim().replaceAll('\n', '\n  ')}\n`;
  assert.deepEqual(await names(`kind: List\napiVersion: v1\nitems:\n${item('a')}${item('b')}---\n${configMap('c')}`), [
    'a',
    'b',
    'c',
  ]);
  assert.deepEqual(await names('{"kind":"List","apiVersion":"v1","items":[]}'), []);
  await assert.rejects(read('kind: List\napiVersion: v1\n'), /m\.yaml: expected items in a List$/);
  await assert.rejects(
    read('kind: List\napiVersion: v1\nitems: [1]\n'),
    /expected an object, with apiVersion and kind$/,
  );
});
