import { compileExpression } from '#kinds/admission-expression/compile.ts';
import type { AdmissionEvaluation, NamedExpression } from '#kinds/admission-expression/evaluation.ts';
import { OutOfBudgetError } from '#kinds/admission-expression/evaluation.ts';
import { boolType } from '#kinds/cel/types.ts';
import { CelError } from '#kinds/cel/values.ts';

/** Whether a request is one that conditions ask for; or why nobody can say, of which the failure policy decides. */
export type ConditionsVerdict =
  | { readonly matches: true }
  | { readonly matches: false }
  | { readonly matches: undefined; readonly error: string };

/** Reads conditions. Those that are wrong are errors for every request. */
export function compileConditions(
  conditions: readonly { readonly name: string; readonly expression: string }[],
  { params }: { readonly params: boolean },
): readonly NamedExpression[] {
  return conditions.map(({ name, expression }) => ({
    name,
    expression: compileExpression(expression, { params, authorizer: true }, [boolType]),
  }));
}

/** A request matches if all conditions hold. One that does not hold decides, whatever becomes of the others. */
export function judgeConditions(
  conditions: readonly NamedExpression[],
  evaluation: AdmissionEvaluation,
): ConditionsVerdict {
  const errors = new Set<string>();
  let isFalse = false;
  for (const { expression } of conditions) {
    try {
      if (evaluation.value(expression) === false) isFalse = true;
    } catch (error) {
      if (error instanceof OutOfBudgetError) return { matches: undefined, error: error.message };
      if (!(error instanceof CelError)) throw error;
      errors.add(error.message);
    }
  }
  if (isFalse) return { matches: false };
  if (errors.size === 0) return { matches: true };
  const texts = [...errors];
  return { matches: undefined, error: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]` };
}
