import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodedItem, encodedJson } from '#api/object-value.ts';
import { Harness } from '#api/test-harness.ts';

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

test('what browsers act on is escaped, as Go clients expect of texts that they compare', async () => {
  const harness = await Harness.start();
  const pod = await harness.pod('p', {}, { annotations: { note: 'a <b> && c' } });
  assert.ok(encodedJson(pod).includes('"note":"a \\u003cb\\u003e \\u0026\\u0026 c"'));
  assert.ok(encodedJson({ ...pod, status: {} }).includes('\\u003cb\\u003e'), 'also when it was never stored');
  assert.deepEqual(JSON.parse(encodedJson(pod)), JSON.parse(JSON.stringify(pod)));
});

test('what was never stored is encoded all the same', () => {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  assert.equal(encodedJson(status), JSON.stringify(status));
});
