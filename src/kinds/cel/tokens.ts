/** Thrown for text that is no expression. */
export class CelSyntaxError extends Error {
  override readonly name = 'CelSyntaxError';
  readonly at: number;

  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

export interface Token {
  readonly is: 'name' | 'mark' | 'value' | 'end';
  /** The name or mark; for values the text as written. */
  readonly text: string;
  /** What a literal stands for. */
  readonly value?: string | number | bigint;
  readonly at: number;
}

const marks = /(?:&&|\|\||==|!=|<=|>=|\.\?|\[\?|[-+*/%<>!?:.,()[\]{}])/y;
const space = /(?:\s|\/\/[^\n]*)+/y;
const name = /[A-Za-z_]\w*/y;
const number = /(?:0x[0-9a-fA-F]+|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?)u?/y;
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
  const digits = whole.replace(/u$/, '');
  const isWhole = digits.startsWith('0x') || /^\d+$/.test(digits);
  const value = isWhole ? BigInt(digits) : Number(digits);
  if (typeof value === 'bigint' && value >= 2n ** 63n) throw new CelSyntaxError(at, 'invalid int literal');
  return { token: { is: 'value', text: whole, value, at }, end: at + whole.length };
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

function quoted(source: string, [opening, kinds = '', quote = '']: RegExpExecArray, at: number): Read {
  if (/b/i.test(kinds)) throw new CelSyntaxError(at, 'bytes are not supported');
  const isRaw = /r/i.test(kinds);
  let value = '';
  let end = at + opening.length;
  while (!source.startsWith(quote, end)) {
    const char = source.charAt(end);
    if (char === '' || (char === '\n' && quote.length === 1)) {
      throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${source.slice(at)}'`);
    }
    if (char !== '\\' || isRaw) {
      value += char;
      end += 1;
      continue;
    }
    const escaped =
      /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\'"`?]))/.exec(
        source.slice(end),
      );
    if (escaped === null) throw new CelSyntaxError(end, `Syntax error: invalid escape in '${source.slice(at)}'`);
    const [all, x, u, long, octal, letter = ''] = escaped;
    const hex = x ?? u ?? long;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    value += Number.isNaN(code) ? (letterEscapes[letter] ?? letter) : String.fromCodePoint(Math.min(code, 0x10ffff));
    end += all.length;
  }
  end += quote.length;
  return { token: { is: 'value', text: source.slice(at, end), value, at }, end };
}
