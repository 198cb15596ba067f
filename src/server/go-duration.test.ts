import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goDurationMs } from '#server/go-duration.ts';

test('durations are read as Go reads them', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['32s', 32_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250ms', 250],
    ['0', 0],
    ['-1s', -1000],
    ['abc', undefined],
    ['5', undefined],
    ['', undefined],
    ['1s2', undefined],
  ];
  for (const [text, ms] of cases) assert.equal(goDurationMs(text), ms, text);
});
