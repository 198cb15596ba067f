import type { Expression } from '#kinds/cel/parse.ts';
import type { CelTypeOf } from '#kinds/cel/types.ts';
import { CelBytes } from '#kinds/cel/values.ts';

/** Where sizes and costs are counted no further: it stands for all that has no limit. */
export const endless = 2 ** 64;

/** How many characters, items or entries a value can have. */
export interface Size {
  readonly min: number;
  readonly max: number;
}

/** The sizes of what is in a list or map. */
export interface EntrySizes {
  readonly isList: boolean;
  readonly key: Size;
  readonly value: Size;
}

/** Where in the value that a rule is about another comes from: names of fields, and `@items`, `@keys` or `@values`. */
export type Path = readonly string[];

/** An argument of a call, as far as the cost of the call depends on it. */
export interface Sized {
  readonly expression: Expression;
  readonly type: CelTypeOf;
  readonly path: Path;
  /** The size as it follows from how the value is computed. */
  readonly size: Size | undefined;
}

export const unknownSize: Size = { min: 0, max: endless };

export function fixedSize(size: number): Size {
  return { min: size, max: size };
}

export function unionSize(a: Size, b: Size): Size {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

export function addSizes(a: Size, b: Size): Size {
  return { min: Math.min(a.min + b.min, endless), max: Math.min(a.max + b.max, endless) };
}

export function product(a: number, b: number): number {
  return Math.min(a * b, endless);
}

export function multiplySizes(a: Size, b: Size): Size {
  return { min: product(a.min, b.min), max: product(a.max, b.max) };
}

export function unionEntries(a: EntrySizes | undefined, b: EntrySizes | undefined): EntrySizes | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { isList: a.isList, key: unionSize(a.key, b.key), value: unionSize(a.value, b.value) };
}

/** The size of what is written out. */
export function literalSize(expression: Expression): Size | undefined {
  if (expression.is === 'list') return fixedSize(expression.items.length);
  if (expression.is === 'map') return fixedSize(expression.entries.length);
  if (expression.is !== 'value') return undefined;
  const { value } = expression;
  if (typeof value === 'string') return fixedSize([...value].length);
  return fixedSize(value instanceof CelBytes ? value.data.length : 1);
}

const scalars = ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'];

/** The size of a value whose type alone tells it. */
export function typeSize(type: CelTypeOf): Size | undefined {
  const [inside] = type.name === 'optional_type' ? type.of : [type];
  return inside !== undefined && scalars.includes(inside.name) ? fixedSize(1) : undefined;
}

/** The size that the schema sets for what stands at a path below `root`. The first name of a path is that of a variable. */
export function pathSize(root: CelTypeOf, path: Path): Size | undefined {
  if (path.length === 0) return undefined;
  let type: CelTypeOf | undefined = root;
  for (const name of path.slice(1)) {
    if (name === '@items' || name === '@values') type = type.of.at(-1);
    else if (name === '@keys') type = type.name === 'map' ? type.of[0] : undefined;
    else type = type.fields?.get(name);
    if (type === undefined) return undefined;
  }
  return { min: 0, max: type.sizeMax ?? 0 };
}
