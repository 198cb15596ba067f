import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from '#base/unified-diff.ts';

const lines = (text: string) => [...text];
const diff = (old: string, now: string) => unifiedDiff(lines(old), lines(now)).split('\n').slice(0, -1);

test('a change comes with three lines on either side', () => {
  assert.deepEqual(diff('abcdefghij', 'abcdXfghij'), [
    '@@ -2,7 +2,7 @@',
    ' b',
    ' c',
    ' d',
    '-e',
    '+X',
    ' f',
    ' g',
    ' h',
  ]);
  assert.deepEqual(diff('abc', 'abc'), []);
});

test('changes near each other share a hunk, others do not', () => {
  assert.deepEqual(diff('abcdefghi', 'Xbcdefg'), [
    ...['@@ -1,9 +1,7 @@', '-a', '+X', ' b', ' c', ' d', ' e', ' f', ' g', '-h', '-i'],
  ]);
  assert.deepEqual(diff('abcdefghi', 'Xbcdefghi!'), [
    ...['@@ -1,4 +1,4 @@', '-a', '+X', ' b', ' c', ' d'],
    ...['@@ -7,3 +7,4 @@', ' g', ' h', ' i', '+!'],
  ]);
});

test('the longest run that is the same stays, and places of nothing are those before', () => {
  assert.deepEqual(diff('ab', 'acab'), ['@@ -1,2 +1,4 @@', '+a', '+c', ' a', ' b']);
  assert.deepEqual(diff('', 'a'), ['@@ -0,0 +1 @@', '+a']);
});

test('very long texts show what lies between their equal ends', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `${index}`);
  const text = unifiedDiff(many, [...many.slice(0, 100), 'x', ...many.slice(101)]);
  assert.equal(text, '@@ -98,7 +98,7 @@\n 97\n 98\n 99\n-100\n+x\n 101\n 102\n 103\n');
});
