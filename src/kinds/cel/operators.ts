import { originOf, withOrigin } from '#kinds/cel/origin.ts';
import { durationOf, timeOf } from '#kinds/cel/time-functions.ts';
import {
  CelBytes,
  CelDuration,
  CelError,
  type CelFunction,
  CelTime,
  CelUint,
  type CelValue,
  celCompare,
  celEqual,
  celInt,
  isList,
  isMap,
  itemKey,
  keyOf,
  noOverload,
} from '#kinds/cel/values.ts';

function order(test: (order: number) => boolean): CelFunction {
  return ([a = null, b = null]) => {
    const found = celCompare(a, b);
    if (found === undefined) throw noOverload();
    return test(found);
  };
}

/** Arithmetic on two numbers of one kind. */
function arithmetic(
  ofInts: (a: bigint, b: bigint) => bigint,
  ofDoubles?: (a: number, b: number) => number,
): CelFunction {
  return ([a = null, b = null]) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return celInt(ofInts(a, b));
    if (a instanceof CelUint && b instanceof CelUint) return new CelUint(ofInts(a.value, b.value));
    if (ofDoubles !== undefined && typeof a === 'number' && typeof b === 'number') return ofDoubles(a, b);
    throw noOverload();
  };
}

function divisor(value: bigint, what: string): bigint {
  if (value === 0n) throw new CelError(what);
  return value;
}

/** Both lists' items; in a set each once, by keys the later of two with the same. */
function joinedLists(a: readonly CelValue[], b: readonly CelValue[]): readonly CelValue[] {
  const origin = originOf(a);
  const { isSet = false, keys } = origin;
  if (keys === undefined) {
    const more = isSet ? b.filter((item) => !a.some((own) => celEqual(own, item))) : b;
    return withOrigin([...a, ...more], origin);
  }
  const items = new Map([...a, ...b].map((item) => [itemKey(item, keys), item]));
  return withOrigin([...items.values()], origin);
}

function add(args: readonly CelValue[], pay: (steps: number) => void): CelValue {
  const [a = null, b = null] = args;
  if (typeof a === 'string' && typeof b === 'string') {
    pay(Math.ceil((a.length + b.length) / 64));
    return a + b;
  }
  if (isList(a) && isList(b)) {
    pay(a.length + b.length);
    return joinedLists(a, b);
  }
  if (a instanceof CelBytes && b instanceof CelBytes) return new CelBytes(Buffer.concat([a.data, b.data]));
  if (a instanceof CelTime && b instanceof CelDuration) return timeOf(a.nanos + b.nanos, a.offsetMinutes);
  if (a instanceof CelDuration && b instanceof CelTime) return timeOf(a.nanos + b.nanos, b.offsetMinutes);
  if (a instanceof CelDuration && b instanceof CelDuration) return durationOf(a.nanos + b.nanos);
  return plus(args, pay);
}

const plus = arithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);
const minus = arithmetic(
  (a, b) => a - b,
  (a, b) => a - b,
);

function subtract(args: readonly CelValue[], pay: (steps: number) => void): CelValue {
  const [a = null, b = null] = args;
  if (a instanceof CelTime && b instanceof CelTime) return durationOf(a.nanos - b.nanos);
  if (a instanceof CelTime && b instanceof CelDuration) return timeOf(a.nanos - b.nanos, a.offsetMinutes);
  if (a instanceof CelDuration && b instanceof CelDuration) return durationOf(a.nanos - b.nanos);
  return minus(args, pay);
}

/** What operators do, by their signs. */
export const operators: { readonly [sign: string]: CelFunction } = {
  '==': ([a = null, b = null]) => celEqual(a, b),
  '!=': ([a = null, b = null]) => !celEqual(a, b),
  '<': order((found) => found < 0),
  '<=': order((found) => found <= 0),
  '>': order((found) => found > 0),
  '>=': order((found) => found >= 0),
  '+': add,
  '-': subtract,
  '*': arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  '/': arithmetic(
    (a, b) => a / divisor(b, 'division by zero'),
    (a, b) => a / b,
  ),
  '%': arithmetic((a, b) => a % divisor(b, 'modulus by zero')),
  '-_': ([value = null]) => {
    if (typeof value === 'bigint') return celInt(-value);
    if (typeof value === 'number') return -value;
    throw noOverload();
  },
  '!': ([value]) => {
    if (typeof value !== 'boolean') throw noOverload();
    return !value;
  },
  in: ([wanted = null, within = null], pay) => {
    if (isList(within)) {
      pay(within.length);
      return within.some((item) => celEqual(item, wanted));
    }
    if (!isMap(within)) throw noOverload();
    const key = keyOf(wanted);
    return key !== undefined && within.has(key);
  },
};
