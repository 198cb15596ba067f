import type { Json, JsonObject } from '#base/json.ts';

/** An object under construction. */
export type Draft = { [key: string]: Json };

/** What `object` itself holds at `key`; never what it inherits, since keys such as "constructor" come from clients. */
export function get(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key that a client chose. Plain assignment would lose "__proto__", a lawful key of a ConfigMap. */
export function put(draft: Draft, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(draft, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    draft[key] = value;
  }
}

/** What Go's encoding/json calls a value in its complaints. */
export function goKind(value: Json): 'array' | 'string' | 'number' | 'bool' | 'object' | 'null' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value as 'string' | 'number' | 'object';
}

/** `value` as Go's fmt prints it with %v: `map[a:1 b:[x y]]`. Upstream quotes patches so in its answers. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}

/** The Go type that holds a decoded JSON value, as %T prints it. */
export function goTypeOf(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** A decoded JSON value as Go source, which is how %#v prints it. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`;
}
