import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IndexSet } from '#kinds/job/indexes.ts';
import { readIndexText } from '#kinds/job/validate/index-text.ts';

test('a text that is wrong is told so in upstream words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1,', 'cannot convert string to integer for index: ""'],
    ['5', 'too large index: "5"'],
    ['0-5', 'too large index: "5"'],
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
    ['3-1', 'non-increasing order, previous: 3, current: 1'],
    [
      '1-2-3',
      `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
  ];
  for (const [text, problem] of cases) assert.deepEqual(readIndexText(text, 5), { problem }, text);
});

test('an empty text has no indexes, and runs count in full', () => {
  assert.deepEqual(readIndexText('', 5), { count: 0 });
  assert.deepEqual(readIndexText('0,2-4', 5), { count: 4 });
});

test('what an index set writes is read strictly, all of it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), (indexes) => {
      assert.deepEqual(readIndexText(IndexSet.of(indexes).toString(), 61), { count: indexes.length });
    }),
  );
});
