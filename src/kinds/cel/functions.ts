import { CelAddress, CelBlock } from '#kinds/cel/addresses.ts';
import { authorizerFunctions } from '#kinds/cel/authorizer-functions.ts';
import { formatFunctions } from '#kinds/cel/format-functions.ts';
import { kubernetesFunctions } from '#kinds/cel/kubernetes-functions.ts';
import { listFunctions } from '#kinds/cel/list-functions.ts';
import { operators } from '#kinds/cel/operators.ts';
import { plainText } from '#kinds/cel/text-format.ts';
import { textFunctions } from '#kinds/cel/text-functions.ts';
import { timeFunctions } from '#kinds/cel/time-functions.ts';
import {
  CelBytes,
  CelDuration,
  CelError,
  type CelFunction,
  CelTime,
  CelType,
  CelUint,
  type CelValue,
  isList,
  isMap,
  noOverload,
  numberOf,
  textOf,
  typeName,
} from '#kinds/cel/values.ts';

const bools: { readonly [text: string]: boolean } = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
};

function unread(type: string): CelError {
  return new CelError(`type conversion error from 'string' to '${type}'`);
}

/** A number as a whole one, or undefined if it is none or has no place in 64 bits. */
function truncated(value: number, min: bigint, max: bigint): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const whole = BigInt(Math.trunc(value));
  return whole >= min && whole <= max ? whole : undefined;
}

const intMax = 2n ** 63n - 1n;
const second = 1_000_000_000n;

function intOf(value: CelValue | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof CelDuration) return value.nanos;
  if (value instanceof CelTime)
    return BigInt.asIntN(64, (value.nanos - (((value.nanos % second) + second) % second)) / second);
  if (typeof value === 'number' || value instanceof CelUint) {
    // The two ends of the range are no numbers that a double could tell from their neighbours.
    const whole = typeof value === 'number' ? truncated(value, -intMax, intMax - 1023n) : value.value;
    if (whole === undefined || whole > intMax) throw new CelError('integer overflow');
    return whole;
  }
  const text = textOf(value);
  const whole = /^[-+]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  if (whole === undefined || whole > intMax || whole < -intMax - 1n) throw unread('int');
  return whole;
}

function uintOf(value: CelValue | undefined): CelUint {
  if (value instanceof CelUint) return value;
  if (typeof value === 'bigint') return new CelUint(value);
  if (typeof value === 'number') return new CelUint(truncated(value, 0n, 2n ** 64n - 2048n) ?? -1n);
  const text = textOf(value);
  const whole = /^\d+$/.test(text) ? BigInt(text) : -1n;
  if (whole < 0n || whole >= 2n ** 64n) throw unread('uint');
  return new CelUint(whole);
}

const infinities: { readonly [text: string]: number } = { inf: Infinity, infinity: Infinity, nan: Number.NaN };

function doubleOf(value: CelValue | undefined): number {
  const number = value === undefined ? undefined : numberOf(value);
  if (number !== undefined) return Number(number);
  const text = textOf(value);
  const [, sign = '', name = ''] = /^([-+]?)([a-z]+)$/i.exec(text) ?? [];
  const known = infinities[name.toLowerCase()];
  if (known !== undefined) return sign === '-' ? -known : known;
  const read = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(read)) throw unread('double');
  return read;
}

function stringOf(value: CelValue | undefined): string {
  if (value instanceof CelAddress || value instanceof CelBlock) return value.text();
  if (value instanceof CelBytes && !isUtf8(value.data)) {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
  if (value === undefined || value === null || isList(value) || isMap(value)) throw noOverload();
  return plainText(value);
}

function isUtf8(data: Buffer): boolean {
  return Buffer.from(data.toString()).equals(data);
}

function sizeOf(value: CelValue | undefined): number {
  if (typeof value === 'string') return [...value].length;
  if (value instanceof CelBytes) return value.data.length;
  if (value !== undefined && isList(value)) return value.length;
  if (value !== undefined && isMap(value)) return value.size;
  throw noOverload();
}

const conversions: { readonly [name: string]: CelFunction } = {
  size: ([value]) => BigInt(sizeOf(value)),
  type: ([value]) => new CelType(typeName(value ?? null)),
  dyn: ([value]) => value ?? null,
  bool: ([value]) => {
    const read = typeof value === 'boolean' ? value : bools[textOf(value)];
    if (read === undefined) throw unread('bool');
    return read;
  },
  bytes: ([value]) => (value instanceof CelBytes ? value : new CelBytes(Buffer.from(textOf(value)))),
  int: ([value]) => intOf(value),
  uint: ([value]) => uintOf(value),
  double: ([value]) => doubleOf(value),
  string: ([value]) => stringOf(value),
};

/** All functions that expressions may call, operators included. */
export const functions: { readonly [name: string]: CelFunction } = {
  ...operators,
  ...conversions,
  ...textFunctions,
  ...timeFunctions,
  ...listFunctions,
  ...kubernetesFunctions,
  ...formatFunctions,
  ...authorizerFunctions,
};
