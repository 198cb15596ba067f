import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type Manifest, readManifests } from '#app/manifests.ts';
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
