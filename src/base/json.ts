/** Anything JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether `value` is a plain object: not null, not a list. */
export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values. Key order does not count; a key holding `undefined` counts as absent. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  // Keys are counted, not looked up the other way: `a` inherits a "constructor" that `b` may really hold.
  let more = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    if (!jsonEqual(a[key], b[key])) return false;
    more++;
  }
  for (const key in b) if (b[key] !== undefined) more--;
  return more === 0;
}

const wholly = { enumerable: true, configurable: true, writable: true };

/** A deep copy that shares nothing with `value`. */
export function jsonCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(jsonCopy) as T;
  if (!isObject(value)) return value;
  const copy: { [key: string]: unknown } = {};
  for (const key in value) {
    if (value[key] === undefined) continue;
    // A lawful key of a ConfigMap that plain assignment would lose.
    if (key === '__proto__') Object.defineProperty(copy, key, { ...wholly, value: jsonCopy(value[key]) });
    else copy[key] = jsonCopy(value[key]);
  }
  return copy as T;
}

/** `value` as JSON the way Go writes it, where `<`, `>`, `&` and two line ends are escaped: there are clients that compare texts.
 *  `value` must be something that JSON can say. */
export function goJson(value: unknown): string {
  return asGoWrites(JSON.stringify(value));
}

/** A text of JSON as Go would have written it. Only inside strings do these characters stand in JSON. */
export function asGoWrites(text: string): string {
  return text.replaceAll(browserSyntax, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const browserSyntax = /[<>&\u2028\u2029]/g;

let freezing = true;

/** From now on `deepFreeze` trusts the types: what is readonly is not written. For the program as users run it; the tests and the
 *  test kit keep freezing, and so prove that nobody writes. It is a fifth of the CPU time of creating a pod. */
export function stopFreezing(): void {
  freezing = false;
}

/** Freezes `value` and all it holds, and returns it. Every stored object passes here, so it allocates nothing and leaves
 *  plain values alone. */
export function deepFreeze<T>(value: T): T {
  return freezing ? frozen(value) : value;
}

function frozen<T>(value: T): T {
  if (!isHolder(value) || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) {
    for (const item of value) if (isHolder(item)) frozen(item);
  } else {
    for (const key in value) if (isHolder(value[key])) frozen(value[key]);
  }
  return Object.freeze(value);
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
