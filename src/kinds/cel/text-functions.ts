import { Pattern, PatternError } from '#base/pattern.ts';
import { formatted } from '#kinds/cel/text-format.ts';
import { CelError, type CelFunction, type CelValue, isList, noOverload, textOf as text } from '#kinds/cel/values.ts';

/** Texts are counted in characters, not in the units of JavaScript's. */
const chars = (text: string): readonly string[] => [...text];

function whole(value: CelValue | undefined): number {
  if (typeof value !== 'bigint') throw noOverload();
  return Number(value);
}

function listOf(value: CelValue | undefined): readonly CelValue[] {
  if (value === undefined || !isList(value)) throw noOverload();
  return value;
}

const patterns = new Map<string, Pattern>();
const patternsMax = 1000;

/** A regular expression in Go's syntax. Throws `CelError` with Go's reason. */
export function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  try {
    const pattern = new Pattern(source);
    if (patterns.size >= patternsMax) patterns.clear();
    patterns.set(source, pattern);
    return pattern;
  } catch (error) {
    if (error instanceof PatternError) throw new CelError(error.message);
    throw error;
  }
}

function position(found: readonly string[], at: number): number {
  if (at < 0 || at > found.length) throw new CelError(`index out of range: ${at}`);
  return at;
}

function indexOf(args: readonly CelValue[]): bigint {
  const [within, wanted] = [chars(text(args[0])), chars(text(args[1]))];
  const first = args.length > 2 ? whole(args[2]) : 0;
  if (wanted.length === 0) return BigInt(first);
  if (first < 0) throw new CelError(`index out of range: ${first}`);
  return find(within, wanted, first, within.length - wanted.length, 1);
}

function lastIndexOf(args: readonly CelValue[]): bigint {
  const [within, wanted] = [chars(text(args[0])), chars(text(args[1]))];
  const first = args.length > 2 ? whole(args[2]) : within.length - (wanted.length === 0 ? 0 : 1);
  if (wanted.length === 0) return BigInt(first);
  if (args.length > 2 && first < 0) throw new CelError(`index out of range: ${first}`);
  if (first >= within.length) return -1n;
  return find(within, wanted, Math.min(first, within.length - wanted.length), 0, -1);
}

function find(within: readonly string[], wanted: readonly string[], from: number, to: number, step: 1 | -1): bigint {
  for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
    if (wanted.every((char, offset) => within[at + offset] === char)) return BigInt(at);
  }
  return -1n;
}

function substring(args: readonly CelValue[]): string {
  const found = chars(text(args[0]));
  const [from, to] = [whole(args[1]), args.length > 2 ? whole(args[2]) : found.length];
  if (args.length > 2 && from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`);
  return found.slice(position(found, from), position(found, to)).join('');
}

function replace(args: readonly CelValue[], pay: (steps: number) => void): string {
  const [within, old, now] = [text(args[0]), text(args[1]), text(args[2])];
  const times = args.length > 3 ? whole(args[3]) : -1;
  // Nothing is found before each character and behind the last.
  const parts = old === '' ? ['', ...chars(within), ''] : within.split(old);
  const found = parts.length - 1;
  const replaced = times < 0 ? found : Math.min(times, found);
  // What comes out may be much longer than what went in.
  pay(Math.ceil((parts.length * now.length) / 64));
  return [parts.slice(0, replaced + 1).join(now), ...parts.slice(replaced + 1)].join(old);
}

function split(args: readonly CelValue[]): readonly string[] {
  const [within, by] = [text(args[0]), text(args[1])];
  const parts = by === '' ? chars(within) : within.split(by);
  const count = args.length > 2 ? whole(args[2]) : -1;
  if (count === 0) return [];
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)];
}

function join(args: readonly CelValue[], pay: (steps: number) => void): string {
  const by = args.length > 1 ? text(args[1]) : '';
  const parts = listOf(args[0]).map((item) => {
    if (typeof item !== 'string') throw new CelError(`join: invalid input: ${String(item)}`);
    return item;
  });
  pay(Math.ceil((parts.length * by.length) / 64));
  return parts.join(by);
}

const quotes: { readonly [char: string]: string } = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** The white space of Unicode, of which JavaScript's differs a little. */
const blanks = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const outerBlanks = new RegExp(`^${blanks}|${blanks}$`, 'g');

function findAll(args: readonly CelValue[], pay: (steps: number) => void): readonly string[] {
  const within = text(args[0]);
  pay(within.length);
  const max = args.length > 2 ? whole(args[2]) : -1;
  return patternOf(text(args[1])).matches(within, max < 0 ? undefined : max);
}

/** Functions of texts: the language's own, and the libraries that Kubernetes adds. */
export const textFunctions: { readonly [name: string]: CelFunction } = {
  startsWith: (args) => text(args[0]).startsWith(text(args[1])),
  endsWith: (args) => text(args[0]).endsWith(text(args[1])),
  contains: (args) => text(args[0]).includes(text(args[1])),
  matches: (args, pay) => {
    pay(text(args[0]).length);
    return patternOf(text(args[1])).test(text(args[0]));
  },
  find: (args, pay) => {
    pay(text(args[0]).length);
    return patternOf(text(args[1])).matches(text(args[0]), 1)[0] ?? '';
  },
  findAll,
  charAt: (args) => {
    const found = chars(text(args[0]));
    return found[position(found, whole(args[1]))] ?? '';
  },
  join,
  lowerAscii: (args) => text(args[0]).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  upperAscii: (args) => text(args[0]).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  trim: (args) => text(args[0]).replace(outerBlanks, ''),
  substring,
  replace,
  split,
  format: (args) => formatted(text(args[0]), listOf(args[1])),
  'strings.quote': (args) => `"${[...text(args[0])].map((char) => quotes[char] ?? char).join('')}"`,
};

export const textIndexOf = indexOf;
export const textLastIndexOf = lastIndexOf;
