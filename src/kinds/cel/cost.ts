import type { Checked } from '#kinds/cel/check.ts';
import { type CallCost, costOfCall, unionCost } from '#kinds/cel/cost-calls.ts';
import {
  type EntrySizes,
  endless,
  fixedSize,
  literalSize,
  type Path,
  pathSize,
  product,
  type Size,
  type Sized,
  typeSize,
  unionEntries,
  unionSize,
  unknownSize,
} from '#kinds/cel/cost-sizes.ts';
import type { Comprehension, Expression } from '#kinds/cel/parse.ts';
import { type CelTypeOf, dynType } from '#kinds/cel/types.ts';

/** The most steps that an expression can take, counted as upstream counts them: whatever can be long is taken as long as its schema
 *  allows. `root` is the type of the value that the expression is about; the expression must be free of problems. */
export function costOf(expression: Expression, checked: Checked, root: CelTypeOf): number {
  return Math.min(new Coster(checked, root).cost(expression), endless);
}

/** What is known of what a name stands for. */
interface Local {
  readonly path: Path;
  readonly size: Size | undefined;
  readonly entries?: EntrySizes | undefined;
}

const listCost = 10;
const mapCost = 30;

class Coster {
  private readonly checked: Checked;
  private readonly root: CelTypeOf;
  private readonly paths = new Map<Expression, Path>();
  private readonly sizes = new Map<Expression, Size>();
  private readonly entrySizes = new Map<Expression, EntrySizes>();
  private locals: ReadonlyMap<string, Local> = new Map();

  constructor(checked: Checked, root: CelTypeOf) {
    this.checked = checked;
    this.root = root;
  }

  cost(expression: Expression): number {
    switch (expression.is) {
      case 'value':
        return 0;
      case 'name':
        this.paths.set(expression, this.locals.get(expression.name)?.path ?? [expression.name]);
        return 1;
      case 'select':
        return this.select(expression);
      case 'index':
        return this.call(expression, [expression.of, expression.index]);
      case 'call':
        return expression.name === 'dyn' && expression.args[0] !== undefined
          ? this.same(expression, expression.args[0]) + 1
          : this.call(expression, expression.args);
      case 'list':
        return this.list(expression);
      case 'map':
        return this.map(expression);
      case 'logic':
        return this.cost(expression.left) + this.cost(expression.right);
      case 'choose':
        return this.choose(expression);
      case 'bind':
        return listCost + this.cost(expression.value) + this.bound(expression);
      case 'each':
        return this.each(expression);
    }
  }

  /** The cost of `inner`, of which `outer` is the same value. */
  private same(outer: Expression, inner: Expression): number {
    const cost = this.cost(inner);
    const [size, entries] = [this.size(inner), this.entries(inner)];
    if (size !== undefined) this.sizes.set(outer, size);
    if (entries !== undefined) this.entrySizes.set(outer, entries);
    return cost;
  }

  private within(locals: readonly (readonly [string, Local])[], run: () => number): number {
    const outside = this.locals;
    this.locals = new Map([...outside, ...locals]);
    const cost = run();
    this.locals = outside;
    return cost;
  }

  private bound(expression: Extract<Expression, { is: 'bind' }>): number {
    const { name, value, body } = expression;
    const local = { path: this.path(value), size: this.size(value), entries: this.entries(value) };
    return this.within([[name, local]], () => this.same(expression, body));
  }

  private select(expression: Extract<Expression, { is: 'select' }>): number {
    const { of, field, mode } = expression;
    if (!this.checked.types.has(of)) {
      // The name of a type, dots and all.
      this.paths.set(expression, [field]);
      return 1;
    }
    const cost = this.cost(of);
    if (mode === 'test') return cost;
    if (mode === 'maybe') return cost + 1;
    this.paths.set(expression, [...this.path(of), field]);
    const type = this.type(of);
    const isStep = type.name === 'map' || type.fields !== undefined || type.name.startsWith('kubernetes.');
    return cost + (isStep ? 1 : 0);
  }

  private call(expression: Extract<Expression, { is: 'call' | 'index' }>, args: readonly Expression[]): number {
    const argsCost = args.reduce((sum, arg) => sum + this.cost(arg), 0);
    const { called = '', overloads = [] } = this.checked.calls.get(expression) ?? {};
    const target = expression.is === 'call' && overloads[0]?.isMethod === true ? expression.target : undefined;
    const targetCost = target === undefined ? 0 : this.cost(target);
    const sized = {
      target: target === undefined ? undefined : this.sized(target),
      args: args.map((arg) => this.sized(arg)),
    };
    let found: CallCost | undefined;
    for (const overload of overloads) {
      found = unionCost(found, costOfCall({ name: called, overload, root: this.root, ...sized }));
    }
    this.result(expression, called, found, args);
    return argsCost + targetCost + (found?.cost ?? 0);
  }

