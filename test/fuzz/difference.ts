import { isRecord } from './mutate.ts';

const shownMax = 120;

/** Where two JSON values differ, in words; empty when they do not. */
export function difference(one: unknown, other: unknown, path = ''): readonly string[] {
  if (Object.is(one, other)) return [];
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((item, i) => difference(item, other[i], `${path}[${i}]`));
  }
  if (isRecord(one) && isRecord(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) => difference(one[key], other[key], `${path}.${key}`));
  }
  return [`${path}: ${short(one)} became ${short(other)}`];
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > shownMax ? `${text.slice(0, shownMax)}… (${text.length})` : text;
}
