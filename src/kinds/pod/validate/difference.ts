import { isObject, jsonEqual } from '#base/json.ts';

/** What differs between two values, one line a leaf: "-" what was, "+" what is. For people; nobody parses it. */
export function describeChange(old: unknown, now: unknown): string {
  return lines(old, now, '').join('\n');
}

function lines(old: unknown, now: unknown, path: string): readonly string[] {
  if (jsonEqual(old, now)) return [];
  if (Array.isArray(old) && Array.isArray(now)) {
    const count = Math.max(old.length, now.length);
    return Array.from({ length: count }).flatMap((_, index) => lines(old[index], now[index], `${path}[${index}]`));
  }
  if (isObject(old) && isObject(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return keys.flatMap((key) => lines(old[key], now[key], path === '' ? key : `${path}.${key}`));
  }
  return [...line('-', path, old), ...line('+', path, now)];
}

function line(sign: string, path: string, value: unknown): readonly string[] {
  return value === undefined ? [] : [`${sign} ${path}: ${JSON.stringify(value)}`];
}
