import { compileConditions } from '#kinds/admission-expression/match-conditions.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import type { MatchCondition } from '#kinds/webhook-configuration/schema.ts';

type Findings = readonly FieldError[];

const conditionsMax = 64;

/** Findings on conditions: each has a name of its own and says something that can be asked. `params` where they may speak of
 *  parameters. */
export function validateConditions(
  conditions: readonly MatchCondition[],
  field: string,
  around: { readonly params: boolean },
): Findings {
  const names = conditions.map(({ name }) => name);
  return [
    ...(conditions.length > conditionsMax ? [fieldError.tooMany(field, conditions.length, conditionsMax)] : []),
    ...conditions.flatMap(({ name, expression }, index) => {
      const at = `${field}[${index}]`;
      const isAgain = name !== '' && names.indexOf(name) < index;
      return [
        ...validateExpression(expression.trim(), `${at}.expression`, around),
        ...(name === '' ? [fieldError.required(`${at}.name`)] : validateQualifiedName(name, `${at}.name`)),
        ...(isAgain ? [fieldError.duplicate(`${at}.name`, name)] : []),
      ];
    }),
  ];
}

function validateExpression(expression: string, field: string, around: { readonly params: boolean }): Findings {
  if (expression === '') return [fieldError.required(field)];
  return compileConditions([{ name: '', expression }], around).flatMap(({ expression: compiled }) =>
    'problem' in compiled ? [fieldError.invalid(field, expression, compiled.problem)] : [],
  );
}
