import { assigned, type Bindings, resolved, wider } from '#kinds/cel/assign.ts';
import { namedTypes, type Overload, overloadsOf } from '#kinds/cel/declarations.ts';
import { literalProblems } from '#kinds/cel/literals.ts';
import type { Comprehension, Expression, ListItem } from '#kinds/cel/parse.ts';
import { qualifiedName } from '#kinds/cel/qualified-name.ts';
import {
  boolType,
  bytesType,
  type CelTypeOf,
  doubleType,
  dynType,
  errorType,
  intType,
  isDynamic,
  isVariable,
  listType,
  mapType,
  nullType,
  optionalType,
  sameType,
  shownType,
  stringType,
  uintType,
} from '#kinds/cel/types.ts';
import { CelBytes } from '#kinds/cel/values.ts';

/** What is wrong with an expression whatever the values are. */
export interface CheckProblem {
  readonly at: number;
  readonly text: string;
}

/** The types of the names that an expression may use. */
export type NamedTypes = ReadonlyMap<string, CelTypeOf>;

export interface Checked {
  readonly problems: readonly CheckProblem[];
  readonly type: CelTypeOf;
  /** The type of each part. */
  readonly types: ReadonlyMap<Expression, CelTypeOf>;
  /** What each call is of: one way or, where the types are not known, several. */
  readonly calls: ReadonlyMap<Expression, CheckedCall>;
}

export interface CheckedCall {
  readonly called: string;
  readonly overloads: readonly Overload[];
}

/** Names, fields and functions that an expression uses and nobody knows, what does not take what it is given, and the type of the
 *  whole. A wrong expression is refused when it is written, rather than fail for every object. */
export function checkCel(expression: Expression, names: NamedTypes): Checked {
  const check = new Check();
  check.type(expression, names);
  const found = check.result();
  const problems = found.problems.length > 0 ? found.problems : literalProblems(expression, found.types);
  return { ...found, problems, type: found.types.get(expression) ?? errorType };
}

/** How errors spell operators. */
const signs: { readonly [name: string]: string } = {
  in: '@in',
  '!': '!_',
  '?': '_?_:_',
  '[]': '_[_]',
  '[?]': '_[?_]',
};

class Check {
  private readonly problems: CheckProblem[] = [];
  private readonly types = new Map<Expression, CelTypeOf>();
  private readonly calls = new Map<Expression, CheckedCall>();
  private bindings: Bindings = new Map();
  private variables = 0;

  result(): Omit<Checked, 'type'> {
    const types = new Map([...this.types].map(([part, type]) => [part, resolved(this.bindings, type, dynType)]));
    return { problems: this.problems, types, calls: this.calls };
  }

  type(expression: Expression, names: NamedTypes): CelTypeOf {
    const type = this.found(expression, names);
    this.types.set(expression, type);
    return type;
  }

  private found(expression: Expression, names: NamedTypes): CelTypeOf {
    switch (expression.is) {
      case 'value':
        return typeOfValue(expression.value);
      case 'name':
        return this.named(expression, expression.name, names) ?? this.undeclared(expression.name, expression.at);
      case 'select':
        return this.select(expression, names);
      case 'index':
        return this.operation(
          expression.mode === 'maybe' ? '[?]' : '[]',
          [expression.of, expression.index],
          expression,
          names,
        );
      case 'call':
        return this.call(expression, names);
      case 'list':
        return listType(this.joined(expression.items, names));
      case 'map':
        return this.map(expression, names);
      case 'logic':
        for (const side of [expression.left, expression.right]) this.expect(side, boolType, names);
        return boolType;
      case 'choose':
        return this.operation('?', [expression.test, expression.yes, expression.no], expression, names);
      case 'bind':
        return this.type(expression.body, withName(names, expression.name, this.type(expression.value, names)));
      case 'each':
        return this.each(expression, names);
    }
  }

  private note(at: number, text: string): CelTypeOf {
    this.problems.push({ at, text });
    return errorType;
  }

  private undeclared(name: string, at: number): CelTypeOf {
    return this.note(at, `undeclared reference to '${name}' (in container '')`);
  }

  private mismatch(at: number, expected: CelTypeOf, found: CelTypeOf): CelTypeOf {
    return this.note(at, `expected type '${this.shown(expected)}' but found '${this.shown(found)}'`);
  }

  private shown(type: CelTypeOf): string {
    return shownType(resolved(this.bindings, type, dynType));
  }

