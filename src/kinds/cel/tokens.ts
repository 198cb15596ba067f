import { CelBytes, CelUint } from '#kinds/cel/values.ts';

/** Thrown for text that is no expression. */
export class CelSyntaxError extends Error {
  override readonly name = 'CelSyntaxError';
  readonly at: number;

  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

/** What can be written out in an expression. */
export type LiteralValue = string | number | bigint | boolean | null | CelUint | CelBytes;

export interface Token {
  readonly is: 'name' | 'mark' | 'value' | 'end';
  /** The name or mark; for values the text as written. */
  readonly text: string;
  /** What a literal stands for. */
  readonly value?: LiteralValue;
  readonly at: number;
}

const marks = /(?:&&|\|\||==|!=|<=|>=|\.\?|\[\?|[-+*/%<>!?:.,()[\]{}])/y;
const space = /(?:\s|\/\/[^\n]*)+/y;
const name = /[A-Za-z_]\w*/y;
const number = /(?:0x[0-9a-fA-F]+|\d+)[uU]|0x[0-9a-fA-F]+|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?/y;
const text = /([rRbB]{0,2})('''|"""|'|")/y;

/** Takes an expression apart. Throws `CelSyntaxError`. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const found = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const gap = found(space);
    if (gap !== null) {
      at += gap[0].length;
      continue;
    }
    const quote = found(text);
    const token =
      quote === null ? (numeral(found(number), at) ?? word(found(name), found(marks), at)) : quoted(source, quote, at);
    if (token === undefined) {
      throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${source.charAt(at)}'`);
    }
    tokens.push(token.token);
    at = token.end;
  }
  return [...tokens, { is: 'end', text: '<EOF>', at }];
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function word(named: RegExpExecArray | null, mark: RegExpExecArray | null, at: number): Read | undefined {
  const match = named ?? mark;
  if (match === null) return undefined;
  return { token: { is: named === null ? 'mark' : 'name', text: match[0], at }, end: at + match[0].length };
}

function numeral(match: RegExpExecArray | null, at: number): Read | undefined {
  if (match === null) return undefined;
  const [whole] = match;
  const digits = whole.replace(/u$/i, '');
  const isWhole = digits.startsWith('0x') || /^\d+$/.test(digits);
  const value = isWhole ? (whole === digits ? BigInt(digits) : unsigned(BigInt(digits), at)) : Number(digits);
  return { token: { is: 'value', text: whole, value, at }, end: at + whole.length };
}

function unsigned(value: bigint, at: number): CelUint {
  if (value >= 2n ** 64n) throw new CelSyntaxError(at, 'invalid uint literal');
  return new CelUint(value);
}

/** What a letter behind a backslash stands for, in rules and in the paths beside them. */
export const letterEscapes: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapes = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\'"`?]))/y;

function quoted(source: string, [opening, kinds = '', quote = '']: RegExpExecArray, at: number): Read {
  const isBytes = /b/i.test(kinds);
  const isRaw = /r/i.test(kinds);
  const parts: (string | number)[] = [];
  let end = at + opening.length;
  while (!source.startsWith(quote, end)) {
    const char = source.charAt(end);
    if (char === '' || (char === '\n' && quote.length === 1)) {
      throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${source.slice(at)}'`);
    }
    if (char !== '\\' || isRaw) {
      parts.push(char);
      end += 1;
      continue;
    }
    escapes.lastIndex = end;
    const escaped = escapes.exec(source);
    if (escaped === null) throw new CelSyntaxError(end, `Syntax error: invalid escape in '${source.slice(at)}'`);
    parts.push(unescaped(escaped, isBytes, at));
    end += escaped[0].length;
  }
  end += quote.length;
  return { token: { is: 'value', text: source.slice(at, end), value: joined(parts, isBytes), at }, end };
}

/** The character that an escape stands for; in bytes the number of one. */
function unescaped(escaped: RegExpExecArray, isBytes: boolean, at: number): string | number {
  const [, x, u, long, octal, letter] = escaped;
  if (letter !== undefined) return letterEscapes[letter] ?? letter;
  if (isBytes && x === undefined && octal === undefined) throw new CelSyntaxError(at, 'unable to unescape string');
  const hex = x ?? u ?? long;
  const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
  if (isBytes) return code;
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new CelSyntaxError(at, 'invalid unicode code point');
  return String.fromCodePoint(code);
}

function joined(parts: readonly (string | number)[], isBytes: boolean): string | CelBytes {
  if (!isBytes) return parts.join('');
  const pieces: Buffer[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    pieces.push(Buffer.from(text), Buffer.of(part));
    text = '';
  }
  return new CelBytes(Buffer.concat([...pieces, Buffer.from(text)]));
}
