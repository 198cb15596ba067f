import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { humanDuration } from '#kinds/meta/human-duration.ts';

const vectors: readonly { readonly seconds: number; readonly human: string }[] = JSON.parse(
  readFileSync(new URL('../../../test/facts/human-duration.json', import.meta.url), 'utf8'),
);

test('every recorded span reads as in the tables of kubectl', () => {
  for (const { seconds, human } of vectors) assert.equal(humanDuration(seconds * 1000), human, `${seconds} s`);
});
