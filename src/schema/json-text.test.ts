import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExactNumber, RepeatedKeys } from '#schema/json-source.ts';
import { parseJson, readJson } from '#schema/json-text.ts';

const refusals: readonly (readonly [text: string, message: string])[] = [
  ['', 'unexpected end of JSON input'],
  ['{"a":', 'unexpected end of JSON input'],
  ['"a', 'unexpected end of JSON input'],
  ['{bad', "invalid character 'b' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['hello', "invalid character 'h' looking for beginning of value"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['01', "invalid character '1' after top-level value"],
  ['trve', "invalid character 'v' in literal true (expecting 'u')"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['-a', "invalid character 'a' in numeric literal"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['1e+', 'unexpected end of JSON input'],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ['é', "invalid character 'Ã' looking for beginning of value"],
];

test('malformed text is refused in the words of Go', () => {
  for (const [text, message] of refusals) {
    assert.throws(() => readJson(text), { name: 'JsonSyntaxError', message }, text);
    assert.throws(() => parseJson(text), { name: 'JsonSyntaxError', message }, text);
  }
});

test('any JSON value reads as itself', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
});

test('repeated keys survive, wherever they are', () => {
  const source = readJson('{"a":{"b":1,"b":2},"c":[{"d":1,"d":1}]}') as { a: RepeatedKeys; c: RepeatedKeys[] };
  assert.deepEqual(
    source.a,
    new RepeatedKeys([
      ['b', 1],
      ['b', 2],
    ]),
  );
  assert.ok(source.c[0] instanceof RepeatedKeys);
  assert.deepEqual(parseJson('{"a":1,"a":2}'), { a: 2 });
});

test('braces, colons and quotes inside strings are no structure', () => {
  const value = { 'a":{': 'b\\', c: '\\":"', d: '{"x":1,"x":2}' };
  assert.deepEqual(readJson(JSON.stringify(value)), value);
});

test('numbers that JavaScript would change keep their spelling', () => {
  for (const text of ['1.50', '1e3', '12345678901234567890', '-0', '1.0']) {
    assert.deepEqual(readJson(`{"n":${text}}`), { n: new ExactNumber(text) }, text);
  }
  assert.deepEqual(readJson('[1.5,-3,0]'), [1.5, -3, 0]);
});

test('a key named __proto__ is a key', () => {
  const source = readJson('{"a":1.50,"__proto__":{"x":1}}') as object;
  assert.deepEqual(Object.keys(source), ['a', '__proto__']);
  assert.equal(Object.getPrototypeOf(source), Object.prototype);
});

test('nesting is bounded', () => {
  const message = "invalid character '[' exceeded max depth";
  assert.throws(() => readJson('['.repeat(20_000)), { message });
  assert.throws(() => readJson(`${'['.repeat(20_000)}${']'.repeat(20_000)}`), { message });
});

test('half of a surrogate pair becomes a replacement character, as no other encoding can carry it', () => {
  for (const read of [readJson, parseJson]) {
    assert.deepEqual(read('{"a\\ud800":"\\udc00x","b":["\\ud83d\\ude00"]}'), { 'a\ufffd': '\ufffdx', b: ['😀'] });
  }
});

test('a value that is walked is never nested so deeply that the walk ends the stack', () => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  assert.doesNotThrow(() => parseJson(nested(900)));
  assert.throws(() => parseJson(nested(5000)), { name: 'JsonSyntaxError', message: 'exceeded max depth of 1000' });
  assert.deepEqual(parseJson(`["${'['.repeat(5000)}"]`), ['['.repeat(5000)]);
});
