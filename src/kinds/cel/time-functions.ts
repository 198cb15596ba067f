import { CelDuration, CelError, type CelFunction, CelTime, celInt, noOverload, textOf } from '#kinds/cel/values.ts';

const units: { readonly [unit: string]: bigint } = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ns: 1n,
};

/** Reads a duration as Go writes it, such as "1h30m" or "1.5s". */
export function parseDuration(text: string): CelDuration {
  const match = /^([-+]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  let nanos = 0n;
  for (const [, amount = '', unit = ''] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [whole = '', fraction = ''] = amount.split('.');
    const size = units[unit] ?? 0n;
    nanos += BigInt(whole === '' ? 0 : whole) * size;
    const digits = fraction.slice(0, 9);
    if (digits !== '') nanos += (BigInt(digits) * size) / 10n ** BigInt(digits.length);
  }
  const signed = match[1] === '-' ? -nanos : nanos;
  if (BigInt.asIntN(64, signed) !== signed) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  return new CelDuration(signed);
}

/** Reads a point in time in RFC 3339. */
export function parseTime(text: string): CelTime {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9})\d*)?(Z|[-+]\d{2}:\d{2})$/.exec(text);
  const [, local = '', fraction = '', zone = ''] = match ?? [];
  const millis = match === null ? Number.NaN : Date.parse(`${local}Z`);
  // A date that is in no calendar is read as one of the next month.
  const isReal = !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(local);
  const offset = zone === 'Z' ? 0 : offsetMinutes(zone);
  if (!isReal || offset === undefined) throw new CelError(`invalid timestamp ${JSON.stringify(text)}`);
  const nanos = BigInt(millis - offset * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return timeOf(nanos, offset);
}

const second = 1_000_000_000n;
const secondsMin = -62_135_596_800n;
const secondsMax = 253_402_300_799n;

/** A time in the years that there are: 1 to 9999. */
export function timeOf(nanos: bigint, offsetMinutes = 0): CelTime {
  const seconds = (nanos - (((nanos % second) + second) % second)) / second;
  if (seconds < secondsMin || seconds > secondsMax) throw new CelError('timestamp overflow');
  return new CelTime(nanos, offsetMinutes);
}

export function durationOf(nanos: bigint): CelDuration {
  if (BigInt.asIntN(64, nanos) !== nanos) throw new CelError('duration overflow');
  return new CelDuration(nanos);
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
  const inSecond = ((value.nanos % second) + second) % second;
  const millis = Number((value.nanos - inSecond) / 1_000_000n) + value.offsetMinutes * 60_000;
  return `${new Date(millis).toISOString().slice(0, 19)}${fraction(inSecond)}${zoneText(value.offsetMinutes)}`;
}

function zoneText(offset: number): string {
  if (offset === 0) return 'Z';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** "+05:30" or "-8:00" in minutes. */
function offsetMinutes(zone: string): number | undefined {
  const match = /^([-+]?)(\d+):(\d+)$/.exec(zone);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** A time as the clocks of a place show it, told as if it were UTC. */
function shownIn(time: CelTime, zone: string): Date {
  const millis = Number((time.nanos - (((time.nanos % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
  if (zone === '' || zone === 'UTC') return new Date(millis);
  if (zone.includes(':')) {
    const offset = offsetMinutes(zone);
    if (offset === undefined) {
      const hours = zone.slice(0, zone.indexOf(':'));
      throw new CelError(`strconv.Atoi: parsing ${JSON.stringify(hours)}: invalid syntax`);
    }
    return new Date(millis + offset * 60_000);
  }
  const parts = partsIn(zone).formatToParts(millis);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const shown = new Date(0);
  shown.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  shown.setUTCHours(part('hour'), part('minute'), part('second'), new Date(millis).getUTCMilliseconds());
  return shown;
}

const zones = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string): Intl.DateTimeFormat {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zones.set(zone, format);
    return format;
  } catch (error) {
    if (error instanceof RangeError) throw new CelError(`unknown time zone ${zone}`);
    throw error;
  }
}

/** A part of a time, in UTC or the zone that is named, or a whole duration in a unit. */
function part(ofTime: (date: Date) => number, unit?: bigint): CelFunction {
  return ([value, zone = 'UTC']) => {
    if (value instanceof CelTime) return BigInt(ofTime(shownIn(value, textOf(zone))));
    if (value instanceof CelDuration && unit !== undefined) return value.nanos / unit;
    throw noOverload();
  };
}

const dayMs = 86_400_000;

function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / dayMs);
}

/** Functions of times and durations. */
export const timeFunctions: { readonly [name: string]: CelFunction } = {
  duration: ([value]) => {
    if (value instanceof CelDuration) return value;
    return typeof value === 'bigint' ? durationOf(value) : parseDuration(textOf(value));
  },
  timestamp: ([value]) => {
    if (value instanceof CelTime) return value;
    return typeof value === 'bigint' ? timeOf(celInt(value) * 1_000_000_000n) : parseTime(textOf(value));
  },
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part(dayOfYear),
  getHours: part((date) => date.getUTCHours(), units.h),
  getMinutes: part((date) => date.getUTCMinutes(), units.m),
  getSeconds: part((date) => date.getUTCSeconds(), units.s),
  getMilliseconds: part((date) => date.getUTCMilliseconds(), units.ms),
};
