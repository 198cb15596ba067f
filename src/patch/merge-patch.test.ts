import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, isObject, type Json, type JsonObject } from '#base/json.ts';
import { applyMergePatch } from '#patch/merge-patch.ts';

const cases: { title: string; value: JsonObject; patch: Json; result: Json }[] = [
  {
    title: 'nested objects are merged',
    value: { a: { b: 1, c: 2 } },
    patch: { a: { c: 3 } },
    result: { a: { b: 1, c: 3 } },
  },
  { title: 'null removes', value: { a: 1, b: 2 }, patch: { a: null }, result: { b: 2 } },
  {
    title: 'null of what is absent does nothing',
    value: { b: 2 },
    patch: { a: null, c: { d: null } },
    result: { b: 2, c: {} },
  },
  { title: 'lists are replaced', value: { a: [1, 2] }, patch: { a: [3] }, result: { a: [3] } },
  {
    title: 'an object takes the place of a list',
    value: { a: [1] },
    patch: { a: { b: null, c: 1 } },
    result: { a: { c: 1 } },
  },
  {
    title: 'keys that objects inherit are ordinary keys',
    value: {},
    patch: { constructor: { a: 1 } },
    result: { constructor: { a: 1 } },
  },
];

for (const { title, value, patch, result } of cases) {
  test(`merge patch: ${title}`, () => {
    assert.deepEqual(applyMergePatch(deepFreeze(value), deepFreeze(patch)), result);
  });
}

test('merge patch keeps a key called __proto__', () => {
  const patched = applyMergePatch({}, JSON.parse('{"data":{"__proto__":"x"}}'));
  assert.equal(JSON.stringify(patched), '{"data":{"__proto__":"x"}}');
});

test('merge patch refuses what is no object, in the words clients know', () => {
  const refusal = (patch: Json) => {
    try {
      applyMergePatch({}, patch);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const unmarshal = (kind: string) =>
    `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  for (const [patch, message] of [
    [[], unmarshal('array')],
    ['x', unmarshal('string')],
    [null, 'Invalid JSON Patch'],
  ] as const) {
    const error = refusal(patch) as { status: number; message: string };
    assert.deepEqual([error.status, error.message], [400, message]);
  }
});

const document = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<JsonObject>;

const hasNulls = (value: Json): boolean =>
  value === null || (isObject(value) && Object.values(value).some((item) => hasNulls(item)));

test('a merge patch applied twice is a merge patch applied once', () => {
  fc.assert(
    fc.property(document, document, (value, patch) => {
      const once = applyMergePatch(deepFreeze(value), deepFreeze(patch));
      assert.deepEqual(applyMergePatch(once, patch), once);
    }),
  );
});

test('an empty merge patch changes nothing, and a null-free patch on nothing is itself', () => {
  fc.assert(
    fc.property(document, (value) => {
      assert.deepEqual(applyMergePatch(value, {}), { ...value });
      fc.pre(!hasNulls(value));
      assert.deepEqual(applyMergePatch({}, value), { ...value });
    }),
  );
});
