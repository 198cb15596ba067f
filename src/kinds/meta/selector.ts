import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import {
  labelValueProblems,
  type StringMap,
  sortedMap,
  validateLabels,
  validateQualifiedName,
} from '#kinds/meta/labels.ts';
import type { LabelSelector, LabelSelectorRequirement } from '#kinds/meta/schema.ts';
import { parseRequirements } from '#kinds/meta/selector-parser.ts';
import {
  byKey,
  formatRequirement,
  meetsRequirement,
  type SelectorOperator,
  type SelectorRequirement,
  sortedUnique,
} from '#kinds/meta/selector-requirement.ts';

/** Which labels are meant: those that meet all requirements (no requirement: everything), or none at all. */
export type Selector = readonly SelectorRequirement[] | 'nothing';

/** The selector that matches every object. */
export const everything: Selector = [];

/** Reads a selector text such as "app=web,tier in (a,b),!legacy" (spec: api.md section 12.1).
 *  Throws a 400 ApiError with upstream's text if it does not parse. */
export function parseSelector(text: string): Selector {
  return parseRequirements(text);
}

/** The canonical text of a selector; "" if it matches everything. `parseSelector` reads it back. */
export function formatSelector(selector: Selector): string {
  return selector === 'nothing' ? '' : selector.map(formatRequirement).join(',');
}

/** Whether labels meet the selector. */
export function selectorMatches(selector: Selector, labels: StringMap | undefined): boolean {
  return selector !== 'nothing' && selector.every((requirement) => meetsRequirement(requirement, labels));
}

const operatorsOfObjects: { readonly [operator: string]: SelectorOperator } = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** The selector that a `LabelSelector` field means: absent matches nothing, empty matches everything. An operator that
 *  validation would have refused matches nothing. */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return 'nothing';
  const requirements: SelectorRequirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: '=', values: [value] });
  }
  for (const expression of selector.matchExpressions ?? []) {
    const operator = operatorsOfObjects[expression.operator];
    if (operator === undefined) return 'nothing';
    requirements.push({ key: expression.key, operator, values: sortedUnique(expression.values ?? []) });
  }
  return requirements.sort(byKey);
}

/** Findings on a `LabelSelector` in `field`. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): readonly FieldError[] {
  if (selector === undefined) return [];
  return [
    ...validateLabels(selector.matchLabels, `${field}.matchLabels`),
    ...(selector.matchExpressions ?? []).flatMap((expression, index) =>
      validateExpression(expression, `${field}.matchExpressions[${index}]`),
    ),
  ];
}

/** Findings on one requirement of a selector that may come from newer clients: an unknown operator is none. */
export function validateRequirement(expression: LabelSelectorRequirement, field: string): readonly FieldError[] {
  return validateExpression(expression, field).filter((error) => error.field !== `${field}.operator`);
}

/** `selector` with maps in key order, to be shown inside a message. */
export function shownSelector(selector: LabelSelector | undefined): LabelSelector | undefined {
  if (selector?.matchLabels === undefined) return selector;
  return { ...selector, matchLabels: sortedMap(selector.matchLabels) };
}

function validateExpression(expression: LabelSelectorRequirement, field: string): readonly FieldError[] {
  const values = expression.values ?? [];
  return [
    ...validateOperator(expression, field),
    ...validateQualifiedName(expression.key, `${field}.key`),
    ...values.flatMap((value, index) =>
      labelValueProblems(value).map((problem) => fieldError.invalid(`${field}.values[${index}]`, value, problem)),
    ),
  ];
}

function validateOperator(expression: LabelSelectorRequirement, field: string): readonly FieldError[] {
  const count = expression.values?.length ?? 0;
  switch (expression.operator) {
    case 'In':
    case 'NotIn':
      if (count > 0) return [];
      return [fieldError.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (count === 0) return [];
      return [
        fieldError.forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      ];
    default:
      return [fieldError.invalid(`${field}.operator`, expression.operator, 'not a valid selector operator')];
  }
}
