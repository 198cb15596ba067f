import { jsonEqual } from '#base/json.ts';
import type { CelAddress, CelBlock } from '#kinds/cel/addresses.ts';
import { originOf } from '#kinds/cel/origin.ts';
import type { CelVersion } from '#kinds/cel/semver.ts';
import type { CelUrl } from '#kinds/cel/url.ts';
import type { Quantity } from '#schema/quantity.ts';

/** What expressions compute with: whole numbers are bigints, others numbers. */
export type CelValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | CelUint
  | CelBytes
  | CelTime
  | CelDuration
  | CelType
  | CelUrl
  | CelAddress
  | CelBlock
  | CelQuantity
  | CelVersion
  | CelOptional
  | CelFormat
  | CelReceiver
  | readonly CelValue[]
  | CelMap;

export type CelMap = ReadonlyMap<CelKey, CelValue>;
export type CelKey = string | bigint | boolean;

/** What a function makes of its arguments, the target first. `pay` is told of work that grows with them. */
export type CelFunction = (args: readonly CelValue[], pay: (steps: number) => void) => CelValue;

/** Thrown when an expression has no value; the message is upstream's. */
export class CelError extends Error {
  override readonly name = 'CelError';
}

/** A whole number that is never negative, a type of its own. */
export class CelUint {
  readonly value: bigint;

  /** Throws `CelError` if the number has no place in 64 bits. */
  constructor(value: bigint) {
    if (value < 0n || value >= 2n ** 64n) throw new CelError('unsigned integer overflow');
    this.value = value;
  }
}

export class CelBytes {
  readonly data: Buffer;

  constructor(data: Buffer) {
    this.data = data;
  }
}

export class CelQuantity {
  readonly amount: Quantity;

  constructor(amount: Quantity) {
    this.amount = amount;
  }
}

/** A value of a library's, which knows what it equals. */
export interface CelOpaque {
  readonly typeName: string;
  equals(other: unknown): boolean;
}

/** Values that have functions and nothing else: each equals itself alone. */
export abstract class CelReceiver implements CelOpaque {
  abstract readonly typeName: string;

  equals(other: unknown): boolean {
    return this === other;
  }
}

/** A point in time, in nanoseconds since 1970. */
export class CelTime {
  readonly nanos: bigint;
  /** How far the clocks were ahead of UTC where it was written: it is shown so again. */
  readonly offsetMinutes: number;

  constructor(nanos: bigint, offsetMinutes = 0) {
    this.nanos = nanos;
    this.offsetMinutes = offsetMinutes;
  }
}

/** A length of time, exact to the nanosecond as in Go. */
export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value, such as `type(1)` gives: equal to another by its name. */
export class CelType {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A rule that texts can be held to: what is wrong with one. */
export class CelFormat {
  readonly problems: (text: string) => readonly string[];

  constructor(problems: (text: string) => readonly string[]) {
    this.problems = problems;
  }
}

/** A value that may be missing. */
export class CelOptional {
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

export function isMap(value: CelValue): value is CelMap {
  return value instanceof Map;
}

/** The number that a value is, whatever its type. */
export function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof CelUint ? value.value : undefined;
}

const plainTypes: { readonly [type: string]: string } = { boolean: 'bool', bigint: 'int', number: 'double' };

/** The name of a value's type, as `type()` and error texts have it. */
export function typeName(value: CelValue): string {
  if (value === null) return 'null_type';
  if (typeof value !== 'object') return plainTypes[typeof value] ?? 'string';
  if (isList(value)) return 'list';
  if (isMap(value)) return 'map';
  if ('typeName' in value) return value.typeName;
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelBytes) return 'bytes';
  if (value instanceof CelTime) return 'google.protobuf.Timestamp';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelType) return 'type';
  if (value instanceof CelQuantity) return 'kubernetes.Quantity';
  return value instanceof CelOptional ? 'optional_type' : 'kubernetes.NamedFormat';
}

