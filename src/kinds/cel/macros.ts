import type { Comprehension, Expression } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';

/** What only looks like a method, as it names variables; undefined if `name` with so many arguments is none. `at` is where the call is. */
export function expandMacro(
  of: Expression,
  name: string,
  args: readonly Expression[],
  at: number,
): Expression | undefined {
  const macro = Object.hasOwn(macros, name) ? macros[name] : undefined;
  return macro?.(of, args, at);
}

type Macro = (of: Expression, args: readonly Expression[], at: number) => Expression | undefined;

const noName = 'argument must be a simple name';
const noIdentifier = 'argument is not an identifier';

function nameOf(expression: Expression, otherwise: string): string {
  if (expression.is !== 'name') throw new CelSyntaxError(expression.at, otherwise);
  if (expression.name === '__result__') {
    throw new CelSyntaxError(expression.at, 'iteration variable overwrites accumulator variable');
  }
  return expression.name;
}

function twoNames(first: Expression, second: Expression): { readonly name: string; readonly second: string } {
  const names = { name: nameOf(first, noName), second: nameOf(second, noName) };
  if (names.name === names.second) throw new CelSyntaxError(second.at, `duplicate variable name: ${names.name}`);
  return names;
}

/** Asks a question of each item: with one variable or two. */
function quantifier(what: Comprehension['what']): Macro {
  return (range, [a, b, c, ...more], at) => {
    if (a === undefined || b === undefined || more.length > 0) return undefined;
    if (c === undefined) return { is: 'each', what, range, name: nameOf(a, noName), body: b, at };
    return { is: 'each', what, range, ...twoNames(a, b), body: c, at };
  };
}

/** Makes something of each item and its place, or of those that a condition holds for. */
function transform(what: Comprehension['what']): Macro {
  return (range, [a, b, c, d, ...more], at) => {
    if (a === undefined || b === undefined || c === undefined || more.length > 0) return undefined;
    const base = { is: 'each', what, range, ...twoNames(a, b), at } as const;
    return d === undefined ? { ...base, body: c } : { ...base, only: c, body: d };
  };
}

const map: Macro = (range, [a, b, c, ...more], at) => {
  if (a === undefined || b === undefined || more.length > 0) return undefined;
  const base = { is: 'each', what: 'map', range, name: nameOf(a, noIdentifier), at } as const;
  return c === undefined ? { ...base, body: b } : { ...base, only: b, body: c };
};

/** Computes with what an optional holds, if it holds something. */
function withValue(macro: string, wrap: (value: Expression, at: number) => Expression): Macro {
  return (of, [variable, body, ...more], at) => {
    if (variable === undefined || body === undefined || more.length > 0) return undefined;
    if (variable.is !== 'name') {
      throw new CelSyntaxError(variable.at, `${macro}() variable name must be a simple identifier`);
    }
    const value: Expression = { is: 'call', name: 'value', target: of, args: [], at };
    return {
      is: 'choose',
      test: { is: 'call', name: 'hasValue', target: of, args: [], at },
      yes: wrap({ is: 'bind', name: variable.name, value, body, at }, at),
      no: { is: 'call', name: 'optional.none', args: [], at },
      at,
    };
  };
}

const sortable = new Set(['list', 'select', 'name', 'each', 'call', 'index', 'logic', 'choose', 'bind']);
/** No name that a rule can use. */
const sorted = '@__sortBy_input__';

const macros: { readonly [name: string]: Macro } = {
  all: quantifier('all'),
  exists: quantifier('exists'),
  exists_one: quantifier('existsOne'),
  existsOne: quantifier('existsOne'),
  filter: (range, [a, b, ...more], at) => {
    if (a === undefined || b === undefined || more.length > 0) return undefined;
    return { is: 'each', what: 'filter', range, name: nameOf(a, noIdentifier), body: b, at };
  },
  map,
  transformList: transform('map'),
  transformMap: transform('toMap'),
  transformMapEntry: transform('toEntries'),
  optMap: withValue('optMap', (value, at) => ({ is: 'call', name: 'optional.of', args: [value], at })),
  optFlatMap: withValue('optFlatMap', (value) => value),
  sortBy: (of, args, at) => {
    if (args.length !== 2) return undefined;
    if (!sortable.has(of.is)) {
      const why = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
      throw new CelSyntaxError(of.at, why);
    }
    const target: Expression = { is: 'name', name: sorted, at };
    const keys = map(target, args, at);
    if (keys === undefined) return undefined;
    const body: Expression = { is: 'call', name: '@sortByAssociatedKeys', target, args: [keys], at };
    return { is: 'bind', name: sorted, value: of, body, at };
  },
};
