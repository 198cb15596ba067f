import {
  type CharTest,
  caseless,
  inRanges,
  not,
  perlClass,
  posixClass,
  unicodeClass,
} from '#base/pattern/char-class.ts';

/** A regular expression, taken apart. */
export type Node =
  | { readonly is: 'char'; readonly test: CharTest }
  | { readonly is: 'assert'; readonly what: Assertion }
  | { readonly is: 'all'; readonly parts: readonly Node[] }
  | { readonly is: 'any'; readonly parts: readonly Node[] }
  | { readonly is: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

/** Thrown for text that is no regular expression; the message is Go's. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(what: string, where: string) {
    super(`error parsing regexp: ${what}: \`${where}\``);
  }
}

/** How often anything may be repeated, as in RE2. */
const repeatMax = 1000;
const depthMax = 1000;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** Reads a regular expression in the syntax of RE2, which has nothing that cannot be matched in linear time. */
export function parsePattern(source: string): Node {
  return new PatternParser(source).parse();
}

const newline = 0x0a;
const controls: { readonly [letter: string]: number } = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const assertions: { readonly [letter: string]: Assertion } = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-edge',
  B: 'no-word-edge',
};

class PatternParser {
  private readonly source: string;
  private at = 0;
  private depth = 0;
  private flags: Flags = { i: false, m: false, s: false };

  constructor(source: string) {
    this.source = source;
  }

  parse(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new PatternError('unexpected )', this.source);
    return node;
  }

  private alternatives(): Node {
    this.depth += 1;
    if (this.depth > depthMax) throw new PatternError('expression nests too deeply', this.source);
    const outer = this.flags;
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    this.flags = outer;
    this.depth -= 1;
    return parts.length === 1 ? (parts[0] as Node) : { is: 'any', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const start = this.at;
      const part = this.source.startsWith('\\Q', this.at) ? this.quoted() : this.atom();
      if (part !== undefined) parts.push(this.repeated(part, start));
    }
    return { is: 'all', parts };
  }

  private atom(): Node | undefined {
    const start = this.at;
    const char = this.next();
    switch (char) {
      case '(':
        return this.group(start);
      case '[':
        return this.char(this.charClass(start));
      case '.':
        return { is: 'char', test: this.flags.s ? () => true : (found) => found !== newline };
      case '^':
        return { is: 'assert', what: this.flags.m ? 'line-start' : 'text-start' };
      case '$':
        return { is: 'assert', what: this.flags.m ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        throw new PatternError('missing argument to repetition operator', char);
      case '\\':
        return this.escape();
      default:
        return this.literal(char);
    }
  }

  /** A group, or undefined if it only sets flags for what follows. */
  private group(start: number): Node | undefined {
    const name = /^\?P?<\w+>/.exec(this.source.slice(this.at));
    if (name !== null) this.at += name[0].length;
    else if (this.source[this.at] === '?') {
      const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.source.slice(this.at));
      if (flags === null) {
        throw new PatternError('invalid or unsupported Perl syntax', this.source.slice(start, this.at + 2));
      }
      this.at += flags[0].length;
      const outer = this.flags;
      this.flags = withFlags(outer, flags[1] ?? '', flags[2] ?? '');
      if (flags[3] === ')') return undefined;
      const inside = this.closed();
      this.flags = outer;
      return inside;
    }
    return this.closed();
  }

  private closed(): Node {
    const node = this.alternatives();
    if (!this.take(')')) throw new PatternError('missing closing )', this.source);
    return node;
  }

  private quoted(): Node {
    this.at += 2;
    const end = this.source.indexOf('\\E', this.at);
    const text = this.source.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.source.length : end + 2;
    return { is: 'all', parts: [...text].map((char) => this.literal(char)) };
  }

  private escape(): Node {
    const rest = this.source.slice(this.at);
    const letter = rest.charAt(0);
    const what = Object.hasOwn(assertions, letter) ? assertions[letter] : undefined;
    if (what !== undefined) {
      this.at += 1;
      return { is: 'assert', what };
    }
    const test = this.escapedClass();
    return test === undefined ? this.literal(String.fromCodePoint(this.escapedChar())) : this.char(test);
  }

