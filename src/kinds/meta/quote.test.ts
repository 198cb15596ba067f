import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goQuote } from '#kinds/meta/quote.ts';

test('what does not print is written down in Go’s escapes', () => {
  const cases = [
    ['plain <b>&', '"plain <b>&"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['\n\t\u0007\u0000\u001b\u007f', '"\\n\\t\\a\\x00\\x1b\\x7f"'],
    ['é 世 😀', '"é 世 😀"'],
    ['\u200b\u00a0\u{e0001}', '"\\u200b\\u00a0\\U000e0001"'],
  ] as const;
  for (const [text, expected] of cases) assert.equal(goQuote(text), expected);
});
