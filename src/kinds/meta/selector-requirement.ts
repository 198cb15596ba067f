import type { StringMap } from '#kinds/meta/labels.ts';

/** How one requirement compares; `=` and `==` mean the same but are printed as written. */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';

export interface SelectorRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Sorted, without repeats. */
  readonly values: readonly string[];
}

/** Whether labels meet one requirement. A label that is absent differs from every value. */
export function meetsRequirement(requirement: SelectorRequirement, labels: StringMap | undefined): boolean {
  const value = labels?.[requirement.key];
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case '==':
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case '>':
    case '<':
      return meetsOrder(requirement, value);
  }
}

function meetsOrder(requirement: SelectorRequirement, value: string | undefined): boolean {
  const left = integerOf(value ?? '');
  const right = integerOf(requirement.values[0] ?? '');
  if (left === undefined || right === undefined) return false;
  return requirement.operator === '>' ? left > right : left < right;
}

/** A 64-bit integer as Go's parser reads it. */
export function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Its canonical text. */
export function formatRequirement({ key, operator, values }: SelectorRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    default:
      return `${key}${operator}${values.join(',')}`;
  }
}

/** The order of requirements in a selector. */
export function byKey(a: SelectorRequirement, b: SelectorRequirement): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

export function sortedUnique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