  /** A class after a backslash, such as \d or \p{L}; undefined if a single character stands there. */
  private escapedClass(): CharTest | undefined {
    const rest = this.source.slice(this.at);
    const unicode = /^([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest);
    if (unicode !== null) {
      const test = unicodeClass(unicode[3] ?? unicode[4] ?? '');
      if (test === undefined) throw new PatternError('invalid character class range', `\\${unicode[0]}`);
      this.at += unicode[0].length;
      return (unicode[1] === 'P') !== (unicode[2] === '^') ? not(test) : test;
    }
    const test = perlClass(rest.charAt(0));
    if (test !== undefined) this.at += 1;
    return test;
  }

  private escapedChar(): number {
    const rest = this.source.slice(this.at);
    if (rest === '') throw new PatternError('trailing backslash at end of expression', '');
    const hex = /^x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(rest);
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    const match = hex ?? octal;
    const code = hex === null ? Number.parseInt(octal?.[0] ?? '', 8) : Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (match !== null && code <= 0x10ffff) {
      this.at += match[0].length;
      return code;
    }
    const letter = this.next();
    if (Object.hasOwn(controls, letter)) return controls[letter] as number;
    if (/^[\w]/.test(letter)) throw new PatternError('invalid escape sequence', `\\${letter}`);
    return letter.codePointAt(0) as number;
  }

  private charClass(start: number): CharTest {
    const isNegated = this.take('^');
    const tests: CharTest[] = [];
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      if (this.at >= this.source.length) throw new PatternError('missing closing ]', this.source.slice(start));
      tests.push(this.classPart());
    }
    this.at += 1;
    const any: CharTest = (char) => tests.some((test) => test(char));
    const test = this.flags.i ? caseless(any) : any;
    return isNegated ? not(test) : test;
  }

  private classPart(): CharTest {
    const start = this.at;
    const named = /^\[:(\^?)(\w+):\]/.exec(this.source.slice(this.at));
    if (named !== null) {
      const test = posixClass(named[2] ?? '');
      if (test === undefined) throw new PatternError('invalid character class range', named[0]);
      this.at += named[0].length;
      return named[1] === '^' ? not(test) : test;
    }
    if (this.source[this.at] === '\\') {
      this.at += 1;
      const test = this.escapedClass();
      if (test !== undefined) return test;
      this.at -= 1;
    }
    const from = this.classChar();
    const isRange =
      this.source[this.at] === '-' && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length;
    if (!isRange) return inRanges([[from, from]]);
    this.at += 1;
    const to = this.classChar();
    if (to < from) throw new PatternError('invalid character class range', this.source.slice(start, this.at));
    return inRanges([[from, to]]);
  }

  private classChar(): number {
    if (this.take('\\')) return this.escapedChar();
    return this.next().codePointAt(0) as number;
  }

  private repeated(part: Node, start: number): Node {
    const operator = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.source.slice(this.at));
    if (operator === null) return part;
    this.at += operator[0].length;
    if (/^[*+?]/.test(this.source.slice(this.at))) {
      const text = this.source.slice(this.at - operator[0].length, this.at + 1);
      throw new PatternError('invalid nested repetition operator', text);
    }
    const [min, max] = bounds(operator);
    if (min > repeatMax || (max > repeatMax && max !== Infinity) || max < min) {
      throw new PatternError('invalid repeat count', operator[0]);
    }
    return this.repeated({ is: 'repeat', part, min, max }, start);
  }

  private literal(char: string): Node {
    const code = char.codePointAt(0) as number;
    const test: CharTest = (found) => found === code;
    return { is: 'char', test: this.flags.i ? caseless(test) : test };
  }

  private char(test: CharTest): Node {
    return { is: 'char', test };
  }

  private next(): string {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) as number);
    this.at += char.length;
    return char;
  }

  private take(char: string): boolean {
    if (this.source[this.at] !== char) return false;
    this.at += 1;
    return true;
  }
}

function bounds(operator: RegExpExecArray): readonly [min: number, max: number] {
  const [text, min, comma, max] = operator;
  switch (text.charAt(0)) {
    case '*':
      return [0, Infinity];
    case '+':
      return [1, Infinity];
    case '?':
      return [0, 1];
    default:
      return [Number(min), comma === undefined ? Number(min) : max === '' ? Infinity : Number(max)];
  }
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const set = (flag: keyof Flags): boolean => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: set('i'), m: set('m'), s: set('s') };
}
