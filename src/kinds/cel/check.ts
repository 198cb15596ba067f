import { typeNames } from '#kinds/cel/evaluate.ts';
import { functions } from '#kinds/cel/functions.ts';
import { type CelTypeText, resultOf } from '#kinds/cel/overloads.ts';
import type { Expression } from '#kinds/cel/parse.ts';

/** What is known of a value before there is one. */
export interface Shape {
  /** The type of what is no object, list or map of a known kind. */
  readonly type?: string;
  /** Its fields, if only these can be there. */
  readonly fields?: ReadonlyMap<string, Shape>;
  /** What the items of a list are. */
  readonly items?: Shape;
  /** What the values of a map are. */
  readonly values?: Shape;
}

/** What is wrong with an expression whatever the values are. */
export interface CheckProblem {
  readonly at: number;
  readonly text: string;
}

export type Shapes = ReadonlyMap<string, Shape>;

const unknown: Shape = {};
const spaces = new Set(['cel', ...Object.keys(functions).flatMap((name) => name.match(/^\w+(?=\.)/) ?? [])]);

/** Names, fields and functions that an expression uses and nobody knows, operators that do not take what they are given, and the type
 *  of the whole as far as it is known. A wrong expression is refused when it is written, rather than fail for every object. */
export function checkCel(
  expression: Expression,
  names: Shapes,
): { readonly problems: readonly CheckProblem[]; readonly type: CelTypeText } {
  const problems: CheckProblem[] = [];
  const type = typeOf(new Check(problems).shape(expression, names));
  return { problems, type };
}

/** What the language calls a shape. */
function typeOf({ type, fields, items, values }: Shape): CelTypeText {
  if (type !== undefined) return type;
  if (items !== undefined) return `list(${typeOf(items) ?? 'dyn'})`;
  if (values !== undefined) return `map(string, ${typeOf(values) ?? 'dyn'})`;
  return fields === undefined ? undefined : 'object';
}

/** Whether an expression speaks of the name. */
export function usesName(expression: Expression, name: string): boolean {
  let used = false;
  new Check([], (found) => {
    used ||= found === name;
  }).shape(expression, new Map());
  return used;
}

class Check {
  private readonly problems: CheckProblem[];
  private readonly note: (name: string) => void;

  constructor(problems: CheckProblem[], note: (name: string) => void = () => {}) {
    this.problems = problems;
    this.note = note;
  }

  shape(expression: Expression, names: Shapes): Shape {
    switch (expression.is) {
      case 'value':
        return { type: typeOfValue(expression.value) };
      case 'name':
        return this.named(expression.name, expression.at, names);
      case 'select':
        return this.select(expression, names);
      case 'index':
        return this.indexed(expression, names);
      case 'call':
        return this.call(expression, names);
      case 'list':
        return this.list(expression.items, names);
      case 'map':
        for (const entry of expression.entries) for (const part of entry) this.shape(part, names);
        return unknown;
      case 'logic':
        return this.operation(expression.operator, [expression.left, expression.right], expression.at, names);
      case 'choose':
        return this.choose(expression, names);
      case 'bind':
        return this.shape(expression.body, this.with(names, expression.name, this.shape(expression.value, names)));
      case 'each':
        return this.each(expression, names);
    }
  }

  private with(names: Shapes, name: string, shape: Shape): Shapes {
    return new Map([...names, [name, shape]]);
  }

  private element({ items, values }: Shape): Shape {
    return items ?? values ?? unknown;
  }

  private operation(name: string, args: readonly Expression[], at: number, names: Shapes): Shape {
    return this.applied(
      name,
      args.map((arg) => this.shape(arg, names)),
      false,
      at,
    );
  }

  /** What `name` makes of arguments of these shapes. */
  private applied(name: string, args: readonly Shape[], isMethod: boolean, at: number): Shape {
    const result = resultOf(name, args.map(typeOf), isMethod);
    if ('problem' in result) this.problems.push({ at, text: result.problem });
    else if (result.type !== undefined) return { type: result.type };
    return unknown;
  }

