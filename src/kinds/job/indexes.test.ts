import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IndexSet } from '#kinds/job/indexes.ts';

const indexes = fc.uniqueArray(fc.nat(40));

test('runs of three or more are ranges, pairs and singles stand alone', () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[], ''],
    [[4], '4'],
    [[1, 0], '0,1'],
    [[0, 1, 3, 4, 5, 7], '0,1,3-5,7'],
    [[0, 1, 2, 3], '0-3'],
  ];
  for (const [list, text] of cases) assert.equal(IndexSet.of(list).toString(), text);
});

test('parsing clips to completions and skips what is corrupt', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['0,1,3-5,7', '0,1,3-5,7'],
    ['3-12', '3-9'],
    ['9,10', '9'],
    ['1,x,3', '1,3'],
    ['5-2,6', '6'],
    ['4,2,6', '4,6'],
    ['-1', ''],
  ];
  for (const [text, expected] of cases) assert.equal(IndexSet.parse(text, 10).toString(), expected, text);
});

test('a set is what a Set is', () => {
  fc.assert(
    fc.property(indexes, indexes, (a, b) => {
      const [left, right] = [IndexSet.of(a), IndexSet.of(b)];
      const both = new Set([...a, ...b]);
      const union = left.union(right);
      assert.equal(union.size, both.size);
      for (let index = 0; index <= 41; index++) assert.equal(union.has(index), both.has(index));
      assert.equal(left.overlap(right), a.filter((index) => b.includes(index)).length);
      assert.equal(IndexSet.parse(union.toString(), 50).toString(), union.toString());
    }),
  );
});

test('missing() gives the lowest free indexes', () => {
  fc.assert(
    fc.property(indexes, indexes, fc.nat(45), fc.nat(10), (have, taken, below, limit) => {
      const all = Array.from({ length: below }, (_, index) => index);
      const expected = all.filter((index) => !have.includes(index) && !taken.includes(index)).slice(0, limit);
      assert.deepEqual(
        IndexSet.of(have).missing(below, limit, (index) => taken.includes(index)),
        expected,
      );
    }),
  );
});
