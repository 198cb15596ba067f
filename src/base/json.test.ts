import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFreeze, goJson, jsonCopy, jsonEqual, stopFreezing } from '#base/json.ts';

test('keys that every object inherits count only where they are held', () => {
  assert.equal(jsonEqual({}, { constructor: 'x' }), false);
  assert.equal(jsonEqual({ constructor: 'x' }, { constructor: 'x' }), true);
  assert.equal(jsonEqual({ a: 1, b: undefined }, { a: 1 }), true);
  assert.equal(jsonEqual({ a: 1 }, { a: 1, b: undefined, c: 2 }), false);
});

test('a copy keeps a key called __proto__', () => {
  assert.equal(JSON.stringify(jsonCopy(JSON.parse('{"__proto__":{"a":1}}'))), '{"__proto__":{"a":1}}');
});

test('what is frozen is frozen wholly, until the program says that it wants none of it', () => {
  const before = deepFreeze({ list: [{ a: 1 }] });
  assert.ok(Object.isFrozen(before) && Object.isFrozen(before.list) && Object.isFrozen(before.list[0]));
  stopFreezing();
  const after = deepFreeze({ list: [] });
  assert.ok(!Object.isFrozen(after) && !Object.isFrozen(after.list));
});

test('JSON is written as Go does, with what browsers act on escaped', () => {
  assert.equal(goJson({ a: '<b> & "c"' }), '{"a":"\\u003cb\\u003e \\u0026 \\"c\\""}');
  assert.equal(goJson(['é\u2028']), '["é\\u2028"]');
  assert.equal(goJson({ plain: [1, null, '\u007f'] }), '{"plain":[1,null,"\u007f"]}');
});
