import { ExactNumber, RepeatedKeys } from '#schema/json-source.ts';
import type { Type } from '#schema/type.ts';

/** Something in a body that is tolerated unless the client asked for strictness (spec: api.md section 10.1). */
export interface DecodeProblem {
  readonly is: 'unknown' | 'duplicate' | 'yaml';
  /** As in `spec.template.spec.containers[0].imag`; for `yaml` the line and key. */
  readonly path: string;
  /** Upstream's text, such as `unknown field "spec.templat"`. */
  readonly text: string;
  /** Whether it is in the metadata of an object embedded in a custom resource: upstream looks for those last. */
  readonly isEmbedded?: true;
}

/** Thrown for a value that cannot be what the schema says. The message is Go's; callers put "… cannot be handled as a …: " before it. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** The same in the words of upstream's other decoder, which reads what a strategic merge patch has made. */
  readonly converted: string;

  constructor(message: string, converted = message) {
    super(message);
    this.converted = converted;
  }
}

const problemsMax = 100;

/** A key of a map, to tell it from a field: error texts name the one and not the other. */
export interface MapKey {
  readonly key: string;
}

/** What one run of a decoder carries along: where it is and what it found. */
export class DecodeContext {
  readonly path: (string | number | MapKey)[] = [];
  readonly problems: DecodeProblem[] = [];
  readonly applyDefaults: boolean;
  readonly keepsGoing: boolean;
  /** The first value of a wrong type. Decoding goes on, as upstream's does, since a worse error may follow. */
  mismatch: DecodeError | undefined;

  constructor(applyDefaults: boolean, keepsGoing = false) {
    this.applyDefaults = applyDefaults;
    this.keepsGoing = keepsGoing;
  }

  report(is: 'unknown' | 'duplicate', key: string): void {
    this.note(is, pathText([...this.path, key]));
  }

  reportEmbedded(is: 'unknown' | 'duplicate', key: string): void {
    this.note(is, `${fieldText(this.path)}.${key}`, { isEmbedded: true });
  }

  private note(is: 'unknown' | 'duplicate', path: string, more: { readonly isEmbedded?: true } = {}): void {
    if (this.problems.length >= problemsMax) return;
    const text = `${is} field ${JSON.stringify(path)}`;
    if (!this.problems.some((problem) => problem.text === text)) this.problems.push({ is, path, text, ...more });
  }

  /** Notes that `value` cannot be a `type`; `owner` is the object type whose field is being read, "" at the top. */
  mismatched(value: unknown, type: Type, owner: string): undefined {
    const whole = type.is === 'int32' || type.is === 'int64';
    const target = `of type ${goTypeName(type)}`;
    const where =
      owner === ''
        ? `Go value ${target}`
        : `Go struct field ${owner}.${this.path.filter((step) => typeof step === 'string').join('.')} ${target}`;
    const message = `json: cannot unmarshal ${jsonWord(value, whole)} into ${where}`;
    this.mismatch ??= new DecodeError(message, conversionText(value, type));
    return undefined;
  }
}

/** The way to a value, as in `spec.template.spec.containers[0].image`. */
export function pathText(steps: readonly (string | number | MapKey)[]): string {
  let path = '';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += `${path === '' ? '' : '.'}${typeof step === 'string' ? step : step.key}`;
  }
  return path;
}

/** The way to a value as findings have it: the keys of a map in brackets, as in `spec.parts[engine].metadata`. */
export function fieldText(steps: readonly (string | number | MapKey)[]): string {
  let path = '';
  for (const step of steps) {
    if (typeof step === 'string') path += `${path === '' ? '' : '.'}${step}`;
    else path += `[${typeof step === 'number' ? step : step.key}]`;
  }
  return path;
}

/** What Go calls a JSON value in its errors; numbers are spelt out only where a whole number was wanted. */
export function jsonWord(value: unknown, spellNumbers = false): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return spellNumbers ? `number ${value}` : 'number';
  if (value instanceof ExactNumber) return spellNumbers ? `number ${value.text}` : 'number';
  return Array.isArray(value) ? 'array' : 'object';
}

/** How upstream's converter of JSON trees complains of `value` (converter.go of apimachinery): containers cannot be "restored" from
 *  something else, and of the leaves only a whole number comes near enough to a string to be called a failed conversion. */
function conversionText(value: unknown, type: Type): string {
  const got = treeWord(value);
  switch (type.is) {
    case 'list':
    case 'bytes':
      return `cannot restore slice from ${got}`;
    case 'map':
      return `cannot restore map from ${got}`;
    case 'object':
      return `cannot restore struct from: ${got}`;
    case 'intOrString':
      return `json: cannot unmarshal ${jsonWord(value, true)} into Go value of type int32`;
    case 'time':
    case 'microTime':
      return `json: cannot unmarshal ${jsonWord(value, false)} into Go value of type string`;
    default: {
      const wanted = goTypeName(type);
      const close = (wanted === 'string' && got === 'int64') || (wanted.startsWith('int') && got === 'float64');
      return close ? `cannot convert ${got} to ${wanted}` : `unrecognized type: ${wanted}`;
    }
  }
}

/** What Go calls a value of a decoded JSON tree. */
function treeWord(value: unknown): 'slice' | 'map' | 'string' | 'bool' | 'int64' | 'float64' {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (value instanceof ExactNumber) return 'float64';
  return Array.isArray(value) ? 'slice' : 'map';
}

/** The Go type that clients know from upstream's errors: "int32", "[]v1.Container", "v1.PodSpec". */
function goTypeName(type: Type): string {
  switch (type.is) {
    case 'list':
      return `[]${goTypeName(type.item)}`;
    case 'map':
      return `map[string]${goTypeName(type.value)}`;
    case 'object':
    case 'choice':
      return type.name.split('.').slice(-2).join('.');
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'bytes':
      return '[]uint8';
    case 'intOrString':
      return 'int32';
    case 'int32':
    case 'int64':
    case 'string':
      return type.is;
    default:
      return 'string';
  }
}

/** The keys and values of a JSON object in the order of the text, or undefined if `value` is none. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (value instanceof RepeatedKeys) return value.entries;
  if (value instanceof ExactNumber) return undefined;
  return Object.entries(value);
}
