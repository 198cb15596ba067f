import { timeText } from '#kinds/cel/time-functions.ts';
import {
  CelBytes,
  CelDuration,
  CelError,
  CelTime,
  CelType,
  CelUint,
  type CelValue,
  isList,
  isMap,
  numberOf,
  typeName,
} from '#kinds/cel/values.ts';

/** A stretch of a format: text to copy, or how to show the next argument. */
export type FormatPart = string | { readonly verb: string; readonly digits: number };

const digitsUsual = 6;
const digitsMax = 100;

/** Takes a format such as "%d of %.2f" apart. What is wrong with it is thrown where it is reached, behind what stands before. */
export function* formatParts(format: string): Generator<FormatPart> {
  let from = 0;
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
    if (at > from) yield format.slice(from, at);
    if (format[at + 1] === '%') {
      yield '%';
      from = at + 2;
      continue;
    }
    const clause = /^%(?:\.(\d*))?(.)?/su.exec(format.slice(at));
    const [all = '%', digits, verb] = clause ?? [];
    yield { verb: verb ?? '', digits: digits === undefined ? digitsUsual : Number(digits) };
    from = at + all.length;
  }
  if (from < format.length) yield format.slice(from);
}

/** What each verb takes, by the names of types, and the error of what it is not. */
export const verbs: { readonly [verb: string]: { readonly takes: readonly string[]; readonly otherwise: string } } = {
  s: {
    takes: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
    otherwise:
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  },
  d: { takes: ['int', 'uint'], otherwise: 'decimal clause can only be used on integers' },
  f: { takes: ['double', 'string'], otherwise: 'fixed-point clause can only be used on doubles' },
  e: { takes: ['double', 'string'], otherwise: 'scientific clause can only be used on doubles' },
  b: { takes: ['int', 'uint', 'bool'], otherwise: 'only integers and bools can be formatted as binary' },
  x: {
    takes: ['int', 'uint', 'string', 'bytes'],
    otherwise: 'only integers, byte buffers, and strings can be formatted as hex',
  },
  o: { takes: ['int', 'uint'], otherwise: 'octal clause can only be used on integers' },
};

/** Why there is no clause of this verb; undefined if there is. */
export function verbProblem(verb: string): string | undefined {
  if (verb === '') return 'unexpected end of string';
  if (Object.hasOwn(verbs, verb.toLowerCase()) && (verb === 'X' || verb === verb.toLowerCase())) return undefined;
  return `could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(verb)}`;
}

/** A format with its arguments in place, numbers as people of the United States write them. */
export function formatted(format: string, values: readonly CelValue[]): string {
  let next = 0;
  let text = '';
  for (const part of formatParts(format)) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = values[next];
    if (value === undefined) throw new CelError(`index ${next} out of range`);
    const problem = verbProblem(part.verb);
    if (problem !== undefined) throw new CelError(problem);
    text += shown(part.verb, part.digits, value);
    next += 1;
  }
  return text;
}

function shown(verb: string, digits: number, value: CelValue): string {
  const number = numberOf(value);
  const whole = typeof number === 'bigint' ? number : undefined;
  switch (verb) {
    case 's':
      return plainText(value, 's');
    case 'd':
      if (whole !== undefined) return String(whole);
      break;
    case 'f':
    case 'e':
      return decimal(verb, Math.min(digits, digitsMax), value);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (whole !== undefined) return whole.toString(2);
      break;
    case 'o':
      if (whole !== undefined) return whole.toString(8);
      break;
    default: {
      const hex = hexOf(value, whole);
      if (hex !== undefined) return verb === 'X' ? hex.toUpperCase() : hex;
    }
  }
  throw mismatch(verb, value);
}

function mismatch(verb: string, value: CelValue): CelError {
  return new CelError(`error during formatting: ${verbs[verb.toLowerCase()]?.otherwise}, was given ${typeName(value)}`);
}

function hexOf(value: CelValue, whole: bigint | undefined): string | undefined {
  if (whole !== undefined) return whole.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof CelBytes ? value.data.toString('hex') : undefined;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const named: { readonly [text: string]: number } = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };

function decimal(verb: 'f' | 'e', digits: number, value: CelValue): string {
  const number = typeof value === 'string' && Object.hasOwn(named, value) ? named[value] : value;
  if (typeof number !== 'number') throw mismatch(verb, value);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number < 0 ? '-∞' : '∞';
  if (verb === 'f') {
    const [whole = '', fraction] = exactDigits(number, digits).split('.');
    const grouped = whole.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
    return fraction === undefined ? grouped : `${grouped}.${fraction}`;
  }
  const [mantissa = '', power = ''] = number.toExponential(digits).split('e');
  const raised = Math.abs(Number(power)).toString().padStart(2, '0');
  const sign = power.startsWith('-') ? '⁻' : '';
  return `${mantissa}×10${sign}${[...raised].map((digit) => superscripts[Number(digit)]).join('')}`;
}

/** Large numbers with all their digits, which the engine shows as powers. */
function exactDigits(number: number, digits: number): string {
  if (Math.abs(number) < 1e21) return number.toFixed(digits);
  return digits === 0 ? String(BigInt(number)) : `${BigInt(number)}.${'0'.repeat(digits)}`;
}

/** A value as `string()` and `%s` show it. */
export function plainText(value: CelValue, verb = 's'): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return doubleText(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(inner).join(', ')}]`;
  if (isMap(value)) {
    const entries = [...value].map(([key, one]) => [inner(key), inner(one)] as const);
    return `{${entries
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map((entry) => entry.join(':'))
      .join(', ')}}`;
  }
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelBytes) return value.data.toString();
  if (value instanceof CelTime || value instanceof CelDuration) return timeText(value);
  if (value instanceof CelType) return value.name;
  throw mismatch(verb, value);
}

/** A value inside a list or map. */
function inner(value: CelValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof CelBytes) return `b${JSON.stringify(plainText(value))}`;
  if (value instanceof CelTime) return `timestamp(${JSON.stringify(timeText(value))})`;
  if (value instanceof CelDuration) return `duration(${JSON.stringify(timeText(value))})`;
  if (typeof value !== 'number') return plainText(value);
  return Number.isFinite(value) ? exactDigits(value, digitsUsual) : JSON.stringify(doubleText(value));
}

const exponentMax = 6;

/** A number in as few digits as tell it, as Go's %g: with a power from a million on and below a ten-thousandth. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < exponentMax) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}