/** Equality: numbers by what they count, lists and maps by what they hold, unlike types never. */
export function celEqual(a: CelValue, b: CelValue): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left <= right && left >= right;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (isList(a)) return isList(b) && a.length === b.length && listEqual(a, b);
  if (isMap(a))
    return (
      isMap(b) && a.size === b.size && [...a].every(([key, value]) => entryEqual(b, key, value)) && hiddenEqual(a, b)
    );
  if ('typeName' in a) return a.equals(b);
  return sameKindEqual(a, b);
}

function listEqual(a: readonly CelValue[], b: readonly CelValue[]): boolean {
  const { isSet = false, keys } = originOf(a);
  if (isSet) return b.every((item) => a.some((own) => celEqual(own, item)));
  if (keys === undefined) return a.every((item, at) => celEqual(item, b[at] as CelValue));
  const own = new Map(a.map((item) => [itemKey(item, keys), item]));
  return b.every((item) => {
    const found = own.get(itemKey(item, keys));
    return found !== undefined && celEqual(found, item);
  });
}

/** What tells an item of a list from the others. */
export function itemKey(item: CelValue, keys: readonly string[]): string {
  return keys.map((key) => (isMap(item) ? String(item.get(key)) : '')).join('\n');
}

function hiddenEqual(a: CelMap, b: CelMap): boolean {
  const [mine, theirs] = [originOf(a).hidden, originOf(b).hidden];
  if (mine === undefined && theirs === undefined) return true;
  if (mine?.size !== theirs?.size) return false;
  return [...(mine ?? [])].every(([key, value]) => !theirs?.has(key) || jsonEqual(value, theirs.get(key)));
}

function sameKindEqual(a: CelValue, b: CelValue): boolean {
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  if (a instanceof CelFormat) return a === b;
  if (a instanceof CelQuantity) return b instanceof CelQuantity && compareAmounts(a.amount, b.amount) === 0;
  if (!(a instanceof CelOptional)) return celCompare(a, b) === 0;
  if (!(b instanceof CelOptional)) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return celEqual(a.value, b.value);
}

function entryEqual(map: CelMap, key: CelKey, value: CelValue): boolean {
  const other = map.get(key);
  return other !== undefined && celEqual(value, other);
}

/** Negative, zero or positive as `a` comes before, with or after `b`; undefined if they have no order. */
export function celCompare(a: CelValue, b: CelValue): number | undefined {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) {
    if (Number.isNaN(left) || Number.isNaN(right)) throw new CelError('NaN values cannot be ordered');
    return ordered(left, right);
  }
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof CelBytes && b instanceof CelBytes) return Buffer.compare(a.data, b.data);
  if (a instanceof CelTime && b instanceof CelTime) return ordered(a.nanos, b.nanos);
  if (a instanceof CelDuration && b instanceof CelDuration) return ordered(a.nanos, b.nanos);
  return undefined;
}

function ordered(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How two amounts compare, whatever their forms. */
export function compareAmounts(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  return ordered(a.digits * 10n ** BigInt(a.scale - scale), b.digits * 10n ** BigInt(b.scale - scale));
}

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;

/** A whole number that has not run over. */
export function celInt(value: bigint): bigint {
  if (value < intMin || value > intMax) throw new CelError('integer overflow');
  return value;
}

/** What a value is looked up by in a map; undefined for a value that can be no key. Numbers of any type find each other. */
export function keyOf(value: CelValue): CelKey | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const number = numberOf(value);
  return typeof number === 'number' ? (Number.isInteger(number) ? BigInt(number) : undefined) : number;
}

/** The error of an operator or function that does not take what it was given. */
export function noOverload(): CelError {
  return new CelError('no such overload');
}

/** An argument that must be a text. */
export function textOf(value: CelValue | undefined): string {
  if (typeof value !== 'string') throw noOverload();
  return value;
}
