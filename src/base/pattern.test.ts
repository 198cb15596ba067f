import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pattern, PatternError } from '#base/pattern.ts';

function matches(source: string, ...texts: readonly string[]): readonly boolean[] {
  const pattern = new Pattern(source);
  return texts.map((text) => pattern.test(text));
}

test('patterns match as Go has it, anywhere in the text', () => {
  assert.deepEqual(matches('b', 'abc', 'ac'), [true, false]);
  assert.deepEqual(matches('^[a-z]+$', 'abc', 'aBc', '', 'abc\n'), [true, false, false, false]);
  assert.deepEqual(matches('^(?i)abc$', 'aBC', 'abd'), [true, false]);
  assert.deepEqual(matches('^[[:alpha:]_-]$', 'x', '_', '-', '1'), [true, true, true, false]);
  assert.deepEqual(matches('^.$', '\u{1f6a2}', '\n', 'ab'), [true, false, false]);
  assert.deepEqual(matches('^(?P<year>\\d{4})-\\z', '2026-', '26-'), [true, false]);
});

test('what Go does not know is refused in its words', () => {
  const texts: { readonly [source: string]: string } = {
    '(': 'missing closing ): `(`',
    '*a': 'missing argument to repetition operator: `*`',
    'a{1001}': 'invalid repeat count: `{1001}`',
    '[z-a]': 'invalid character class range: `z-a`',
    '(?=a)': 'invalid or unsupported Perl syntax: `(?=`',
    '\\1': 'invalid escape sequence: `\\1`',
  };
  for (const [source, text] of Object.entries(texts)) {
    assert.throws(() => new Pattern(source), { name: 'PatternError', message: `error parsing regexp: ${text}` });
  }
  for (const source of ['((a{100}){100}){100}', '('.repeat(2000)]) {
    assert.throws(() => new Pattern(source), PatternError);
  }
});

test('patterns that take for ever elsewhere take no time', () => {
  const text = `${'a'.repeat(20_000)}!`;
  assert.deepEqual(matches('^(a+)+$', text), [false]);
  assert.deepEqual(matches('^(a|a)*$', text), [false]);
  assert.deepEqual(matches('^(a*)*b?$', text), [false]);
});

test('all parts that match are found, as Go finds them', () => {
  assert.deepEqual(new Pattern('[0-9]+').matches('a1b22c333', 2), ['1', '22']);
  assert.deepEqual(new Pattern('a*').matches('baac'), ['', 'aa', '']);
  assert.deepEqual(new Pattern('x').matches('abc'), []);
});
