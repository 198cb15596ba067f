import { expandMacro } from '#kinds/cel/macros.ts';
import { reservedWords } from '#kinds/cel/reserved-words.ts';
import { CelSyntaxError, type LiteralValue, type Token, tokensOf } from '#kinds/cel/tokens.ts';

/** An expression, taken apart. `at` is where it stands in the text: a name or value where it begins, all else at its operator. */
export type Expression = (
  | { readonly is: 'value'; readonly value: LiteralValue }
  | { readonly is: 'name'; readonly name: string }
  /** `test` asks whether the field is there; `maybe` answers with an optional. */
  | { readonly is: 'select'; readonly of: Expression; readonly field: string; readonly mode?: 'test' | 'maybe' }
  | { readonly is: 'index'; readonly of: Expression; readonly index: Expression; readonly mode?: 'maybe' }
  | { readonly is: 'call'; readonly name: string; readonly target?: Expression; readonly args: readonly Expression[] }
  | { readonly is: 'list'; readonly items: readonly ListItem[] }
  | { readonly is: 'map'; readonly entries: readonly MapEntry[] }
  | { readonly is: 'logic'; readonly operator: '&&' | '||'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'choose'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly is: 'bind'; readonly name: string; readonly value: Expression; readonly body: Expression }
  | Comprehension
) & { readonly at: number };

