import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonCopy, jsonEqual } from '#base/json.ts';

test('keys that every object inherits count only where they are held', () => {
  assert.equal(jsonEqual({}, { constructor: 'x' }), false);
  assert.equal(jsonEqual({ constructor: 'x' }, { constructor: 'x' }), true);
  assert.equal(jsonEqual({ a: 1, b: undefined }, { a: 1 }), true);
  assert.equal(jsonEqual({ a: 1 }, { a: 1, b: undefined, c: 2 }), false);
});

test('a copy keeps a key called __proto__', () => {
  assert.equal(JSON.stringify(jsonCopy(JSON.parse('{"__proto__":{"a":1}}'))), '{"__proto__":{"a":1}}');
});
