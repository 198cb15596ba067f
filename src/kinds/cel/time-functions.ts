import { CelDuration, CelError, type CelFunction, CelTime, type CelValue } from '#kinds/cel/values.ts';

const units: { readonly [unit: string]: bigint } = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
};

/** Reads a duration as Go writes it, such as "1h30m" or "1.5s". */
export function parseDuration(text: string): CelDuration {
  const match = /^([-+]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  let nanos = 0n;
  for (const [, amount = '', unit = ''] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    const [whole = '', fraction = ''] = amount.split('.');
    const size = units[unit] ?? 0n;
    nanos += BigInt(whole === '' ? 0 : whole) * size;
    const digits = fraction.slice(0, 9);
    if (digits !== '') nanos += (BigInt(digits) * size) / 10n ** BigInt(digits.length);
  }
  return new CelDuration(match[1] === '-' ? -nanos : nanos);
}

/** Reads a point in time in RFC 3339. */
export function parseTime(text: string): CelTime {
  const match = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[-+]\d{2}:\d{2})$/.exec(text);
  const millis = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`.toUpperCase());
  if (Number.isNaN(millis)) throw new CelError(`invalid timestamp ${JSON.stringify(text)}`);
  return new CelTime(BigInt(millis) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0')));
}

/** Either as text: "90s", "2026-01-01T00:00:00Z". */
export function timeText(value: CelTime | CelDuration): string {
  const fraction = (nanos: bigint): string => {
    const digits = String(nanos).padStart(9, '0').replace(/0+$/, '');
    return digits === '' ? '' : `.${digits}`;
  };
  if (value instanceof CelDuration) {
    const size = value.nanos < 0n ? -value.nanos : value.nanos;
    return `${value.nanos < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction(size % 1_000_000_000n)}s`;
  }
  const inSecond = ((value.nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (value.nanos - inSecond) / 1_000_000n;
  return `${new Date(Number(seconds)).toISOString().slice(0, 19)}${fraction(inSecond)}Z`;
}

/** A part of a time, in UTC, or a whole duration in a unit. */
function part(ofTime: (date: Date) => number, unit?: bigint): CelFunction {
  return (args) => {
    const [value] = args;
    if (args.length > 1) throw new CelError('no such overload');
    if (value instanceof CelTime) return BigInt(ofTime(new Date(Number(value.nanos / 1_000_000n))));
    if (value instanceof CelDuration && unit !== undefined) return value.nanos / unit;
    throw new CelError('no such overload');
  };
}

const dayMs = 86_400_000;

/** Functions of times and durations. */
export const timeFunctions: { readonly [name: string]: CelFunction } = {
  duration: ([value]) => (value instanceof CelDuration ? value : parseDuration(textOf(value))),
  timestamp: ([value]) => (value instanceof CelTime ? value : parseTime(textOf(value))),
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / dayMs)),
  getHours: part((date) => date.getUTCHours(), units.h),
  getMinutes: part((date) => date.getUTCMinutes(), units.m),
  getSeconds: part((date) => date.getUTCSeconds(), units.s),
  getMilliseconds: part((date) => date.getUTCMilliseconds(), units.ms),
};

function textOf(value: CelValue | undefined): string {
  if (typeof value !== 'string') throw new CelError('no such overload');
  return value;
}
