/** The type of an expression. One-letter names stand for any type; only objects have fields. */
export interface CelTypeOf {
  readonly name: string;
  /** What a list holds, a map's keys and values, what an optional or a type is of. */
  readonly of: readonly CelTypeOf[];
  readonly fields?: ReadonlyMap<string, CelTypeOf>;
  /** The most items, entries or bytes that a value can have, where something sets a limit. */
  readonly sizeMax?: number;
}

function simple(name: string): CelTypeOf {
  return { name, of: [] };
}

export const dynType = simple('dyn');
/** Of what has been found wrong already: it fits everywhere, so that one mistake is told once. */
export const errorType = simple('!error!');
export const boolType = simple('bool');
export const intType = simple('int');
export const uintType = simple('uint');
export const doubleType = simple('double');
export const stringType = simple('string');
export const bytesType = simple('bytes');
export const nullType = simple('null');
export const durationType = simple('duration');
export const timestampType = simple('timestamp');

export function listType(item: CelTypeOf, sizeMax?: number): CelTypeOf {
  return { name: 'list', of: [item], ...(sizeMax === undefined ? {} : { sizeMax }) };
}

export function mapType(key: CelTypeOf, value: CelTypeOf, sizeMax?: number): CelTypeOf {
  return { name: 'map', of: [key, value], ...(sizeMax === undefined ? {} : { sizeMax }) };
}

export function optionalType(value: CelTypeOf): CelTypeOf {
  return { name: 'optional_type', of: [value] };
}

/** An object that has these fields and no others. */
export function objectType(fields: ReadonlyMap<string, CelTypeOf>): CelTypeOf {
  return { name: 'object', of: [], fields };
}

/** A type as error texts spell it, such as `map(string, int)`. */
export function shownType({ name, of }: CelTypeOf): string {
  return of.length === 0 ? name : `${name}(${of.map(shownType).join(', ')})`;
}

/** Whether a type is a placeholder: a capital in a declaration, or one of a check's own. */
export function isVariable({ name }: CelTypeOf): boolean {
  return /^(?:[A-Z]|_var\d+)$/.test(name);
}

export function isDynamic({ name }: CelTypeOf): boolean {
  return name === 'dyn' || name === '!error!';
}

/** Whether two types are one and the same. Two objects are if they come from the same place. */
export function sameType(a: CelTypeOf, b: CelTypeOf): boolean {
  if (a === b) return true;
  if (a.name !== b.name || a.of.length !== b.of.length || a.fields !== b.fields) return false;
  return a.of.every((part, at) => sameType(part, b.of[at] ?? errorType));
}

/** Reads a type as declarations write it. */
export function parseType(text: string): CelTypeOf {
  const open = text.indexOf('(');
  return open < 0 ? simple(text) : { name: text.slice(0, open), of: parseTypes(text.slice(open + 1, -1)) };
}

/** Reads types with commas between them. */
export function parseTypes(text: string): readonly CelTypeOf[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else if (character !== ' ') part += character;
  }
  return text === '' ? [] : [...parts, part].map(parseType);
}
