import { ExactNumber, JsonSyntaxError, RepeatedKeys, setKey } from '#schema/json-source.ts';

const depthMax = 10_000;
const escapes: { readonly [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

type Container =
  | { readonly is: 'list'; readonly items: unknown[] }
  | { readonly is: 'object'; readonly entries: [string, unknown][]; readonly keys: Set<string>; key: string };

/** A JSON parser for texts that the native one refuses or would blur: it keeps repeated keys and the spelling of numbers, and words its
 *  errors as Go's parser does. It does not recurse, so nesting cannot exhaust the stack. */
export class JsonParser {
  private readonly text: string;
  private at = 0;
  private readonly open: Container[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** The value of the whole text. Throws `JsonSyntaxError`. */
  parse(): unknown {
    let value = this.begin();
    for (;;) {
      const container = this.open.at(-1);
      if (container === undefined) break;
      if (value === opened) value = this.first(container);
      else if (container.is === 'list') value = this.nextItem(container, value);
      else value = this.nextKey(container, value);
    }
    this.skipSpace();
    if (this.at < this.text.length) this.fail('after top-level value');
    return value;
  }

  /** A scalar, or `opened` after the first character of a container. */
  private begin(): unknown {
    this.skipSpace();
    const c = this.text[this.at];
    if (c === '"') return this.string();
    if (c === '{' || c === '[') {
      if (this.open.length >= depthMax) this.fail('exceeded max depth');
      this.at += 1;
      this.open.push(c === '[' ? { is: 'list', items: [] } : { is: 'object', entries: [], keys: new Set(), key: '' });
      return opened;
    }
    if (c === 't') return this.literal('true', true);
    if (c === 'f') return this.literal('false', false);
    if (c === 'n') return this.literal('null', null);
    if (c === '-' || isDigit(c)) return this.number();
    return this.fail('looking for beginning of value');
  }

  private first(container: Container): unknown {
    this.skipSpace();
    const c = this.text[this.at];
    if (c === (container.is === 'list' ? ']' : '}')) return this.close(container);
    return container.is === 'list' ? this.begin() : this.member(container);
  }

  private nextItem(container: Container & { is: 'list' }, value: unknown): unknown {
    container.items.push(value);
    this.skipSpace();
    const c = this.text[this.at];
    if (c === ']') return this.close(container);
    if (c !== ',') this.fail('after array element');
    this.at += 1;
    return this.begin();
  }

  private nextKey(container: Container & { is: 'object' }, value: unknown): unknown {
    container.entries.push([container.key, value]);
    container.keys.add(container.key);
    this.skipSpace();
    const c = this.text[this.at];
    if (c === '}') return this.close(container);
    if (c !== ',') this.fail('after object key:value pair');
    this.at += 1;
    this.skipSpace();
    return this.member(container);
  }

  private member(container: Container & { is: 'object' }): unknown {
    if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string');
    container.key = this.string();
    this.skipSpace();
    if (this.text[this.at] !== ':') this.fail('after object key');
    this.at += 1;
    return this.begin();
  }

  private close(container: Container): unknown {
    this.at += 1;
    this.open.pop();
    if (container.is === 'list') return container.items;
    if (container.keys.size < container.entries.length) return new RepeatedKeys(container.entries);
    const object: { [key: string]: unknown } = {};
    for (const [key, value] of container.entries) setKey(object, key, value);
    return object;
  }

  private string(): string {
    let value = '';
    let start = this.at + 1;
    for (this.at = start; ; this.at += 1) {
      const c = this.text[this.at];
      if (c === '"') break;
      if (c === undefined || c < ' ') this.fail('in string literal');
      if (c !== '\\') continue;
      value += this.text.slice(start, this.at) + this.escape();
      start = this.at + 1;
    }
    value += this.text.slice(start, this.at);
    this.at += 1;
    // Half of a surrogate pair becomes U+FFFD, as Go has it.
    return value.toWellFormed();
  }

  /** The character that an escape stands for; leaves the position on the escape's last character. */
  private escape(): string {
    this.at += 1;
    const letter = this.text[this.at];
    const known = letter === undefined ? undefined : escapes[letter];
    if (known !== undefined) return known;
    if (letter !== 'u') this.fail('in string escape code');
    const start = this.at + 1;
    for (this.at = start; this.at < start + 4; this.at += 1) {
      if (!/^[0-9a-fA-F]$/.test(this.text[this.at] ?? '')) this.fail('in \\u hexadecimal character escape');
    }
    this.at -= 1;
    return String.fromCharCode(Number.parseInt(this.text.slice(start, start + 4), 16));
  }

  private literal<T>(word: string, value: T): T {
    for (let index = 0; index < word.length; index += 1) {
      if (this.text[this.at] !== word[index]) this.fail(`in literal ${word} (expecting '${word[index]}')`);
      this.at += 1;
    }
    return value;
  }

  private number(): number | ExactNumber {
    const start = this.at;
    if (this.text[this.at] === '-') this.at += 1;
    if (this.text[this.at] === '0') this.at += 1;
    else this.digits('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at += 1;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at += 1;
      this.digits('in exponent of numeric literal');
    }
    const text = this.text.slice(start, this.at);
    const value = Number(text);
    return String(value) === text ? value : new ExactNumber(text);
  }

  private digits(context: string): void {
    if (!isDigit(this.text[this.at])) this.fail(context);
    while (isDigit(this.text[this.at])) this.at += 1;
  }

  private skipSpace(): void {
    for (; ; this.at += 1) {
      const c = this.text[this.at];
      if (c !== ' ' && c !== '\n' && c !== '\t' && c !== '\r') return;
    }
  }

  private fail(context: string): never {
    const c = this.text.codePointAt(this.at);
    if (c === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoted(c)} ${context}`);
  }
}

const opened = Symbol('a container has been opened');

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

/** Go reads bytes: a character outside ASCII is named by the first byte of its UTF-8 form. */
function quoted(codePoint: number): string {
  const byte = Buffer.from(String.fromCodePoint(codePoint))[0] ?? 0;
  const c = String.fromCharCode(byte);
  if (c === "'") return "'\\''";
  if (c === '"') return `'"'`;
  if (byte === 0x7f || (byte >= 0x80 && byte < 0xa1) || byte === 0xad) {
    return byte === 0x7f ? "'\\x7f'" : `'\\u00${byte.toString(16)}'`;
  }
  if (byte < 0x20) return `'${controls[c] ?? `\\x${byte.toString(16).padStart(2, '0')}`}'`;
  return `'${c === '\\' ? '\\\\' : c}'`;
}

const controls: { readonly [character: string]: string } = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
