import { Pattern, PatternError } from '#base/pattern.ts';
import { CelError, type CelFunction, type CelValue, isList } from '#kinds/cel/values.ts';

/** Texts are counted in characters, not in the units of JavaScript's. */
const chars = (text: string): readonly string[] => [...text];

function noOverload(): CelError {
  return new CelError('no such overload');
}

function text(value: CelValue | undefined): string {
  if (typeof value !== 'string') throw noOverload();
  return value;
}

function whole(value: CelValue | undefined): number {
  if (typeof value !== 'bigint') throw noOverload();
  return Number(value);
}

function texts(value: CelValue | undefined): readonly string[] {
  if (value === undefined || !isList(value)) throw noOverload();
  return value.map(text);
}

const patterns = new Map<string, Pattern>();
const patternsMax = 1000;

function patternOf(source: string): Pattern {
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

function indexOf(args: readonly CelValue[], step: 1 | -1): bigint {
  const [within, wanted] = [chars(text(args[0])), chars(text(args[1]))];
  const last = within.length - wanted.length;
  const first = args.length > 2 ? position(within, whole(args[2])) : step > 0 ? 0 : last;
  for (let at = step > 0 ? first : Math.min(first, last); at >= 0 && at <= last; at += step) {
    if (wanted.every((char, offset) => within[at + offset] === char)) return BigInt(at);
  }
  return -1n;
}

function substring(args: readonly CelValue[]): string {
  const found = chars(text(args[0]));
  const from = position(found, whole(args[1]));
  const to = args.length > 2 ? position(found, whole(args[2])) : found.length;
  if (from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`);
  return found.slice(from, to).join('');
}

function replace(args: readonly CelValue[], pay: (steps: number) => void): string {
  const [within, old, now] = [text(args[0]), text(args[1]), text(args[2])];
  const times = args.length > 3 ? whole(args[3]) : -1;
  const parts = within.split(old);
  // What comes out may be much longer than what went in.
  pay(Math.ceil((parts.length * now.length) / 64));
  if (times < 0) return within.replaceAll(old, () => now);
  const kept = Math.min(times, parts.length - 1);
  return [parts.slice(0, kept + 1).join(now), ...parts.slice(kept + 1)].join(old);
}

function split(args: readonly CelValue[]): readonly string[] {
  const [within, by] = [text(args[0]), text(args[1])];
  const parts = by === '' ? chars(within) : within.split(by);
  const count = args.length > 2 ? whole(args[2]) : -1;
  if (count === 0) return [];
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)];
}

function format(args: readonly CelValue[]): string {
  const values = args[1];
  if (values === undefined || !isList(values)) throw noOverload();
  let next = 0;
  return text(args[0]).replaceAll(/%(?:\.(\d+))?(.)/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const value = values[next];
    next += 1;
    if (value === undefined) throw new CelError(`index ${next - 1} out of range`);
    if (verb === 's') return shownText(value);
    if (verb === 'd' && typeof value === 'bigint') return String(value);
    if (verb === 'f' && (typeof value === 'number' || typeof value === 'bigint')) {
      return Number(value).toFixed(Math.min(Number(digits ?? 6), 100));
    }
    throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  });
}

function shownText(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(shownText).join(', ')}]`;
  throw noOverload();
}

/** Functions of texts: the language's own, and the libraries that Kubernetes adds (strings, URLs). */
export const textFunctions: { readonly [name: string]: CelFunction } = {
  startsWith: (args) => text(args[0]).startsWith(text(args[1])),
  endsWith: (args) => text(args[0]).endsWith(text(args[1])),
  contains: (args) => text(args[0]).includes(text(args[1])),
  matches: (args, pay) => {
    pay(text(args[0]).length);
    return patternOf(text(args[1])).test(text(args[0]));
  },
  charAt: (args) => chars(text(args[0]))[position(chars(text(args[0])), whole(args[1]))] ?? '',
  join: (args, pay) => {
    const by = args.length > 1 ? text(args[1]) : '';
    pay(Math.ceil((texts(args[0]).length * by.length) / 64));
    return texts(args[0]).join(by);
  },
  lowerAscii: (args) => text(args[0]).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  upperAscii: (args) => text(args[0]).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  trim: (args) => text(args[0]).trim(),
  reverse: (args) => chars(text(args[0])).toReversed().join(''),
  substring,
  replace,
  split,
  format,
  isURL: (args) => /^([a-zA-Z][a-zA-Z0-9+.-]*:|\/)/.test(text(args[0])) && URL.canParse(text(args[0]), 'x://x'),
};

export const textIndexOf = (args: readonly CelValue[]): bigint => indexOf(args, 1);
export const textLastIndexOf = (args: readonly CelValue[]): bigint => indexOf(args, -1);
