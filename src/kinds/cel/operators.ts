import {
  CelDuration,
  CelError,
  type CelFunction,
  CelTime,
  type CelValue,
  celCompare,
  celEqual,
  celInt,
  isList,
  isMap,
} from '#kinds/cel/values.ts';

const noOverload = (): CelError => new CelError('no such overload');

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
    if (ofDoubles !== undefined && typeof a === 'number' && typeof b === 'number') return ofDoubles(a, b);
    throw noOverload();
  };
}

function divisor(value: bigint, what: string): bigint {
  if (value === 0n) throw new CelError(what);
  return value;
}

function add(args: readonly CelValue[], pay: (steps: number) => void): CelValue {
  const [a = null, b = null] = args;
  if (typeof a === 'string' && typeof b === 'string') {
    pay(a.length + b.length);
    return a + b;
  }
  if (isList(a) && isList(b)) {
    pay(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof CelTime && b instanceof CelDuration) return new CelTime(a.nanos + b.nanos);
  if (a instanceof CelDuration && b instanceof CelTime) return new CelTime(a.nanos + b.nanos);
  if (a instanceof CelDuration && b instanceof CelDuration) return new CelDuration(a.nanos + b.nanos);
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
  if (a instanceof CelTime && b instanceof CelTime) return new CelDuration(a.nanos - b.nanos);
  if (a instanceof CelTime && b instanceof CelDuration) return new CelTime(a.nanos - b.nanos);
  if (a instanceof CelDuration && b instanceof CelDuration) return new CelDuration(a.nanos - b.nanos);
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
  negated: ([value = null]) => {
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
    return (
      (typeof wanted === 'string' || typeof wanted === 'bigint' || typeof wanted === 'boolean') && within.has(wanted)
    );
  },
};
