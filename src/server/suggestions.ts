import { closest } from '#schema/closest.ts';
import type { DecodeProblem } from '#schema/decode-context.ts';
import type { ObjectType, Type } from '#schema/type.ts';

/** For each unknown field that looks like a misspelt one: what was probably meant. */
export function adviceFor(problems: readonly DecodeProblem[], schema: ObjectType): readonly string[] {
  return problems.flatMap((problem) => {
    if (problem.is !== 'unknown') return [];
    const steps = problem.path.replace(/\[\d+\]/g, '').split('.');
    const wrong = steps.pop() ?? '';
    const owner = ownerOf(schema, steps);
    const meant = owner && closest(wrong, Object.keys(owner.fields));
    if (meant === undefined) return [];
    const path = problem.path.slice(0, problem.path.length - wrong.length) + meant;
    return [`unknown field "${problem.path}"; did you mean "${path}"?`];
  });
}

/** The object type that `steps` lead to; undefined where they leave the schema, as below a map whose keys hold dots. */
function ownerOf(schema: ObjectType, steps: readonly string[]): ObjectType | undefined {
  let type: Type | undefined = schema;
  for (const step of steps) {
    if (type?.is === 'object') type = type.fields[step]?.type;
    else if (type?.is === 'map') type = type.value;
    else return undefined;
    while (type?.is === 'list') type = type.item;
  }
  return type?.is === 'object' ? type : undefined;
}