/** Optional ones (`?a`) are left out where they have no value. */
export interface ListItem {
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface MapEntry extends ListItem {
  readonly key: Expression;
}

export interface Comprehension {
  readonly is: 'each';
  readonly what: 'all' | 'exists' | 'existsOne' | 'filter' | 'map' | 'toMap' | 'toEntries';
  readonly range: Expression;
  /** Stands for each item of a list or key of a map; for a list's index or a map's key where `second` stands for what is there. */
  readonly name: string;
  readonly second?: string;
  /** Which items `body` is for. */
  readonly only?: Expression;
  readonly body: Expression;
}

const depthMax = 250;
const sizeMax = 10_000;
/** How long a chain such as a.b.c or 1 + 2 + 3 may be: evaluation goes down it link by link. */
const chainMax = 500;
const relations = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
/** Words that are no names, not even of fields. */
const keywords = new Set(['true', 'false', 'null', 'in']);
/** Reads an expression in the Common Expression Language. Throws `CelSyntaxError`. */
export function parseCel(source: string): Expression {
  if (source.length > sizeMax) throw new CelSyntaxError(0, `expression code point size exceeds limit: ${sizeMax}`);
  return new Parser(tokensOf(source)).whole();
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expression {
    const expression = this.expression();
    const { is, text, at } = this.token;
    if (is === 'end') return expression;
    // One word too many can be looked over, as upstream's parser would to go on.
    const isOne = this.tokens[this.position + 1]?.is === 'end';
    throw isOne
      ? new CelSyntaxError(at, `Syntax error: extraneous input '${text}' expecting <EOF>`)
      : this.unexpected(' expecting <EOF>');
  }

  private get token(): Token {
    return this.tokens[this.position] as Token;
  }

  /** `instead` lists what could stand here. */
  private unexpected(instead = ''): CelSyntaxError {
    const { text, at } = this.token;
    return new CelSyntaxError(at, `Syntax error: mismatched input '${text}'${instead}`);
  }

  private take(text: string): boolean {
    if (this.token.text !== text || this.token.is === 'value') return false;
    this.position += 1;
    return true;
  }

  private expect(text: string): void {
    if (this.take(text)) return;
    const { is, at } = this.token;
    throw is === 'end' ? new CelSyntaxError(at, `Syntax error: missing '${text}' at '<EOF>'`) : this.unexpected();
  }

  private expression(): Expression {
    this.depth += 1;
    if (this.depth > depthMax) throw new CelSyntaxError(this.token.at, 'expression recursion limit exceeded');
    const test = this.or();
    const { at } = this.token;
    let result = test;
    if (this.take('?')) {
      const yes = this.or();
      this.expect(':');
      result = { is: 'choose', test, yes, no: this.expression(), at };
    }
    this.depth -= 1;
    return result;
  }

  private or(): Expression {
    let left = this.and();
    for (let links = 0, { at } = this.token; this.take('||'); links = this.link(links, at), { at } = this.token) {
      left = { is: 'logic', operator: '||', left, right: this.and(), at };
    }
    return left;
  }

  private and(): Expression {
    let left = this.relation();
    for (let links = 0, { at } = this.token; this.take('&&'); links = this.link(links, at), { at } = this.token) {
      left = { is: 'logic', operator: '&&', left, right: this.relation(), at };
    }
    return left;
  }

  private link(links: number, at: number): number {
    if (links >= chainMax) throw new CelSyntaxError(at, 'expression recursion limit exceeded');
    return links + 1;
  }

  private relation(): Expression {
    return this.chain(relations, () => this.chain(sums, () => this.chain(products, () => this.unary())));
  }

  private chain(operators: ReadonlySet<string>, operand: () => Expression): Expression {
    let left = operand();
    let links = 0;
    for (let { text, is, at } = this.token; is !== 'value' && operators.has(text); { text, is, at } = this.token) {
      this.position += 1;
      left = { is: 'call', name: text, args: [left, operand()], at };
      links = this.link(links, at);
    }
    return left;
  }

  private unary(): Expression {
    const { at } = this.token;
    if (this.token.text === '-' && this.isNumber(this.tokens[this.position + 1])) return this.member();
    const sign = this.take('!') ? '!' : this.take('-') ? '-' : undefined;
    if (sign === undefined) return this.member();
    this.depth += 1;
    if (this.depth > depthMax) throw new CelSyntaxError(at, 'expression recursion limit exceeded');
    const operand = this.unary();
    this.depth -= 1;
    return { is: 'call', name: sign === '-' ? '-_' : '!', args: [operand], at };
  }

  private isNumber(token: Token | undefined): boolean {
    return token?.is === 'value' && (typeof token.value === 'number' || typeof token.value === 'bigint');
  }

  /** A number with its sign. */
  private numeral(at: number): Expression {
    const isNegative = this.take('-');
    const { value } = this.token;
    this.position += 1;
    if (typeof value === 'number') return { is: 'value', value: isNegative ? -value : value, at };
    const whole = BigInt(String(value)) * (isNegative ? -1n : 1n);
    if (whole >= 2n ** 63n || whole < -(2n ** 63n)) throw new CelSyntaxError(at, 'invalid int literal');
    return { is: 'value', value: whole, at };
  }

  private member(): Expression {
    let of = this.primary();
    for (let links = 0; ; links = this.link(links, of.at)) {
      const { at } = this.token;
      if (this.take('.')) of = this.memberOf(of, at);
      else if (this.take('.?')) of = { is: 'select', of, field: this.name(), mode: 'maybe', at };
      else if (this.take('[?')) of = this.indexed(of, at, true);
      else if (this.take('[')) of = this.indexed(of, at, false);
      else return of;
    }
  }

  private indexed(of: Expression, at: number, maybe: boolean): Expression {
    const index = this.expression();
    this.expect(']');
    return { is: 'index', of, index, ...(maybe ? { mode: 'maybe' } : {}), at };
  }

  private memberOf(of: Expression, at: number): Expression {
    const name = this.name();
    // A call stands where its arguments begin.
    const open = this.token.at;
    if (!this.take('(')) return { is: 'select', of, field: name, at };
    const args = this.list(')');
    return expandMacro(of, name, args, open) ?? { is: 'call', name, target: of, args, at: open };
  }

  private name(): string {
    const { is, text } = this.token;
    if (is !== 'name' || keywords.has(text)) throw this.unexpected(' expecting IDENTIFIER');
    this.position += 1;
    return text;
  }

  private items(isFirstOptional: boolean): readonly ListItem[] {
    const items: ListItem[] = [];
    while (!this.take(']')) {
      const isOptional = (isFirstOptional && items.length === 0) || this.take('?');
      items.push({ value: this.expression(), isOptional });
      if (!this.take(',') || this.token.is === 'end') {
        this.expect(']');
        break;
      }
    }
    return items;
  }

  private list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.take(end)) {
      items.push(this.expression());
      if (!this.take(',')) {
        this.expect(end);
        break;
      }
    }
    return items;
  }

  private primary(): Expression {
    const { is, text, value, at } = this.token;
    if (text === '-' || this.isNumber(this.token)) return this.numeral(at);
    if (is === 'value') {
      this.position += 1;
      return { is: 'value', value: value ?? null, at };
    }
    if (this.take('(')) {
      const inside = this.expression();
      this.expect(')');
      return inside;
    }
    if (this.take('[?')) return { is: 'list', items: this.items(true), at };
    if (this.take('[')) return { is: 'list', items: this.items(false), at };
    if (this.take('{')) return { is: 'map', entries: this.entries(), at };
    // A name may begin with a dot, which says that it belongs to nothing: so do all.
    if (this.take('.')) return this.named(this.name(), at);
    if (is !== 'name') throw this.unexpected(is === 'end' ? operandExpected : '');
    this.position += 1;
    if (text === 'true' || text === 'false') return { is: 'value', value: text === 'true', at };
    if (text === 'null') return { is: 'value', value: null, at };
    return this.named(text, at);
  }

  private named(text: string, at: number): Expression {
    if (reservedWords.has(text)) throw new CelSyntaxError(at, `reserved identifier: ${text}`);
    const open = this.token.at;
    if (!this.take('(')) return { is: 'name', name: text, at };
    return this.call(text, this.list(')'), open);
  }

  private call(name: string, args: readonly Expression[], at: number): Expression {
    const [field] = args;
    if (name !== 'has' || field === undefined || args.length > 1) return { is: 'call', name, args, at };
    if (field.is === 'select' && field.mode === undefined) return { ...field, mode: 'test' };
    throw new CelSyntaxError(field.at, 'invalid argument to has() macro');
  }

  private entries(): readonly MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.take('}')) {
      const isOptional = this.take('?');
      const key = this.expression();
      this.expect(':');
      entries.push({ key, value: this.expression(), isOptional });
      if (!this.take(',')) {
        this.expect('}');
        break;
      }
    }
    return entries;
  }
}

const operandExpected =
  " expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const sums = new Set(['+', '-']);
const products = new Set(['*', '/', '%']);
