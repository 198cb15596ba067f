import { addressKinds, CelAddress, CelBlock, canRead, parseAddress, parseBlock } from '#kinds/cel/addresses.ts';
import { CelVersion, parseVersion } from '#kinds/cel/semver.ts';
import { CelUrl, parseUrl, urlProblem } from '#kinds/cel/url.ts';
import {
  CelError,
  type CelFunction,
  CelQuantity,
  type CelValue,
  celInt,
  compareAmounts,
  noOverload,
  textOf,
} from '#kinds/cel/values.ts';
import { parseQuantity, type Quantity, QuantityError } from '#schema/quantity.ts';

type Functions = { readonly [name: string]: CelFunction };

function url(value: CelValue | undefined): CelUrl {
  if (!(value instanceof CelUrl)) throw noOverload();
  return value;
}

const urlFunctions: Functions = {
  url: ([value]) => parseUrl(textOf(value)),
  isURL: ([value]) => urlProblem(textOf(value)) === undefined,
  getScheme: ([value]) => url(value).scheme,
  getHost: ([value]) => url(value).host,
  getHostname: ([value]) => url(value).hostname(),
  getPort: ([value]) => url(value).port(),
  getEscapedPath: ([value]) => url(value).escapedPath,
  getQuery: ([value]) => url(value).parameters(),
};

function address(value: CelValue | undefined): CelAddress {
  if (!(value instanceof CelAddress)) throw noOverload();
  return value;
}

function block(value: CelValue | undefined): CelBlock {
  if (!(value instanceof CelBlock)) throw noOverload();
  return value;
}

function containsCidr(outer: CelBlock, inner: CelBlock): boolean {
  return outer.length <= inner.length && outer.contains(inner.address);
}

const addressFunctions: Functions = {
  ip: ([value]) => (value instanceof CelBlock ? value.address : parseAddress(textOf(value))),
  isIP: ([value]) => canRead(parseAddress, textOf(value)),
  'ip.isCanonical': ([value]) => parseAddress(textOf(value)).text() === value,
  family: ([value]) => BigInt(address(value).family),
  ...Object.fromEntries(
    Object.entries(addressKinds).map(([name, is]): [string, CelFunction] => [name, ([value]) => is(address(value))]),
  ),
  cidr: ([value]) => parseBlock(textOf(value)),
  isCIDR: ([value]) => canRead(parseBlock, textOf(value)),
  containsIP: ([range, value]) =>
    block(range).contains(typeof value === 'string' ? parseAddress(value) : address(value)),
  containsCIDR: ([range, value]) =>
    containsCidr(block(range), typeof value === 'string' ? parseBlock(value) : block(value)),
  prefixLength: ([value]) => BigInt(block(value).length),
  masked: ([value]) => block(value).masked(),
};

function amount(value: CelValue | undefined): Quantity {
  if (!(value instanceof CelQuantity)) throw noOverload();
  return value.amount;
}

function readAmount(text: string): CelQuantity {
  try {
    return new CelQuantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

/** The amount as a whole number. Upstream has none for what it holds with a fraction, even one of zeros. */
function wholeOf({ digits, scale, wide }: Quantity): bigint | undefined {
  if (wide || scale < 0) return undefined;
  const value = digits * 10n ** BigInt(scale);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function added(sign: bigint): CelFunction {
  return ([a, b]) => {
    const one = amount(a);
    const other: Quantity =
      typeof b === 'bigint' ? { digits: b, scale: 0, format: 'exponent', wide: false } : amount(b);
    const scale = Math.min(one.scale, other.scale);
    const at = ({ digits, scale: own }: Quantity): bigint => digits * 10n ** BigInt(own - scale);
    const wide = one.wide || other.wide;
    return new CelQuantity({ digits: at(one) + sign * at(other), scale, format: one.format, wide });
  };
}

const quantityFunctions: Functions = {
  quantity: ([value]) => readAmount(textOf(value)),
  isQuantity: ([value]) => canRead(readAmount, textOf(value)),
  sign: ([value]) => {
    const { digits } = amount(value);
    return digits < 0n ? -1n : digits > 0n ? 1n : 0n;
  },
  isInteger: ([value]) => wholeOf(amount(value)) !== undefined,
  asInteger: ([value]) => {
    const whole = wholeOf(amount(value));
    if (whole === undefined) throw new CelError('cannot convert value to integer');
    return celInt(whole);
  },
  asApproximateFloat: ([value]) => {
    const { digits, scale } = amount(value);
    return scale < 0 ? Number(digits) / 10 ** -scale : Number(digits) * 10 ** scale;
  },
  add: added(1n),
  sub: added(-1n),
};

function version(value: CelValue | undefined): CelVersion {
  if (!(value instanceof CelVersion)) throw noOverload();
  return value;
}

function isLenient(value: CelValue | undefined): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw noOverload();
  return value === true;
}

function numberAt(at: number): CelFunction {
  return ([value]) => celInt(version(value).numbers[at] ?? 0n);
}

/** Amounts and versions have an order, but not by signs. */
function compared([a, b]: readonly CelValue[]): number {
  if (a instanceof CelQuantity) return compareAmounts(a.amount, amount(b));
  return version(a).compare(version(b));
}

/** The functions that Kubernetes adds to the language: URLs, addresses, amounts and versions. */
export const kubernetesFunctions: Functions = {
  ...urlFunctions,
  ...addressFunctions,
  ...quantityFunctions,
  semver: ([value, lenient]) => parseVersion(textOf(value), isLenient(lenient)),
  isSemver: ([value, lenient]) => canRead((text) => parseVersion(text, isLenient(lenient)), textOf(value)),
  major: numberAt(0),
  minor: numberAt(1),
  patch: numberAt(2),
  isGreaterThan: (args) => compared(args) > 0,
  isLessThan: (args) => compared(args) < 0,
  compareTo: (args) => BigInt(compared(args)),
};
