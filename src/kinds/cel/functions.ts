import { formatFunctions } from '#kinds/cel/format-functions.ts';
import { operators } from '#kinds/cel/operators.ts';
import { textFunctions, textIndexOf, textLastIndexOf } from '#kinds/cel/text-functions.ts';
import { timeFunctions, timeText } from '#kinds/cel/time-functions.ts';
import {
  CelDuration,
  CelError,
  type CelFunction,
  CelOptional,
  CelTime,
  CelType,
  type CelValue,
  celCompare,
  celEqual,
  celInt,
  isList,
  isMap,
  typeName,
} from '#kinds/cel/values.ts';
import { canonicalQuantity, compareQuantities, QuantityError } from '#kinds/meta/quantity.ts';
import { cidrProblems, ipFamily } from '#kinds/meta/texts.ts';

const noOverload = (): CelError => new CelError('no such overload');

function list(value: CelValue | undefined): readonly CelValue[] {
  if (value === undefined || !isList(value)) throw noOverload();
  return value;
}

function optional(value: CelValue | undefined): CelOptional {
  if (!(value instanceof CelOptional)) throw noOverload();
  return value;
}

const conversions: { readonly [name: string]: CelFunction } = {
  size: ([value]) => {
    if (typeof value === 'string') return BigInt([...value].length);
    if (value !== undefined && isList(value)) return BigInt(value.length);
    if (value !== undefined && isMap(value)) return BigInt(value.size);
    throw noOverload();
  },
  type: ([value]) => new CelType(typeName(value ?? null)),
  dyn: ([value]) => value ?? null,
  bool: ([value]) => {
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new CelError('type conversion error from string to bool');
  },
  int: ([value]) => intOf(value),
  uint: ([value]) => {
    const whole = intOf(value);
    if (whole < 0n) throw new CelError('unsigned integer overflow');
    return whole;
  },
  double: ([value]) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'bigint' || typeof number === 'number') return Number(number);
    throw noOverload();
  },
  string: ([value]) => {
    if (value instanceof CelTime || value instanceof CelDuration) return timeText(value);
    if (value === undefined || value === null || typeof value === 'object') throw noOverload();
    return String(value);
  },
};

function intOf(value: CelValue | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return celInt(BigInt(Math.trunc(value)));
  if (value instanceof CelTime) return value.nanos / 1_000_000_000n;
  if (typeof value === 'string' && /^[-+]?\d+$/.test(value)) return celInt(BigInt(value));
  if (typeof value === 'string')
    throw new CelError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  throw noOverload();
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

const listFunctions: { readonly [name: string]: CelFunction } = {
  isSorted: ([value]) => {
    const items = list(value);
    return items.every((item, at) => at === 0 || ordered(items[at - 1] as CelValue, item) <= 0);
  },
  sum: ([value], pay) =>
    list(value).reduce(
      (sum, item) => (operators['+'] as CelFunction)([sum, item], pay),
      list(value).some((item) => typeof item === 'number') ? 0 : 0n,
    ),
  min: extreme(-1),
  max: extreme(1),
  indexOf: (args) => {
    const [target, wanted] = args;
    if (target === undefined || !isList(target)) return textIndexOf(args);
    return BigInt(target.findIndex((item) => celEqual(item, wanted ?? null)));
  },
  lastIndexOf: (args) => {
    const [target, wanted] = args;
    if (target === undefined || !isList(target)) return textLastIndexOf(args);
    return BigInt(target.findLastIndex((item) => celEqual(item, wanted ?? null)));
  },
  'sets.contains': ([all, some]) => list(some).every((item) => isIn(list(all), item)),
  'sets.intersects': ([one, other]) => list(one).some((item) => isIn(list(other), item)),
  'sets.equivalent': ([one, other]) =>
    list(one).every((item) => isIn(list(other), item)) && list(other).every((item) => isIn(list(one), item)),
};

const optionalFunctions: { readonly [name: string]: CelFunction } = {
  'optional.of': ([value]) => new CelOptional(value),
  'optional.none': () => new CelOptional(undefined),
  hasValue: ([value]) => optional(value).value !== undefined,
  orValue: ([value, otherwise]) => optional(value).value ?? otherwise ?? null,
  or: ([value, otherwise]) => (optional(value).value === undefined ? optional(otherwise) : optional(value)),
  value: ([value]) => {
    const { value: inside } = optional(value);
    if (inside === undefined) throw new CelError('optional.none() dereference');
    return inside;
  },
};

function textOf(value: CelValue | undefined): string {
  if (typeof value !== 'string') throw noOverload();
  return value;
}

/** Amounts are kept as texts: what they are compared with is one too. */
const kubernetesFunctions: { readonly [name: string]: CelFunction } = {
  isIP: ([value]) => ipFamily(textOf(value)) !== undefined,
  isCIDR: ([value]) => cidrProblems(textOf(value)).length === 0,
  isQuantity: ([value]) => isQuantity(textOf(value)),
  quantity: ([value]) => {
    if (!isQuantity(textOf(value))) {
      throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    return canonicalQuantity(textOf(value));
  },
  isGreaterThan: ([a, b]) => compareQuantities(textOf(a), textOf(b)) > 0,
  isLessThan: ([a, b]) => compareQuantities(textOf(a), textOf(b)) < 0,
  compareTo: ([a, b]) => BigInt(compareQuantities(textOf(a), textOf(b))),
};

function isQuantity(text: string): boolean {
  try {
    canonicalQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** All functions that expressions may call, operators included. */
export const functions: { readonly [name: string]: CelFunction } = {
  ...operators,
  ...conversions,
  ...textFunctions,
  ...timeFunctions,
  ...listFunctions,
  ...optionalFunctions,
  ...kubernetesFunctions,
  ...formatFunctions,
};
