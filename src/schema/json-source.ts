/** A number that JavaScript's own would change or spell differently: 1.50, 1e3, 12345678901234567890. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object that spells a key more than once, in the order of the text. */
export class RepeatedKeys {
  readonly entries: readonly (readonly [key: string, value: unknown])[];

  constructor(entries: readonly (readonly [key: string, value: unknown])[]) {
    this.entries = entries;
  }
}

/** Thrown for text that is not JSON; the message is that of Go's parser, which clients show. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Sets a key of an object under construction; `__proto__` becomes a key like any other. */
export function setKey(object: { [key: string]: unknown }, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** Deeper values are refused: no object needs them, and everything that walks values may recurse. */
const plainDepthMax = 1000;

/** A copy of `source` made of plain JSON values alone: the last of repeated keys wins, numbers are JavaScript's, and what JSON cannot
 *  say is left out. Throws `JsonSyntaxError` if it is nested too deeply. */
export function plain(source: unknown, depth = 0): unknown {
  if (typeof source !== 'object' || source === null) return source;
  if (depth > plainDepthMax) throw new JsonSyntaxError(`exceeded max depth of ${plainDepthMax}`);
  if (Array.isArray(source)) return source.map((item) => plain(item, depth + 1) ?? null);
  if (source instanceof ExactNumber) return Number(source.text);
  const copy: { [key: string]: unknown } = {};
  const entries = source instanceof RepeatedKeys ? source.entries : Object.entries(source);
  for (const [key, value] of entries) {
    if (value !== undefined) setKey(copy, key, plain(value, depth + 1));
  }
  return copy;
}
