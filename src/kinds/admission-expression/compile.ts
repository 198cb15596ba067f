import { namesOf, type Surroundings } from '#kinds/admission-expression/types.ts';
import { checkCel } from '#kinds/cel/check.ts';
import { patternProblem } from '#kinds/cel/literals.ts';
import { markedProblems } from '#kinds/cel/marked.ts';
import { type Expression, parseCel } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';
import { type CelTypeOf, shownType } from '#kinds/cel/types.ts';

/** An expression about a request, ready to be asked; or why it cannot be, in upstream's words. */
export type AdmissionExpression = { readonly source: string } & (
  | { readonly expression: Expression; readonly type: CelTypeOf }
  | { readonly problem: string }
);

/** Reads an expression and checks its types. What it may make is one of `results`, exactly; anything if none are named. */
export function compileExpression(
  source: string,
  around: Surroundings,
  results: readonly CelTypeOf[],
): AdmissionExpression {
  const refused = (problem: string): AdmissionExpression => ({ source, problem });
  try {
    const expression = parseCel(source);
    const { problems, type } = checkCel(expression, namesOf(around));
    if (problems.length > 0) return refused(`compilation failed: ${markedProblems(source, problems)}`);
    const isWanted = results.length === 0 || results.some(({ name }) => name === type.name);
    if (!isWanted) return refused(`must evaluate to ${wanted(results)} but got ${shownResult(type)}`);
    const why = patternProblem(expression);
    return why === undefined ? { source, expression, type } : refused(`program instantiation failed: ${why}`);
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return refused(`compilation failed: ${markedProblems(source, [{ at: error.at, text: error.message }])}`);
  }
}

function wanted(results: readonly CelTypeOf[]): string {
  const [only, ...others] = results.map(shownResult);
  return others.length === 0 ? (only ?? '') : `one of [${[only, ...others].join(' ')}]`;
}

/** Upstream shows the type of nothing by its full name here. */
function shownResult(type: CelTypeOf): string {
  return type.name === 'null' ? 'null_type' : shownType(type);
}
