import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** What one rule may cost, and all of a schema together, in upstream's steps. */
const ruleCostMax = 10_000_000;
const schemaCostMax = 100_000_000;
/** Of the rules that cost too much together, so many are named, if they are a part worth naming. */
const namedMax = 4;
const namedCostMin = schemaCostMax / 100;

/** What the rules of a schema may cost. */
export interface RuleCost {
  readonly field: string;
  readonly cost: number;
}

/** How often what stands in `schema` can be there, if the schema itself can `count` times; undefined where nothing sets a limit. */
export function countWithin(schema: JSONSchemaProps, count: number | undefined): number | undefined {
  const max = partsMax(schema);
  return count === undefined || max === undefined ? undefined : count * Math.max(max, 0);
}

function partsMax({ type, maxItems, maxProperties, additionalProperties }: JSONSchemaProps): number | undefined {
  if (type === 'array') return maxItems;
  return type === 'object' && additionalProperties !== undefined ? maxProperties : 1;
}

/** A finding on a rule that may cost more than one may. */
export function checkRuleCost({ field, cost }: RuleCost, what: string): readonly FieldError[] {
  return cost > ruleCostMax ? [fieldError.forbidden(field, exceeds(what, cost, ruleCostMax))] : [];
}

/** Findings on rules that together may cost more than those of one schema may. */
export function checkTotalCost(costs: readonly RuleCost[], field: string): readonly FieldError[] {
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= schemaCostMax) return [];
  const named = costs
    .filter(({ cost }) => cost >= namedCostMin)
    .toSorted((a, b) => b.cost - a.cost)
    .slice(0, namedMax);
  const text = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  return [
    ...named.map((one) => fieldError.forbidden(one.field, text)),
    fieldError.forbidden(field, exceeds(what, total, schemaCostMax)),
  ];
}

function exceeds(what: string, cost: number, max: number): string {
  const factor = cost / max;
  const shown = factor > 100 ? 'more than 100x' : `${factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1)}x`;
  const advice =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `${what} exceeds budget by factor of ${shown} (${advice})`;
}
