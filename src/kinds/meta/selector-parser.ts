import { apiErrors } from '#kinds/meta/errors.ts';
import { labelKeyProblems, labelValueProblems } from '#kinds/meta/labels.ts';
import { type SelectorToken, selectorTokens } from '#kinds/meta/selector-lexer.ts';
import {
  byKey,
  integerOf,
  type SelectorOperator,
  type SelectorRequirement,
  sortedUnique,
} from '#kinds/meta/selector-requirement.ts';

/** The requirements that a selector text states, in key order. Throws a 400 ApiError with upstream's text. */
export function parseRequirements(text: string): readonly SelectorRequirement[] {
  return new SelectorParser(selectorTokens(text)).requirements();
}

function quoted(token: SelectorToken): string {
  return `found '${token.text}'`;
}

/** Inside a requirement; the caller puts the general prefix before the text. */
class RequirementError extends Error {}

/** Recursive descent over the tokens. The error texts are upstream's, uneven as they are: clients show them. */
class SelectorParser {
  private readonly tokens: readonly SelectorToken[];
  private at = 0;

  constructor(tokens: readonly SelectorToken[]) {
    this.tokens = tokens;
  }

  requirements(): readonly SelectorRequirement[] {
    const requirements: SelectorRequirement[] = [];
    while (!this.nextIs('')) {
      if (!this.startsRequirement()) {
        throw apiErrors.badRequest(`${quoted(this.peek())}, expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.prefixedRequirement());
      this.separator();
    }
    return requirements.sort(byKey);
  }

  private separator(): void {
    const token = this.take();
    if (token.kind === 'end') return;
    if (token.text !== ',') throw apiErrors.badRequest(`${quoted(token)}, expected: ',' or 'end of string'`);
    if (!this.startsRequirement()) {
      throw apiErrors.badRequest(`${quoted(this.peek())}, expected: identifier after ','`);
    }
  }

  private prefixedRequirement(): SelectorRequirement {
    try {
      return this.requirement();
    } catch (error) {
      if (!(error instanceof RequirementError)) throw error;
      throw apiErrors.badRequest(`unable to parse requirement: ${error.message}`);
    }
  }

  private requirement(): SelectorRequirement {
    const absent = this.nextIs('!');
    if (absent) this.take();
    const token = this.take();
    if (token.kind !== 'identifier') throw new RequirementError(`${quoted(token)}, expected: identifier`);
    const key = token.text;
    const problems = labelKeyProblems(key);
    if (problems.length > 0) {
      throw new RequirementError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`);
    }
    if (absent) return { key, operator: '!', values: [] };
    if (this.nextIs('') || this.nextIs(',')) return { key, operator: 'exists', values: [] };
    const operator = this.operator();
    const values = operator === 'in' || operator === 'notin' ? this.listedValues() : [this.exactValue()];
    checkValues(key, operator, values);
    return { key, operator, values };
  }

  private operator(): SelectorOperator {
    const token = this.take();
    switch (token.text) {
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<':
      case 'in':
      case 'notin':
        return token.text;
      default:
        throw new RequirementError(`${quoted(token)}, expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  private listedValues(): readonly string[] {
    const open = this.take();
    if (open.text !== '(') throw new RequirementError(`${quoted(open)} expected: '('`);
    if (this.nextIs(')') || this.nextIs(',') || this.peek().kind === 'identifier') return this.valuesToClose();
    throw new RequirementError(`${quoted(this.take())}, expected: ',', ')' or identifier`);
  }

  /** Values up to `)`. Nothing between two commas, or between the parentheses, is the empty value. */
  private valuesToClose(): readonly string[] {
    const values: string[] = [];
    for (;;) {
      values.push(this.peek().kind === 'identifier' ? this.take().text : '');
      const token = this.take();
      if (token.text === ')') return sortedUnique(values);
      if (token.text !== ',') throw new RequirementError(`${quoted(token)}, expected: ',' or ')'`);
    }
  }

  private exactValue(): string {
    if (this.nextIs('') || this.nextIs(',')) return '';
    const token = this.take();
    if (token.kind !== 'identifier') throw new RequirementError(`${quoted(token)}, expected: identifier`);
    return token.text;
  }

  private startsRequirement(): boolean {
    return this.peek().kind === 'identifier' || this.nextIs('!');
  }

  /** Whether the next token is this symbol, or the end for "". */
  private nextIs(symbol: string): boolean {
    const token = this.peek();
    return token.kind !== 'identifier' && token.text === symbol;
  }

  private peek(): SelectorToken {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  private take(): SelectorToken {
    const token = this.peek();
    this.at += 1;
    return token;
  }
}

function checkValues(key: string, operator: SelectorOperator, values: readonly string[]): void {
  const ordered = operator === '>' || operator === '<';
  for (const [index, value] of values.entries()) {
    if (ordered && integerOf(value) === undefined) {
      throw new RequirementError(
        `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    const problems = labelValueProblems(value);
    if (problems.length > 0) {
      throw new RequirementError(
        `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`,
      );
    }
  }
}
