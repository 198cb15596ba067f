import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PatternError } from '#base/pattern/parse.ts';
import { Pattern } from '#base/pattern/pattern.ts';

function matches(source: string, ...texts: readonly string[]): readonly boolean[] {
  const pattern = new Pattern(source);
  return texts.map((text) => pattern.test(text));
}

test('patterns match as RE2 has it', () => {
  assert.deepEqual(matches('^[a-z]+$', 'abc', 'aBc', '', 'abc\n'), [true, false, false, false]);
  assert.deepEqual(matches('b', 'abc', 'ac'), [true, false]);
  assert.deepEqual(matches('^(?i)abc$', 'aBC', 'abd'), [true, false]);
  assert.deepEqual(matches('^(?i:a)b$', 'Ab', 'AB'), [true, false]);
  assert.deepEqual(matches('^a{2,3}$', 'a', 'aa', 'aaa', 'aaaa'), [false, true, true, false]);
  assert.deepEqual(matches('^(a|bc?)*$', '', 'abcb', 'ac'), [true, true, false]);
  assert.deepEqual(matches('^\\d+\\.\\w\\s$', '12.a ', '12.é '), [true, false]);
  assert.deepEqual(matches('^[^\\d\\]-]$', 'a', '1', ']', '-'), [true, false, false, false]);
  assert.deepEqual(matches('^[[:alpha:]_-]$', 'x', '_', '-', '1'), [true, true, true, false]);
  assert.deepEqual(matches('^\\p{Lu}\\pL\\P{Greek}$', 'Äéz', 'äéz', 'Äéω'), [true, false, false]);
  assert.deepEqual(matches('^.$', '\u{1f6a2}', '\n', 'ab'), [true, false, false]);
  assert.deepEqual(matches('(?s)^.$', '\n'), [true]);
  assert.deepEqual(matches('(?m)^b$', 'a\nb\nc', 'ab'), [true, false]);
  assert.deepEqual(matches('\\bcat\\b', 'a cat.', 'concat'), [true, false]);
  assert.deepEqual(matches('^\\Qa.b\\E$', 'a.b', 'axb'), [true, false]);
  assert.deepEqual(matches('^\\x41\\x{1F6A2}\\n$', 'A\u{1f6a2}\n'), [true]);
  assert.deepEqual(matches('^(?P<year>\\d{4})-a{,2}$', '2026-a{,2}'), [true]);
  assert.deepEqual(matches('\\Aab\\z', 'ab', 'xab'), [true, false]);
});

test('what RE2 does not know is refused in the words of Go', () => {
  const texts: { readonly [source: string]: string } = {
    '(': 'missing closing ): `(`',
    'a)': 'unexpected ): `a)`',
    '[a': 'missing closing ]: `[a`',
    '*a': 'missing argument to repetition operator: `*`',
    'a**': 'invalid nested repetition operator: `**`',
    'a{1001}': 'invalid repeat count: `{1001}`',
    'a{2,1}': 'invalid repeat count: `{2,1}`',
    '[z-a]': 'invalid character class range: `z-a`',
    '(?=a)': 'invalid or unsupported Perl syntax: `(?=`',
    '\\1': 'invalid escape sequence: `\\1`',
    'a\\': 'trailing backslash at end of expression: ``',
  };
  for (const [source, text] of Object.entries(texts)) {
    assert.throws(() => new Pattern(source), { name: 'PatternError', message: `error parsing regexp: ${text}` });
  }
  assert.throws(() => new Pattern('((a{100}){100}){100}'), /expression too large/);
  assert.throws(() => new Pattern('('.repeat(2000)), PatternError);
});

test('patterns that take for ever elsewhere take no time', () => {
  const text = `${'a'.repeat(20_000)}!`;
  assert.deepEqual(matches('^(a+)+$', text), [false]);
  assert.deepEqual(matches('^(a|a)*$', text), [false]);
  assert.deepEqual(matches('^(a*)*b?$', text), [false]);
});

const pieces = fc.letrec<{ piece: string }>((tie) => ({
  piece: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\bx', '^', '$'),
    fc.tuple(tie('piece'), tie('piece')).map(([one, other]) => one + other),
    fc.tuple(tie('piece'), tie('piece')).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(tie('piece'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}'))
      .map(([piece, times]) => `(?:${piece})${times}`),
  ),
})).piece;

test('they agree with the engine’s own', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.constantFrom('a', 'b', 'x', ' ', '\n'), { maxLength: 6 }), (source, chars) => {
      const text = chars.join('');
      assert.equal(new Pattern(source).test(text), new RegExp(source, 'u').test(text), `${source} on ${text}`);
    }),
  );
});
