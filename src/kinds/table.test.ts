import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createdAtTable, labelText } from '#kinds/table.ts';

test('labels are in order as pairs, not by their keys', () => {
  assert.equal(labelText({ b: '2', a: '1', 'a.b': '3', 'a-b': '' }), 'a-b=,a.b=3,a=1,b=2');
  assert.equal(labelText({}), '<none>');
  assert.equal(labelText(undefined), '<none>');
});

test('what was never created shows the first moment there is', () => {
  const metadata = { name: 'x', uid: '', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
  const cells = (creationTimestamp: string) =>
    createdAtTable.cells({ apiVersion: 'v1', kind: 'A', metadata: { ...metadata, creationTimestamp } }, 0);
  assert.deepEqual(cells('2026-01-01T00:00:00Z'), ['x', '2026-01-01T00:00:00Z']);
  assert.deepEqual(cells(''), ['x', '0001-01-01T00:00:00Z']);
});
