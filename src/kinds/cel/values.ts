/** What expressions compute with: whole numbers are bigints, others numbers. */
export type CelValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | CelTime
  | CelDuration
  | CelType
  | CelOptional
  | CelFormat
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

/** A point in time, in nanoseconds since 1970. */
export class CelTime {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
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

/** The name of a value's type, as `type()` and error texts have it. */
export function typeName(value: CelValue): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      break;
  }
  if (value instanceof CelTime) return 'google.protobuf.Timestamp';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelType) return 'type';
  if (value instanceof CelOptional) return 'optional_type';
  if (value instanceof CelFormat) return 'kubernetes.NamedFormat';
  return isList(value) ? 'list' : 'map';
}

/** Equality: numbers by what they count, lists and maps by what they hold, unlike types never. */
export function celEqual(a: CelValue, b: CelValue): boolean {
  if (isNumber(a) && isNumber(b)) return a <= b && a >= b;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, at) => celEqual(item, b[at] as CelValue));
  if (isMap(a)) return isMap(b) && a.size === b.size && [...a].every(([key, value]) => entryEqual(b, key, value));
  if (a instanceof CelTime) return b instanceof CelTime && a.nanos === b.nanos;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  if (!(a instanceof CelOptional) || !(b instanceof CelOptional)) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return celEqual(a.value, b.value);
}

function entryEqual(map: CelMap, key: CelKey, value: CelValue): boolean {
  const other = map.get(key);
  return other !== undefined && celEqual(value, other);
}

export function isNumber(value: CelValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** Negative, zero or positive as `a` comes before, with or after `b`; undefined if they have no order. */
export function celCompare(a: CelValue, b: CelValue): number | undefined {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof CelTime && b instanceof CelTime) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a instanceof CelDuration && b instanceof CelDuration) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  return undefined;
}

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;

/** A whole number that has not run over. */
export function celInt(value: bigint): bigint {
  if (value < intMin || value > intMax) throw new CelError('integer overflow');
  return value;
}
