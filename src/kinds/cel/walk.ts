import type { Expression } from '#kinds/cel/parse.ts';

/** The parts that an expression is made of, one level down. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'value':
    case 'name':
      return [];
    case 'select':
      return [expression.of];
    case 'index':
      return [expression.of, expression.index];
    case 'call':
      return expression.target === undefined ? expression.args : [expression.target, ...expression.args];
    case 'list':
      return expression.items.map(({ value }) => value);
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'logic':
      return [expression.left, expression.right];
    case 'choose':
      return [expression.test, expression.yes, expression.no];
    case 'bind':
      return [expression.value, expression.body];
    case 'each':
      return [expression.range, ...(expression.only === undefined ? [] : [expression.only]), expression.body];
  }
}

/** The names that an expression binds for its own parts. */
function boundBy(expression: Expression): readonly string[] {
  if (expression.is === 'bind') return [expression.name];
  if (expression.is !== 'each') return [];
  return expression.second === undefined ? [expression.name] : [expression.name, expression.second];
}

/** Whether an expression speaks of what `name` stands for outside of it. */
export function usesName(expression: Expression, name: string): boolean {
  if (expression.is === 'name') return expression.name === name;
  if (!boundBy(expression).includes(name)) return partsOf(expression).some((part) => usesName(part, name));
  const [outside] = partsOf(expression);
  return outside !== undefined && usesName(outside, name);
}