  private fresh(): CelTypeOf {
    this.variables += 1;
    return { name: `_var${this.variables}`, of: [] };
  }

  /** Whether values of the types fit; if so, what that tells of placeholders is kept. */
  private fits(given: readonly CelTypeOf[], wanted: readonly CelTypeOf[]): boolean {
    const bindings = assigned(this.bindings, given, wanted);
    if (bindings === undefined) return false;
    this.bindings = bindings;
    return true;
  }

  private expect(expression: Expression, wanted: CelTypeOf, names: NamedTypes): void {
    const type = this.type(expression, names);
    if (!this.fits([type], [wanted])) this.mismatch(expression.at, wanted, type);
  }

  private named(expression: Expression, name: string, names: NamedTypes): CelTypeOf | undefined {
    const type = names.get(name) ?? namedTypes.get(name);
    if (type !== undefined) this.types.set(expression, type);
    return type;
  }

  private select(expression: Extract<Expression, { is: 'select' }>, names: NamedTypes): CelTypeOf {
    const { of, field, at, mode } = expression;
    const whole = qualifiedName(expression);
    const variable = whole === undefined ? undefined : names.get(whole);
    if (variable !== undefined) return mode === 'test' ? boolType : variable;
    const known = whole === undefined || names.has(rootOf(of)) ? undefined : namedTypes.get(whole);
    if (known !== undefined) return known;
    const type = resolved(this.bindings, this.type(of, names));
    const [inside] = type.name === 'optional_type' ? type.of : [];
    const found = this.field(inside ?? type, field, at);
    if (mode === 'test') return boolType;
    return inside !== undefined || mode === 'maybe' ? optionalType(found) : found;
  }

  private field(of: CelTypeOf, field: string, at: number): CelTypeOf {
    if (of.fields !== undefined)
      return of.fields.get(field) ?? of.fields.get(`__${field}__`) ?? this.note(at, `undefined field '${field}'`);
    if (of.name === 'map') return of.of[1] ?? dynType;
    if (isVariable(of)) this.fits([dynType], [of]);
    else if (/^kubernetes\./.test(of.name)) return this.note(at, `undefined field '${field}'`);
    else if (!isDynamic(of)) this.note(at, `type '${this.shown(of)}' does not support field selection`);
    return dynType;
  }

  private operation(name: string, args: readonly Expression[], node: Expression, names: NamedTypes): CelTypeOf {
    const types = args.map((arg) => this.type(arg, names));
    return this.applied(name, types, false, node);
  }

  private call(node: Extract<Expression, { is: 'call' }>, names: NamedTypes): CelTypeOf {
    const { name, target, args, at } = node;
    const types = args.map((arg) => this.type(arg, names));
    const space = target === undefined ? undefined : qualifiedName(target);
    const inSpace = `${space}.${name}`;
    if (space !== undefined && overloadsOf(inSpace) !== undefined) return this.applied(inSpace, types, false, node);
    const of = target === undefined ? [] : [this.type(target, names)];
    if (overloadsOf(name) === undefined) return this.undeclared(name, at);
    return this.applied(name, [...of, ...types], target !== undefined, node);
  }

  /** What `name` makes of values of these types. Of several ways that fit, the first one's result stands if all have the same. */
  private applied(name: string, args: readonly CelTypeOf[], isMethod: boolean, node: Expression): CelTypeOf {
    const overloads: Overload[] = [];
    let result: CelTypeOf | undefined;
    for (const overload of overloadsOf(name) ?? []) {
      if (overload.isMethod !== isMethod) continue;
      const own = new Map<string, CelTypeOf>();
      const instance = (type: CelTypeOf): CelTypeOf => this.instance(type, own);
      const takes = overload.takes.map(instance);
      if (!this.fits(args, takes)) continue;
      overloads.push(overload);
      const gives = resolved(this.bindings, instance(overload.gives));
      if (result === undefined) result = gives;
      else if (result.name !== 'dyn' && !sameType(result, gives)) result = dynType;
    }
    this.calls.set(node, { called: name, overloads });
    return result ?? this.noOverload(name, args, isMethod, node.at);
  }

  private noOverload(name: string, args: readonly CelTypeOf[], isMethod: boolean, at: number): CelTypeOf {
    const shown = args.map((type) => this.shown(type));
    const [target, ...rest] = shown;
    const applied = isMethod ? `${target}.(${rest.join(', ')})` : `(${shown.join(', ')})`;
    const sign = signs[name] ?? (/\w/.test(name) ? name : `_${name}_`);
    return this.note(at, `found no matching overload for '${sign}' applied to '${applied}'`);
  }

