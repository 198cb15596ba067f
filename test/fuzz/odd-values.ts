import type { Dice } from './dice.ts';

/** Texts that parsers, matchers and stores have stumbled over. */
const oddTexts: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\ufffe',
  '\u2028',
  '\u200f',
  'é',
  'e\u0301',
  '日本語',
  '𝕏',
  '..',
  '.',
  '/',
  'a/b',
  'a/b/c',
  '../../etc/passwd',
  '%2e%2e',
  '%',
  '%zz',
  '*',
  '?',
  '#',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e9',
  '1e400',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
  '2026-13-45T99:99:99Z',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '10000-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '2026-01-01T00:00:00+25:00',
  '2026-01-01T00:00:00.000000Z',
  '$(HOME)',
  '$($(A))',
  '$(',
  '{{.}}',
  '<script>&"\'',
  '\\',
  '"',
  "'",
  '\r\n',
  'a\nb: c',
  '[]',
  '{}',
  '@',
  '-',
  '--',
  'A',
  'kubernetes.io/x',
  'x.kubernetes.io/',
  '/x',
  'x/',
  '0',
  '-1',
  '1.5',
  '1m',
  '1e3',
  '1E',
  '1Ki',
  '1Zi',
  '1u',
  '1000000000000000000000000n',
  '.',
  '+',
  '100%',
  '101%',
  '-1%',
  '* * * * *',
  '*/0 * * * *',
  '99 99 99 99 99',
  '@every 0s',
  '@every -1h',
  'TZ=Mars/Olympus * * * * *',
  '0 0 30 2 *',
  'Europe/Berlin',
  'Mars/Olympus',
  'YQ',
  'YQ==',
  'YQ=',
  '=',
  '::1',
  '256.0.0.1',
  '10.0.0.0/99',
  'http://[::1]:99999',
];

const oddNumbers: readonly number[] = [
  0,
  -1,
  1,
  2,
  0.5,
  -0.5,
  1e21,
  1e300,
  -1e300,
  5e-324,
  2147483647,
  2147483648,
  -2147483648,
  -2147483649,
  4294967296,
  9007199254740991,
  9007199254740992,
  2 ** 63,
  65535,
  65536,
  100000,
];

/** A text that is long in one of the ways that make matchers slow. */
export function longText(dice: Dice): string {
  const piece = dice.pick([
    'a',
    'a-',
    'a.',
    'a/',
    '-',
    '.',
    ' ',
    '0',
    '(',
    '$(',
    'é',
    '\0',
    '\\',
    '%',
    'a,',
    '!a,',
    '*',
  ]);
  return piece.repeat(dice.pick([64, 254, 1025, 5000, 60_000]));
}

export function oddText(dice: Dice): string {
  return dice.weighted<() => string>([
    [60, () => dice.pick(oddTexts)],
    [10, () => longText(dice)],
    [10, () => dice.text(20, 'abcXYZ019-._/ $%&()[]{}:;,"\'\\\n\t\0é')],
    [10, () => `${dice.pick(oddTexts)}${dice.pick(oddTexts)}`],
  ])();
}

export function oddNumber(dice: Dice): number {
  return dice.pick(oddNumbers);
}

/** Nested so deeply that whoever recurses runs out of stack, or only so deeply that it is a nuisance. */
function deep(dice: Dice): unknown {
  const depth = dice.pick([5, 60, 150, 900, 4000]);
  let value: unknown = dice.pick([null, 'x', 1]);
  const list = dice.chance(0.5);
  for (let i = 0; i < depth; i++) value = list ? [value] : { a: value };
  return value;
}

/** Anything that JSON can say, most of it unwelcome. */
export function oddValue(dice: Dice): unknown {
  return dice.weighted<() => unknown>([
    [30, () => oddText(dice)],
    [20, () => oddNumber(dice)],
    [10, () => dice.pick([null, true, false])],
    [5, () => []],
    [5, () => ({})],
    [4, () => [null]],
    [4, () => dice.times(3, () => oddValue(dice))],
    [4, () => Object.fromEntries(dice.times(3, () => [oddText(dice), oddValue(dice)]))],
    [2, () => deep(dice)],
    [1, () => Array.from({ length: dice.pick([11, 200, 3000]) }, (_, i) => i)],
    [1, () => Object.fromEntries(Array.from({ length: dice.pick([11, 200, 3000]) }, (_, i) => [`k${i}`, 'v']))],
  ])();
}
