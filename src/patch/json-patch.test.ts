import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze, type Json, type JsonObject } from '#base/json.ts';
import { applyJsonPatch } from '#patch/json-patch.ts';
import { PatchError } from '#patch/patch-error.ts';

const value = deepFreeze({ a: { b: 1 }, list: ['x', 'y', 'z'], 'with/slash': 1, 'with~tilde': 2 });

const good: { title: string; operations: Json; result: Json }[] = [
  {
    title: 'add a member',
    operations: [{ op: 'add', path: '/a/c', value: 2 }],
    result: { ...value, a: { b: 1, c: 2 } },
  },
  {
    title: 'add into a list',
    operations: [{ op: 'add', path: '/list/1', value: 'n' }],
    result: { ...value, list: ['x', 'n', 'y', 'z'] },
  },
  {
    title: 'append to a list',
    operations: [{ op: 'add', path: '/list/-', value: 'n' }],
    result: { ...value, list: ['x', 'y', 'z', 'n'] },
  },
  {
    title: 'count from the end',
    operations: [{ op: 'replace', path: '/list/-1', value: 'n' }],
    result: { ...value, list: ['x', 'y', 'n'] },
  },
  {
    title: 'remove from a list',
    operations: [{ op: 'remove', path: '/list/0' }],
    result: { ...value, list: ['y', 'z'] },
  },
  {
    title: 'replace what is absent',
    operations: [{ op: 'replace', path: '/new', value: 3 }],
    result: { ...value, new: 3 },
  },
  {
    title: 'move',
    operations: [{ op: 'move', from: '/a/b', path: '/list/0' }],
    result: { ...value, a: {}, list: [1, 'x', 'y', 'z'] },
  },
  {
    title: 'escaped names',
    operations: [
      { op: 'remove', path: '/with~1slash' },
      { op: 'remove', path: '/with~0tilde' },
    ],
    result: { a: { b: 1 }, list: ['x', 'y', 'z'] },
  },
  { title: 'test that holds', operations: [{ op: 'test', path: '/a', value: { b: 1 } }], result: value },
  {
    title: 'test of what is absent against null',
    operations: [{ op: 'test', path: '/none', value: null }],
    result: value,
  },
  { title: 'nothing at all', operations: [], result: value },
  {
    title: 'copies do not share what is written later',
    operations: [
      { op: 'add', path: '/a/c', value: {} },
      { op: 'copy', from: '/a', path: '/d' },
      { op: 'add', path: '/d/c/e', value: 1 },
    ],
    result: { ...value, a: { b: 1, c: {} }, d: { b: 1, c: { e: 1 } } },
  },
];

for (const { title, operations, result } of good) {
  test(`JSON patch: ${title}`, () => {
    assert.deepEqual(applyJsonPatch(value, deepFreeze(operations)), result);
  });
}

const bad: { title: string; operation: JsonObject }[] = [
  { title: 'test that fails', operation: { op: 'test', path: '/a/b', value: 2 } },
  { title: 'remove of nothing', operation: { op: 'remove', path: '/none' } },
  { title: 'add below nothing', operation: { op: 'add', path: '/none/x', value: 1 } },
  { title: 'add below a scalar', operation: { op: 'add', path: '/a/b/c', value: 1 } },
  { title: 'an index past the end', operation: { op: 'add', path: '/list/4', value: 1 } },
  { title: 'an index that is no number', operation: { op: 'replace', path: '/list/x', value: 1 } },
  { title: 'move into itself', operation: { op: 'move', from: '/a', path: '/a/x' } },
  { title: 'an inherited key', operation: { op: 'remove', path: '/constructor' } },
  { title: 'a path without a slash', operation: { op: 'remove', path: 'a' } },
  { title: 'no path', operation: { op: 'remove' } },
  { title: 'an unknown operation', operation: { op: 'twist', path: '/a' } },
];

for (const { title, operation } of bad) {
  test(`JSON patch refuses ${title} without telling where`, () => {
    const message = 'the server rejected our request due to an error in our request';
    assert.throws(
      () => applyJsonPatch(value, [operation]),
      (error) => error instanceof PatchError && error.status === 422 && error.message === message,
    );
  });
}

const statusOf = (operations: Json): number => {
  try {
    applyJsonPatch(value, operations);
    return 200;
  } catch (error) {
    return error instanceof PatchError ? error.status : 0;
  }
};

test('JSON patch: a body that is no list of operations is a 400', () => {
  assert.equal(statusOf({ op: 'add', path: '/a', value: 1 }), 400);
  assert.equal(statusOf([1]), 400);
});

test('JSON patch: at most 10000 operations', () => {
  const operation = { op: 'test', path: '/a/b', value: 1 };
  assert.equal(statusOf(Array(10_000).fill(operation)), 200);
  assert.equal(statusOf(Array(10_001).fill(operation)), 413);
});

test('JSON patch: copies cannot grow without bound', () => {
  const doubling = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '', path: `/x${index}` }));
  assert.equal(statusOf(doubling), 422);
  const growing = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
  const big = [{ op: 'add', path: '/a', value: ['x'.repeat(1000)] }, ...growing];
  assert.equal(statusOf(big), 422);
});

test('a JSON patch that adds and removes again changes nothing', () => {
  const document = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(document, fc.string(), fc.jsonValue({ maxDepth: 2 }), (before, name, added) => {
      fc.pre(!Object.hasOwn(before, name));
      const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const operations = [
        { op: 'add', path, value: added },
        { op: 'test', path, value: added },
        { op: 'remove', path },
      ] as Json;
      assert.deepEqual(applyJsonPatch(deepFreeze(before), operations), { ...before });
    }),
  );
});
