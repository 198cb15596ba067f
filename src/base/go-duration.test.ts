import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goDurationMs, goDurationProblem } from '#base/go-duration.ts';

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

test("what is no duration is refused in Go's words", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1m.', 'time: invalid duration "1m."'],
    ['-', 'time: invalid duration "-"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1h5', 'time: missing unit in duration "1h5"'],
    ['3d', 'time: unknown unit "d" in duration "3d"'],
  ];
  for (const [text, problem] of cases) {
    assert.equal(goDurationMs(text), undefined);
    assert.equal(goDurationProblem(text), problem);
  }
});

test('a long text is read in no more time than its length asks for', () => {
  const begun = performance.now();
  for (const text of ['0'.repeat(300_000), '1.'.repeat(150_000), '1s'.repeat(150_000)]) goDurationMs(text);
  assert.ok(performance.now() - begun < 2000);
});
