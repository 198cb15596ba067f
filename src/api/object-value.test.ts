import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodedItem, encodedJson } from '#api/object-value.ts';
import { Harness } from '#api/test-harness.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';

test('an object is encoded once, kind and apiVersion first, and says what it holds', async () => {
  const harness = await Harness.start();
  const pod = await harness.pod('p', {}, { annotations: { metadata: '"metadata":{' } });
  const text = encodedJson(pod);
  assert.equal(encodedJson(pod), text);
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(pod)));
  assert.ok(text.startsWith('{"kind":"Pod","apiVersion":"v1","metadata":{'));
  const { kind: _kind, apiVersion: _version, ...item } = JSON.parse(text);
  assert.deepEqual(JSON.parse(encodedItem(pod)), item);
});

test('a revision is written as Go writes it, as clients compare its data with what they would write', async () => {
  const harness = await Harness.start();
  const data = { command: 'a && b < c' };
  const metadata = { namespace: 'default', name: 'r' };
  const revision = await harness.client.create(controllerRevisions, { metadata, data, revision: 1 });
  const copy = { ...revision };
  for (const text of [encodedJson(revision), encodedJson(copy), encodedItem(revision), encodedItem(copy)]) {
    assert.ok(text.includes('"data":{"command":"a \\u0026\\u0026 b \\u003c c"}'), text);
    assert.deepEqual(JSON.parse(text).data, data);
  }
});

test('what was never stored is encoded all the same', () => {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  assert.equal(encodedJson(status), JSON.stringify(status));
});
