import { operators } from '#kinds/cel/operators.ts';
import { originOf } from '#kinds/cel/origin.ts';
import { textIndexOf, textLastIndexOf } from '#kinds/cel/text-functions.ts';
import {
  CelBytes,
  CelDuration,
  CelError,
  type CelFunction,
  CelOptional,
  CelTime,
  CelUint,
  type CelValue,
  celCompare,
  celEqual,
  isList,
  isMap,
  noOverload,
  numberOf,
  typeName,
} from '#kinds/cel/values.ts';

export function list(value: CelValue | undefined): readonly CelValue[] {
  if (value === undefined || !isList(value)) throw noOverload();
  return value;
}

function optional(value: CelValue | undefined): CelOptional {
  if (!(value instanceof CelOptional)) throw noOverload();
  return value;
}

function whole(value: CelValue | undefined): number {
  if (typeof value !== 'bigint') throw noOverload();
  return Number(value);
}

/** The smallest or largest of a list. */
function extreme(sign: 1 | -1): CelFunction {
  return ([value]) => {
    const [first, ...rest] = list(value);
    if (first === undefined) throw new CelError(`${sign > 0 ? 'max' : 'min'} called on empty list`);
    return rest.reduce((best, item) => (ordered(item, best) * sign > 0 ? item : best), first);
  };
}

function ordered(a: CelValue, b: CelValue): number {
  const order = celCompare(a, b);
  if (order === undefined) throw noOverload();
  return order;
}

const isIn = (items: readonly CelValue[], wanted: CelValue): boolean => items.some((item) => celEqual(item, wanted));

function sum([value]: readonly CelValue[], pay: (steps: number) => void): CelValue {
  const items = list(value);
  const [first = originOf(items).zero] = items;
  const zero =
    typeof first === 'number'
      ? 0
      : first instanceof CelUint
        ? new CelUint(0n)
        : first instanceof CelDuration
          ? new CelDuration(0n)
          : 0n;
  return items.reduce((total, item) => (operators['+'] as CelFunction)([total, item], pay), zero);
}

function slice([value, first, last]: readonly CelValue[]): CelValue {
  const items = list(value);
  const [from, to] = [whole(first), whole(last)];
  if (from < 0 || to < 0) throw new CelError(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to)
    throw new CelError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (items.length < to) throw new CelError(`cannot slice(${from}, ${to}), list is length ${items.length}`);
  return items.slice(from, to);
}

function flatten(items: readonly CelValue[], depth: number): readonly CelValue[] {
  if (depth < 0) throw new CelError('level must be non-negative');
  return items.flatMap((item) => (isList(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

/** The items in the order of their keys. */
function sorted(items: readonly CelValue[], keys: readonly CelValue[]): readonly CelValue[] {
  const [first] = keys;
  if (first === undefined) return items;
  if (celCompare(first, first) === undefined) throw new CelError('list elements must be comparable');
  const type = typeName(first);
  if (keys.some((key) => typeName(key) !== type)) throw new CelError('list elements must have the same type');
  const places = items.map((item, at) => ({ item, key: keys[at] ?? null }));
  return places.toSorted((a, b) => ordered(a.key, b.key)).map(({ item }) => item);
}

function distinct(items: readonly CelValue[], pay: (steps: number) => void): readonly CelValue[] {
  const found: CelValue[] = [];
  for (const item of items) {
    pay(found.length);
    if (!isIn(found, item)) found.push(item);
  }
  return found;
}

const rangeMax = 1_000_000;

function range([value]: readonly CelValue[], pay: (steps: number) => void): CelValue {
  const count = whole(value);
  pay(Math.min(Math.max(count, 0), rangeMax));
  return Array.from({ length: Math.max(count, 0) }, (_, at) => BigInt(at));
}

/** The first place, from the front or the back, of an item in a list or of a text in a text. */
function place(ofText: CelFunction, ofItem: (items: readonly CelValue[], wanted: CelValue) => number): CelFunction {
  return (args, pay) => {
    const [target, wanted = null] = args;
    return target !== undefined && isList(target) ? BigInt(ofItem(target, wanted)) : ofText(args, pay);
  };
}

/** Whether nothing is there, or only what a field has that nobody set. */
function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '') return true;
  const number = numberOf(value);
  if (number !== undefined) return Number(number) === 0;
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  if (value instanceof CelBytes) return value.data.length === 0;
  if (value instanceof CelDuration) return value.nanos === 0n;
  if (value instanceof CelTime) return value.nanos === yearOne;
  return value instanceof CelOptional && (value.value === undefined || isZero(value.value));
}

const yearOne = -62_135_596_800_000_000_000n;

/** Every item of one list is looked for in the other. */
function sets(
  name: string,
  decide: (one: readonly CelValue[], other: readonly CelValue[]) => boolean,
): [string, CelFunction] {
  return [
    name,
    ([one, other], pay) => {
      pay(list(one).length * list(other).length);
      return decide(list(one), list(other));
    },
  ];
}

const unwrapped: CelFunction = ([value]) =>
  list(value).flatMap((item) => {
    const { value: inside } = optional(item);
    return inside === undefined ? [] : [inside];
  });

/** Functions of lists, of sets, and of what may be missing. */
export const listFunctions: { readonly [name: string]: CelFunction } = {
  isSorted: ([value]) => {
    const items = list(value);
    return items.every((item, at) => at === 0 || ordered(items[at - 1] as CelValue, item) <= 0);
  },
  sum,
  min: extreme(-1),
  max: extreme(1),
  indexOf: place(textIndexOf, (items, wanted) => items.findIndex((item) => celEqual(item, wanted))),
  lastIndexOf: place(textLastIndexOf, (items, wanted) => items.findLastIndex((item) => celEqual(item, wanted))),
  slice,
  flatten: ([value, depth = 1n]) => flatten(list(value), whole(depth)),
  sort: ([value]) => sorted(list(value), list(value)),
  '@sortByAssociatedKeys': ([value, keys]) => sorted(list(value), list(keys)),
  reverse: ([value]) => list(value).toReversed(),
  distinct: ([value], pay) => distinct(list(value), pay),
  first: ([value]) => new CelOptional(list(value)[0]),
  last: ([value]) => new CelOptional(list(value).at(-1)),
  'lists.range': range,
  ...Object.fromEntries([
    sets('sets.contains', (all, some) => some.every((item) => isIn(all, item))),
    sets('sets.intersects', (one, other) => one.some((item) => isIn(other, item))),
    sets(
      'sets.equivalent',
      (one, other) => one.every((item) => isIn(other, item)) && other.every((item) => isIn(one, item)),
    ),
  ]),
  unwrapOpt: unwrapped,
  'optional.unwrap': unwrapped,
  'optional.of': ([value]) => new CelOptional(value),
  'optional.ofNonZeroValue': ([value = null]) => new CelOptional(isZero(value) ? undefined : value),
  'optional.none': () => new CelOptional(undefined),
  hasValue: ([value]) => optional(value).value !== undefined,
  value: ([value]) => {
    const { value: inside } = optional(value);
    if (inside === undefined) throw new CelError('optional.none() dereference');
    return inside;
  },
};
