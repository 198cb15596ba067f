import { functions } from '#kinds/cel/functions.ts';
import type { Comprehension, Expression } from '#kinds/cel/parse.ts';
import { CelError, type CelKey, CelOptional, CelType, type CelValue, isList, isMap } from '#kinds/cel/values.ts';

/** What names stand for. */
export type Scope = ReadonlyMap<string, CelValue>;

/** How much work may be done; shared by all that is to end together. */
export interface Budget {
  left: number;
}

/** Thrown when the budget is spent. Unlike other errors it cannot be outvoted. */
export class CelBudgetError extends Error {
  override readonly name = 'CelBudgetError';
}

const types = ['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'];

/** Names that are always known: those of types. */
export const typeNames: Scope = new Map(types.map((name) => [name, new CelType(name)]));

/** The value of an expression. Throws `CelError` if it has none and `CelBudgetError` if it takes too long. */
export function evaluateCel(expression: Expression, scope: Scope, budget: Budget): CelValue {
  return new Evaluation(budget).value(expression, scope);
}

class Evaluation {
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  private readonly pay = (steps: number): void => {
    this.budget.left -= steps;
    if (this.budget.left < 0) throw new CelBudgetError('operation cancelled: actual cost limit exceeded');
  };

  value(expression: Expression, scope: Scope): CelValue {
    this.pay(1);
    switch (expression.is) {
      case 'value':
        return expression.value;
      case 'name':
        return this.named(expression.name, scope);
      case 'select':
        return this.select(expression, scope);
      case 'index':
        return this.index(expression, scope);
      case 'call':
        return this.call(expression, scope);
      case 'list':
        return expression.items.map((item) => this.value(item, scope));
      case 'map':
        return new Map(
          expression.entries.map(([key, item]) => [keyOf(this.value(key, scope)), this.value(item, scope)]),
        );
      case 'logic':
        return this.logic(expression.operator === '||', [
          () => this.value(expression.left, scope),
          () => this.value(expression.right, scope),
        ]);
      case 'choose':
        return this.value(truth(this.value(expression.test, scope)) ? expression.yes : expression.no, scope);
      case 'bind':
        return this.value(expression.body, withName(scope, expression.name, this.value(expression.value, scope)));
      case 'each':
        return this.each(expression, scope);
    }
  }

  private named(name: string, scope: Scope): CelValue {
    const value = scope.get(name) ?? typeNames.get(name);
    if (value === undefined && !scope.has(name)) throw new CelError(`no such attribute(s): ${name}`);
    return value ?? null;
  }

  private select(expression: Extract<Expression, { is: 'select' }>, scope: Scope): CelValue {
    const of = this.value(expression.of, scope);
    const within = of instanceof CelOptional ? of.value : of;
    if (within === undefined) return expression.mode === 'test' ? false : of;
    if (!isMap(within)) throw new CelError('no such overload');
    const found = within.get(expression.field);
    if (expression.mode === 'test') return found !== undefined;
    if (expression.mode === 'maybe' || of instanceof CelOptional) return new CelOptional(found);
    if (found === undefined) throw new CelError(`no such key: ${expression.field}`);
    return found;
  }

  private index(expression: Extract<Expression, { is: 'index' }>, scope: Scope): CelValue {
    const of = this.value(expression.of, scope);
    const at = this.value(expression.index, scope);
    const within = of instanceof CelOptional ? of.value : of;
    if (within === undefined) return of;
    const found = itemAt(within, at);
    if (expression.mode === 'maybe' || of instanceof CelOptional) return new CelOptional(found);
    if (found !== undefined) return found;
    throw new CelError(isList(within) ? `index out of bounds: ${String(at)}` : `no such key: ${String(at)}`);
  }

  private call({ name, target, args }: Extract<Expression, { is: 'call' }>, scope: Scope): CelValue {
    const space = target?.is === 'name' && !scope.has(target.name) ? `${target.name}.${name}` : undefined;
    const inSpace = space === undefined ? undefined : functions[space];
    const run = inSpace ?? functions[name];
    if (run === undefined) throw new CelError('no such overload');
    const given = target === undefined || inSpace !== undefined ? args : [target, ...args];
    const values = given.map((arg) => this.value(arg, scope));
    // Whatever a function does with what it is given: it may look at all of it.
    for (const value of values) this.pay(weight(value));
    return run(values, this.pay);
  }

  /** One side may decide although the other has no value. */
  private logic(decisive: boolean, sides: readonly (() => CelValue)[]): boolean {
    let problem: CelError | undefined;
    for (const side of sides) {
      try {
        if (truth(side()) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        problem ??= error;
      }
    }
    if (problem !== undefined) throw problem;
    return !decisive;
  }

  private each(expression: Comprehension, scope: Scope): CelValue {
    const range = this.value(expression.range, scope);
    const items: readonly CelValue[] = isList(range) ? range : isMap(range) ? [...range.keys()] : noRange();
    const holds = (item: CelValue, test = expression.body): boolean =>
      truth(this.value(test, withName(scope, expression.name, item)));
    switch (expression.what) {
      case 'all':
        return this.logic(
          false,
          items.map((item) => () => holds(item)),
        );
      case 'exists':
        return this.logic(
          true,
          items.map((item) => () => holds(item)),
        );
      case 'exists_one':
        return items.filter((item) => holds(item)).length === 1;
      case 'filter':
        return items.filter((item) => holds(item));
      case 'map': {
        const { only, body, name } = expression;
        const wanted = only === undefined ? items : items.filter((item) => holds(item, only));
        return wanted.map((item) => this.value(body, withName(scope, name, item)));
      }
    }
  }
}

/** Texts are looked through faster than lists. */
const charsPerStep = 64;

function weight(value: CelValue): number {
  if (typeof value === 'string') return Math.ceil(value.length / charsPerStep);
  let steps = 0;
  if (isList(value)) for (const item of value) steps += 1 + weight(item);
  else if (isMap(value)) for (const item of value.values()) steps += 1 + weight(item);
  return steps;
}

function noRange(): never {
  throw new CelError('no such overload');
}

function withName(scope: Scope, name: string, value: CelValue): Scope {
  return new Map([...scope, [name, value]]);
}

function truth(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload');
  return value;
}

function keyOf(value: CelValue): CelKey {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  throw new CelError('unsupported key type');
}

function itemAt(within: CelValue, at: CelValue): CelValue | undefined {
  if (isList(within)) {
    if (typeof at !== 'bigint') throw new CelError('no such overload');
    return at < 0n ? undefined : within[Number(at)];
  }
  if (isMap(within)) return within.get(keyOf(at));
  throw new CelError('no such overload');
}
