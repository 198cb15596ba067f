import { typeNames } from '#kinds/cel/evaluate.ts';
import { functions } from '#kinds/cel/functions.ts';
import type { Expression } from '#kinds/cel/parse.ts';

/** What is known of a value before there is one. */
export interface Shape {
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

/** Names, fields and functions that an expression uses and nobody knows. A wrong expression is refused when it is written, rather than
 *  fail for every object. Types are not followed through functions. */
export function checkCel(expression: Expression, names: Shapes): readonly CheckProblem[] {
  const problems: CheckProblem[] = [];
  new Check(problems).shape(expression, names);
  return problems;
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
        return unknown;
      case 'name':
        return this.named(expression.name, expression.at, names);
      case 'select':
        return this.select(expression, names);
      case 'index':
        this.shape(expression.index, names);
        return this.element(this.shape(expression.of, names));
      case 'call':
        return this.call(expression, names);
      case 'list':
        for (const item of expression.items) this.shape(item, names);
        return unknown;
      case 'map':
        for (const entry of expression.entries) for (const part of entry) this.shape(part, names);
        return unknown;
      case 'logic':
        this.shape(expression.left, names);
        this.shape(expression.right, names);
        return unknown;
      case 'choose':
        this.shape(expression.test, names);
        this.shape(expression.no, names);
        return this.shape(expression.yes, names);
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

  private named(name: string, at: number, names: Shapes): Shape {
    this.note(name);
    const shape = names.get(name);
    if (shape !== undefined) return shape;
    if (!typeNames.has(name)) this.problems.push(undeclared(name, at));
    return unknown;
  }

  private select({ of, field, at }: Extract<Expression, { is: 'select' }>, names: Shapes): Shape {
    const { fields, values } = this.shape(of, names);
    if (fields === undefined) return values ?? unknown;
    const shape = fields.get(field);
    if (shape === undefined) this.problems.push({ at, text: `undefined field '${field}'` });
    return shape ?? unknown;
  }

  private call({ name, target, args, at }: Extract<Expression, { is: 'call' }>, names: Shapes): Shape {
    for (const arg of args) this.shape(arg, names);
    const isSpace = target?.is === 'name' && !names.has(target.name) && spaces.has(target.name);
    const of = target === undefined || isSpace ? unknown : this.shape(target, names);
    const called = isSpace ? `${target.name}.${name}` : name;
    if (!Object.hasOwn(functions, called)) this.problems.push(undeclared(called, at));
    return called === 'orValue' || called === 'value' ? of : unknown;
  }

  private each(expression: Extract<Expression, { is: 'each' }>, names: Shapes): Shape {
    const range = this.shape(expression.range, names);
    // Maps are walked by their keys, of which nothing more is known.
    const inside = this.with(names, expression.name, range.items ?? unknown);
    if (expression.only !== undefined) this.shape(expression.only, inside);
    const body = this.shape(expression.body, inside);
    if (expression.what === 'filter') return range;
    return expression.what === 'map' ? { items: body } : unknown;
  }
}

function undeclared(name: string, at: number): CheckProblem {
  return { at, text: `undeclared reference to '${name}' (in container '')` };
}
