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