  private indexed({ of, index, at, mode }: Extract<Expression, { is: 'index' }>, names: Shapes): Shape {
    const [within, by] = [this.shape(of, names), this.shape(index, names)];
    this.applied('[]', [within, by], false, at);
    return mode === 'maybe' ? unknown : this.element(within);
  }

  private choose({ test, yes, no, at }: Extract<Expression, { is: 'choose' }>, names: Shapes): Shape {
    const shapes = [test, yes, no].map((part) => this.shape(part, names));
    const chosen = this.applied('?', shapes, false, at);
    return chosen === unknown ? unknown : (shapes[1] ?? unknown);
  }

  private list(items: readonly Expression[], names: Shapes): Shape {
    const types = new Set(items.map((item) => typeOf(this.shape(item, names))));
    const [only] = types;
    return types.size === 1 && only !== undefined ? { items: { type: only } } : { items: unknown };
  }

  private named(name: string, at: number, names: Shapes): Shape {
    this.note(name);
    const shape = names.get(name);
    if (shape !== undefined) return shape;
    if (!typeNames.has(name)) this.problems.push(undeclared(name, at));
    return unknown;
  }

  private select({ of, field, at, mode }: Extract<Expression, { is: 'select' }>, names: Shapes): Shape {
    const shape = this.field(this.shape(of, names), field, at);
    if (mode === undefined) return shape;
    return mode === 'test' ? { type: 'bool' } : unknown;
  }

  private field(of: Shape, field: string, at: number): Shape {
    const { fields, values } = of;
    if (fields !== undefined) {
      const shape = fields.get(field);
      if (shape === undefined) this.problems.push({ at, text: `undefined field '${field}'` });
      return shape ?? unknown;
    }
    const type = values === undefined ? typeOf(of) : undefined;
    if (type !== undefined && type !== 'dyn' && type !== 'object') {
      this.problems.push({ at, text: `type '${type}' does not support field selection` });
    }
    return values ?? unknown;
  }

  private call({ name, target, args, at }: Extract<Expression, { is: 'call' }>, names: Shapes): Shape {
    const shapes = args.map((arg) => this.shape(arg, names));
    const isSpace = target?.is === 'name' && !names.has(target.name) && spaces.has(target.name);
    const of = target === undefined || isSpace ? unknown : this.shape(target, names);
    const called = isSpace ? `${target.name}.${name}` : name;
    if (!Object.hasOwn(functions, called)) this.problems.push(undeclared(called, at));
    if (called === 'orValue' || called === 'value') return of;
    const isMethod = target !== undefined && !isSpace;
    return this.applied(called, isMethod ? [of, ...shapes] : shapes, isMethod, at);
  }

  private each(expression: Extract<Expression, { is: 'each' }>, names: Shapes): Shape {
    const range = this.shape(expression.range, names);
    const type = typeOf(range);
    if (type !== undefined && !/^(?:dyn$|list\(|map\()/.test(type)) {
      const why = `expression of type '${type}' cannot be range of a comprehension (must be list, map, or dynamic)`;
      this.problems.push({ at: expression.range.at, text: why });
    }
    // Maps are walked by their keys, of which nothing more is known.
    const inside = this.with(names, expression.name, range.items ?? unknown);
    if (expression.only !== undefined) this.shape(expression.only, inside);
    const body = this.shape(expression.body, inside);
    if (expression.what === 'filter') return range;
    return expression.what === 'map' ? { items: body } : { type: 'bool' };
  }
}

function typeOfValue(value: string | number | bigint | boolean | null): string {
  switch (typeof value) {
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? 'null' : 'string';
  }
}

function undeclared(name: string, at: number): CheckProblem {
  return { at, text: `undeclared reference to '${name}' (in container '')` };
}
