import { namedTypes, overloadsOf } from '#kinds/cel/declarations.ts';
import { functions } from '#kinds/cel/functions.ts';
import type { Comprehension, Expression, ListItem } from '#kinds/cel/parse.ts';
import { qualifiedName } from '#kinds/cel/qualified-name.ts';
import {
  CelError,
  type CelKey,
  type CelMap,
  CelOptional,
  CelType,
  type CelValue,
  isList,
  isMap,
  keyOf,
  noOverload,
  numberOf,
} from '#kinds/cel/values.ts';

/** What names stand for. */
export type Scope = Pick<ReadonlyMap<string, CelValue>, 'get'>;

/** How much work may be done; shared by all that is to end together. */
export interface Budget {
  left: number;
}

/** Thrown when the budget is spent. Unlike other errors it cannot be outvoted. */
export class CelBudgetError extends Error {
  override readonly name = 'CelBudgetError';
}

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
        return expression.items.flatMap((item) => this.item(item, scope));
      case 'map':
        return new Map(
          expression.entries.flatMap((entry) => {
            const key = mapKey(this.value(entry.key, scope));
            return this.item(entry, scope).map((value) => [key, value] as const);
          }),
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

  /** An item of a list, or nothing in place of an optional that is empty. */
  private item({ value, isOptional }: ListItem, scope: Scope): readonly CelValue[] {
    const found = this.value(value, scope);
    if (!isOptional) return [found];
    if (!(found instanceof CelOptional)) throw noOverload();
    return found.value === undefined ? [] : [found.value];
  }

  private named(name: string, scope: Scope): CelValue {
    const value = scope.get(name);
    if (value !== undefined) return value;
    if (!namedTypes.has(name)) throw new CelError(`no such attribute(s): ${name}`);
    return new CelType(name);
  }

  private select(expression: Extract<Expression, { is: 'select' }>, scope: Scope): CelValue {
    const whole = qualifiedName(expression);
    const variable = whole === undefined ? undefined : scope.get(whole);
    if (variable !== undefined) return variable;
    if (whole !== undefined && namedTypes.has(whole)) return new CelType(whole);
    const of = this.value(expression.of, scope);
    const within = of instanceof CelOptional ? of.value : of;
    if (within === undefined) return expression.mode === 'test' ? false : of;
    if (!isMap(within)) throw noOverload();
    const { field } = expression;
    const found = within.get(within.has(field) ? field : `__${field}__`);
    if (expression.mode === 'test') return found !== undefined;
    if (expression.mode === 'maybe' || of instanceof CelOptional) return new CelOptional(found);
    if (found === undefined) throw new CelError(`no such key: ${field}`);
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
    const shown = String(numberOf(at) ?? at);
    throw new CelError(isList(within) ? `index out of bounds: ${shown}` : `no such key: ${shown}`);
  }

  private call({ name, target, args }: Extract<Expression, { is: 'call' }>, scope: Scope): CelValue {
    const space = target === undefined ? undefined : qualifiedName(target);
    const inSpace =
      space === undefined || overloadsOf(`${space}.${name}`) === undefined ? undefined : `${space}.${name}`;
    const given = target === undefined || inSpace !== undefined ? args : [target, ...args];
    const [first, second] = given;
    if ((name === 'or' || name === 'orValue') && first !== undefined && second !== undefined) {
      return this.otherwise(name, first, second, scope);
    }
    const called = inSpace ?? name;
    const run = Object.hasOwn(functions, called) ? functions[called] : undefined;
    if (run === undefined) throw noOverload();
    const values = given.map((arg) => this.value(arg, scope));
    // Whatever a function does with what it is given: it may look at all of it.
    for (const value of values) this.pay(weight(value));
    return run(values, this.pay);
  }

  /** What is there, or else what stands behind: that is not looked at before. */
  private otherwise(name: 'or' | 'orValue', first: Expression, second: Expression, scope: Scope): CelValue {
    const found = this.value(first, scope);
    if (!(found instanceof CelOptional)) throw noOverload();
    if (found.value !== undefined) return name === 'or' ? found : found.value;
    const instead = this.value(second, scope);
    if (name === 'or' && !(instead instanceof CelOptional)) throw noOverload();
    return instead;
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
    const turns = turnsOf(expression, this.value(expression.range, scope), scope);
    const holds = (turn: Scope, test = expression.body): boolean => truth(this.value(test, turn));
    const { only, body } = expression;
    switch (expression.what) {
      case 'all':
      case 'exists':
        return this.logic(
          expression.what === 'exists',
          turns.map((turn) => () => holds(turn)),
        );
      case 'existsOne':
        return turns.filter((turn) => holds(turn)).length === 1;
      case 'filter':
        return turns.filter((turn) => holds(turn)).map((turn) => turn.get(expression.name) ?? null);
      default: {
        const made = turns.flatMap((turn) =>
          only === undefined || holds(turn, only) ? [[turn, this.value(body, turn)] as const] : [],
        );
        if (expression.what === 'map') return made.map(([, value]) => value);
        return mapOf(
          made.flatMap(([turn, value]) =>
            expression.what === 'toMap' ? [[mapKey(turn.get(expression.name) ?? null), value]] : entriesOf(value),
          ),
        );
      }
    }
  }
}

/** What the variables of a comprehension are, turn by turn. */
function turnsOf({ name, second }: Comprehension, range: CelValue, scope: Scope): readonly Scope[] {
  const turns = (pairs: readonly (readonly [CelValue, CelValue])[]): readonly Scope[] =>
    pairs.map(([first, other]) => {
      const inner = withName(scope, name, first);
      return second === undefined ? inner : withName(inner, second, other);
    });
  if (isMap(range)) return turns([...range]);
  if (!isList(range)) throw noOverload();
  return turns(range.map((item, at) => (second === undefined ? [item, null] : [BigInt(at), item])));
}

function entriesOf(value: CelValue): readonly (readonly [CelKey, CelValue])[] {
  if (!isMap(value)) throw noOverload();
  return [...value];
}

/** A map in which no key stands twice. */
function mapOf(entries: readonly (readonly [CelKey, CelValue])[]): CelMap {
  const map = new Map<CelKey, CelValue>();
  for (const [key, value] of entries) {
    if (map.has(key)) throw new CelError(`insert failed: key ${key} already exists`);
    map.set(key, value);
  }
  return map;
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

/** One name more than there are around it: a comprehension makes one for each turn, so that it must cost next to nothing. */
class Inner implements Scope {
  private readonly name: string;
  private readonly value: CelValue;
  private readonly around: Scope;

  constructor(around: Scope, name: string, value: CelValue) {
    this.around = around;
    this.name = name;
    this.value = value;
  }

  get(name: string): CelValue | undefined {
    return name === this.name ? this.value : this.around.get(name);
  }
}

function withName(scope: Scope, name: string, value: CelValue): Scope {
  return new Inner(scope, name, value);
}

function truth(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw noOverload();
  return value;
}

function mapKey(value: CelValue): CelKey {
  const key = typeof value === 'number' ? undefined : keyOf(value);
  if (key === undefined) throw new CelError('unsupported key type');
  return key;
}

function itemAt(within: CelValue, at: CelValue): CelValue | undefined {
  const key = keyOf(at);
  if (isMap(within)) return key === undefined ? undefined : within.get(key);
  if (!isList(within) || typeof key !== 'bigint') throw noOverload();
  return key < 0n ? undefined : within[Number(key)];
}