  /** Keeps what is known of the size of a call's result. */
  private result(
    expression: Expression,
    called: string,
    found: CallCost | undefined,
    args: readonly Expression[],
  ): void {
    const [first, second] = args;
    let size = found?.size;
    const overloads = this.checked.calls.get(expression)?.overloads ?? [];
    const [container] = overloads[0]?.takes ?? [];
    if (called === '[]' && first !== undefined && (container?.name === 'list' || container?.name === 'map')) {
      size = this.entries(first)?.value;
      this.paths.set(expression, [...this.path(first), container.name === 'list' ? '@items' : '@values']);
    }
    if (called === '+' && found?.size !== undefined && first !== undefined && second !== undefined) {
      const entries = unionEntries(this.entries(first), this.entries(second));
      if (entries !== undefined) this.entrySizes.set(expression, entries);
    }
    size ??= this.size(expression);
    if (size !== undefined) this.sizes.set(expression, size);
  }

  private list(expression: Extract<Expression, { is: 'list' }>): number {
    const values = expression.items.map(({ value }) => value);
    const cost = values.reduce((sum, value) => sum + this.cost(value), listCost);
    this.entrySizes.set(expression, { isList: true, key: fixedSize(1), value: this.union(values) });
    return cost;
  }

  private map(expression: Extract<Expression, { is: 'map' }>): number {
    const { entries } = expression;
    const cost = entries.reduce((sum, { key, value }) => sum + this.cost(key) + this.cost(value), mapCost);
    const [keys, values] = [entries.map(({ key }) => key), entries.map(({ value }) => value)];
    this.entrySizes.set(expression, { isList: false, key: this.union(keys), value: this.union(values) });
    return cost;
  }

  private union(values: readonly Expression[]): Size {
    return values.map((value) => this.size(value) ?? unknownSize).reduce(unionSize, { min: 0, max: 0 });
  }

  private choose(expression: Extract<Expression, { is: 'choose' }>): number {
    const { test, yes, no } = expression;
    const cost = this.cost(test) + Math.max(this.cost(yes), this.cost(no));
    const entries = unionEntries(this.entries(yes), this.entries(no));
    if (entries !== undefined) this.entrySizes.set(expression, entries);
    this.sizes.set(expression, unionSize(this.size(yes) ?? unknownSize, this.size(no) ?? unknownSize));
    return cost;
  }

  private each(expression: Comprehension & Expression): number {
    const { range, body, only, what, name } = expression;
    const rangeCost = this.cost(range);
    const rangeSize = this.size(range) ?? unknownSize;
    const made = { size: unknownSize };
    const turn = this.within(this.variables(expression), () => {
      const cost = this.cost(body) + (only === undefined ? 0 : this.cost(only));
      const item = what === 'filter' ? (this.locals.get(name)?.path ?? []) : this.path(body);
      const size = what === 'filter' ? (pathSize(this.root, item) ?? this.locals.get(name)?.size) : this.size(body);
      made.size = size ?? unknownSize;
      return cost;
    });
    this.sizes.set(expression, collects(what) ? rangeSize : fixedSize(1));
    if (what === 'map' || what === 'filter') {
      const none = { isList: true, key: fixedSize(1), value: { min: 0, max: made.size.max } };
      this.entrySizes.set(expression, none);
    }
    const { start, step, end } = overheads[what];
    return rangeCost + start + end + product(rangeSize.max, turn + step);
  }

  /** What a comprehension's variables stand for. */
  private variables({ range, name, second }: Comprehension): readonly (readonly [string, Local])[] {
    const entries = this.entries(range);
    const isList = entries?.isList ?? this.type(range).name === 'list';
    const local = (part: string, size: Size | undefined): Local => ({ path: [...this.path(range), part], size });
    const value = local(isList ? '@items' : '@values', entries?.value);
    const key = local(isList ? '@indices' : '@keys', entries?.key);
    if (second === undefined) return [[name, isList ? value : key]];
    return [
      [name, key],
      [second, value],
    ];
  }

  private type(expression: Expression): CelTypeOf {
    return this.checked.types.get(expression) ?? dynType;
  }

  private path(expression: Expression): Path {
    const local = expression.is === 'name' ? this.locals.get(expression.name) : undefined;
    return local?.path ?? this.paths.get(expression) ?? [];
  }

  private size(expression: Expression): Size | undefined {
    const known = this.sizes.get(expression) ?? literalSize(expression) ?? pathSize(this.root, this.path(expression));
    if (known !== undefined) return known;
    const local = expression.is === 'name' ? this.locals.get(expression.name) : undefined;
    return typeSize(this.type(expression)) ?? local?.size;
  }

  private entries(expression: Expression): EntrySizes | undefined {
    const local = expression.is === 'name' ? this.locals.get(expression.name) : undefined;
    return this.entrySizes.get(expression) ?? local?.entries;
  }

  private sized(expression: Expression): Sized {
    return { expression, type: this.type(expression), path: this.path(expression), size: this.size(expression) };
  }
}

function collects(what: Comprehension['what']): boolean {
  return what !== 'all' && what !== 'exists' && what !== 'existsOne';
}

/** What a comprehension costs beside its own parts: once before, with each item, and once behind. */
const overheads: {
  readonly [what in Comprehension['what']]: { readonly start: number; readonly step: number; readonly end: number };
} = {
  all: { start: 0, step: 3, end: 1 },
  exists: { start: 0, step: 4, end: 1 },
  existsOne: { start: 0, step: 2, end: 2 },
  filter: { start: listCost, step: 3 + listCost, end: 1 },
  map: { start: listCost, step: 2 + listCost, end: 1 },
  toMap: { start: mapCost, step: 3, end: 1 },
  toEntries: { start: mapCost, step: 2, end: 1 },
};