  /** A declared type with placeholders that nothing else uses. */
  private instance(type: CelTypeOf, own: Map<string, CelTypeOf>): CelTypeOf {
    if (/^[A-Z]$/.test(type.name)) {
      const variable = own.get(type.name) ?? this.fresh();
      own.set(type.name, variable);
      return variable;
    }
    return type.of.length === 0 ? type : { ...type, of: type.of.map((part) => this.instance(part, own)) };
  }

  /** The type that all items have, or none in particular. */
  private joined(items: readonly ListItem[], names: NamedTypes): CelTypeOf {
    let common: CelTypeOf | undefined;
    for (const { value, isOptional } of items) {
      const type = this.type(value, names);
      common = this.both(common, isOptional ? this.inside(value, type) : type);
    }
    return common ?? this.fresh();
  }

  /** What an optional among items adds. */
  private inside(value: Expression, type: CelTypeOf): CelTypeOf {
    if (type.name === 'optional_type') return type.of[0] ?? dynType;
    if (type.name !== 'dyn') this.mismatch(value.at, optionalType(type), type);
    return type;
  }

  private both(common: CelTypeOf | undefined, type: CelTypeOf): CelTypeOf {
    if (common === undefined) return type;
    return this.fits([common], [type]) ? wider(common, type) : dynType;
  }

  private map({ entries }: Extract<Expression, { is: 'map' }>, names: NamedTypes): CelTypeOf {
    let [key, common]: (CelTypeOf | undefined)[] = [];
    for (const entry of entries) {
      key = this.both(key, this.type(entry.key, names));
      const type = this.type(entry.value, names);
      common = this.both(common, entry.isOptional ? this.inside(entry.value, type) : type);
    }
    return mapType(key ?? this.fresh(), common ?? this.fresh());
  }

  private each(expression: Extract<Expression, { is: 'each' }>, names: NamedTypes): CelTypeOf {
    const { range, name, second, only, body, what } = expression;
    const [first, other] = this.walked(range, names, second !== undefined);
    const inside = withName(withName(names, name, first), second, other);
    if (what === 'all' || what === 'exists') {
      this.expect(body, boolType, inside);
      return boolType;
    }
    const test = what === 'filter' || what === 'existsOne' ? body : only;
    const made = test === body ? first : this.type(body, inside);
    const result = this.collected(what, first, made, expression.at);
    if (test !== undefined) this.applied('?', [this.type(test, inside), result, result], false, expression);
    return what === 'existsOne' ? boolType : result;
  }

  /** What the items become together. */
  private collected(what: Comprehension['what'], first: CelTypeOf, made: CelTypeOf, at: number): CelTypeOf {
    if (what === 'existsOne') return intType;
    if (what === 'toMap') return mapType(first, made);
    if (what !== 'toEntries') return listType(made);
    const wanted = mapType(this.fresh(), this.fresh());
    return this.fits([made], [wanted]) ? wanted : this.noOverload('cel.@mapInsert', [wanted, made], false, at);
  }

  /** The types of a comprehension's variables. */
  private walked(range: Expression, names: NamedTypes, isPair: boolean): readonly [CelTypeOf, CelTypeOf] {
    const type = resolved(this.bindings, this.type(range, names));
    const [first = dynType, second = first] = type.of;
    if (type.name === 'list') return isPair ? [intType, first] : [first, first];
    if (type.name === 'map') return [first, second];
    if (isDynamic(type) || isVariable(type)) {
      this.fits([dynType], [type]);
      return [dynType, dynType];
    }
    const why = `expression of type '${this.shown(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
    this.note(range.at, why);
    return [errorType, errorType];
  }
}

function withName(names: NamedTypes, name: string | undefined, type: CelTypeOf): NamedTypes {
  return name === undefined ? names : new Map([...names, [name, type]]);
}

/** The first part of a name with dots. */
function rootOf(expression: Expression): string {
  return expression.is === 'select' ? rootOf(expression.of) : expression.is === 'name' ? expression.name : '';
}

function typeOfValue(value: Extract<Expression, { is: 'value' }>['value']): CelTypeOf {
  switch (typeof value) {
    case 'bigint':
      return intType;
    case 'number':
      return doubleType;
    case 'boolean':
      return boolType;
    case 'string':
      return stringType;
    default:
      return value === null ? nullType : value instanceof CelBytes ? bytesType : uintType;
  }
}
