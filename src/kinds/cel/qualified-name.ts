import type { Expression } from '#kinds/cel/parse.ts';

/** The name with dots in it that an expression could be: `net.IP` of a field of something called `net`. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.is === 'name') return expression.name;
  if (expression.is !== 'select' || expression.mode !== undefined) return undefined;
  const of = qualifiedName(expression.of);
  return of === undefined ? undefined : `${of}.${expression.field}`;
}
