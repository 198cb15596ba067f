import { isObject } from '#base/json.ts';
import { type Budget, CelBudgetError, evaluateCel, type Scope } from '#kinds/cel/evaluate.ts';
import { type Expression, parseCel } from '#kinds/cel/parse.ts';
import { CelError, CelOptional, type CelValue } from '#kinds/cel/values.ts';
import { usesName } from '#kinds/cel/walk.ts';
import { findField } from '#kinds/custom-resource/field-path.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import { ruleValue } from '#kinds/custom-resource/validate/rule-values.ts';
import { isAsBefore, itemFinder } from '#kinds/custom-resource/validate/unchanged.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** How much work the rules of one object may be, in steps of their evaluation. */
const budgetSteps = 2_000_000;

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly expression: Expression;
  readonly message: Expression | undefined;
  readonly usesOld: boolean;
}

const compiled = new WeakMap<JSONSchemaProps, readonly CompiledRule[]>();

function rulesOf(schema: JSONSchemaProps): readonly CompiledRule[] {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const rules = (schema['x-kubernetes-validations'] ?? []).map((rule) => {
    const expression = parseCel(rule.rule);
    const message = rule.messageExpression ? parseCel(rule.messageExpression) : undefined;
    const usesOld = usesName(expression, 'oldSelf');
    return { rule, expression, message, usesOld };
  });
  compiled.set(schema, rules);
  return rules;
}

const withRules = new WeakMap<JSONSchemaProps, boolean>();

/** Whether a schema has rules anywhere. */
export function hasRules(schema: JSONSchemaProps): boolean {
  const known = withRules.get(schema) ?? findRules(schema);
  withRules.set(schema, known);
  return known;
}

function findRules(schema: JSONSchemaProps): boolean {
  const inside = [itemsOf(schema), valuesOf(schema), ...Object.values(schema.properties ?? {})];
  return (
    (schema['x-kubernetes-validations'] ?? []).length > 0 || inside.some((part) => part !== undefined && hasRules(part))
  );
}

/** What rules say of an object. */
export interface RuleVerdict {
  readonly findings: readonly FieldError[];
  /** Rules that are broken by what did not change: that is let through, and told. */
  readonly tolerated: readonly FieldError[];
}

/** Holds an object to the rules that a schema has in the Common Expression Language (`x-kubernetes-validations`). Rules about change
 *  apply where there is an old value, whether it changed or not; by other rules, what did not change is taken as it is. */
export function judgeByRules(
  schema: JSONSchemaProps,
  object: unknown,
  old: unknown,
  { field = '', isResource = true }: { readonly field?: string; readonly isResource?: boolean } = {},
): RuleVerdict {
  const run = new RuleRun();
  try {
    run.at(schema, object, { old, isUnchanged: false }, field, isResource);
  } catch (error) {
    if (!(error instanceof CelBudgetError)) throw error;
    const text = 'validation failed due to running out of cost budget, no further validation rules will be run';
    return { ...run, findings: [...run.findings, fieldError.invalid('<nil>', 'object', text)] };
  }
  return run;
}

/** What a value was before, and whether it or something around it is what it was. */
interface Before {
  readonly old: unknown;
  readonly isUnchanged: boolean;
}

class RuleRun {
  readonly findings: FieldError[] = [];
  readonly tolerated: FieldError[] = [];
  private readonly budget: Budget = { left: budgetSteps };

  at(schema: JSONSchemaProps, value: unknown, { old, ...around }: Before, field: string, isResource = false): void {
    if (value === null || value === undefined || !hasRules(schema)) return;
    const isUnchanged = around.isUnchanged || (old !== undefined && isAsBefore(schema, value, old));
    const before = { old, isUnchanged };
    const rules = rulesOf(schema);
    if (rules.length > 0) this.own(rules, { schema, value, field }, before, isResource);
    if (Array.isArray(value)) this.items(schema, value, before, field);
    else if (isObject(value)) this.fields(schema, value, before, field);
  }

  private own(rules: readonly CompiledRule[], judged: Judged, { old, isUnchanged }: Before, isResource: boolean): void {
    const { schema, value } = judged;
    const self = ruleValue(schema, value, isResource);
    const before = old === undefined || old === null ? undefined : ruleValue(schema, old, isResource);
    for (const each of rules) {
      const isOptional = each.rule.optionalOldSelf === true;
      if (each.usesOld && before === undefined && !isOptional) continue;
      const oldSelf: CelValue = isOptional ? new CelOptional(before) : (before ?? null);
      const scope = new Map([
        ['self', self],
        ['oldSelf', oldSelf],
      ]);
      this.apply(each, scope, judged, isUnchanged && !each.usesOld ? this.tolerated : this.findings);
    }
  }

  /** Notes in `broken` that the rule is broken. That it cannot be answered is a finding in any case. */
  private apply({ rule, expression, message }: CompiledRule, scope: Scope, judged: Judged, broken: FieldError[]): void {
    const text = rule.message?.trim() || rule.rule.trim();
    try {
      if (evaluateCel(expression, scope, this.budget) === true) return;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      const place = judged.field === '' ? '<nil>' : judged.field;
      this.findings.push(fieldError.invalid(place, judged.schema.type ?? '', failureText(error.message, text)));
      return;
    }
    const said = message === undefined ? undefined : this.said(message, scope);
    broken.push(findingOf(rule, judged, said ?? (rule.message ? text : `failed rule: ${text}`)));
  }

  private said(message: Expression, scope: Scope): string | undefined {
    try {
      const said = evaluateCel(message, scope, this.budget);
      const isGood = typeof said === 'string' && said.trim() !== '' && !/[\r\n]/.test(said);
      return isGood ? said.trim() : undefined;
    } catch (error) {
      if (error instanceof CelError) return undefined;
      throw error;
    }
  }

  private items(schema: JSONSchemaProps, list: readonly unknown[], { old, isUnchanged }: Before, field: string): void {
    const items = itemsOf(schema);
    if (items === undefined) return;
    const before = Array.isArray(old) ? itemFinder(schema, old) : () => undefined;
    for (const [index, item] of list.entries()) {
      this.at(items, item, { old: before(item), isUnchanged }, `${field}[${index}]`);
    }
  }

  private fields(
    schema: JSONSchemaProps,
    object: { readonly [key: string]: unknown },
    { old, isUnchanged }: Before,
    field: string,
  ): void {
    const values = valuesOf(schema);
    for (const [key, value] of Object.entries(object)) {
      const before = { old: isObject(old) && Object.hasOwn(old, key) ? old[key] : undefined, isUnchanged };
      const property = propertyOf(schema, key);
      if (property !== undefined) this.at(property, value, before, field === '' ? key : `${field}.${key}`);
      else if (values !== undefined) this.at(values, value, before, `${field}[${key}]`);
    }
  }
}

function fieldOf({ fieldPath = '' }: ValidationRule, schema: JSONSchemaProps, field: string): string {
  const found = findField(schema, fieldPath, true);
  const below = typeof found === 'string' ? '' : found.path;
  if (below === '') return field === '' ? '<nil>' : field;
  return field === '' ? below : `${field}.${below}`;
}

/** The value that a rule speaks of. */
interface Judged {
  readonly schema: JSONSchemaProps;
  readonly value: unknown;
  readonly field: string;
}

/** Why a rule has no answer. Values that could be a number or a text may meet a function that takes neither. */
function failureText(why: string, rule: string): string {
  if (!why.startsWith('no such overload')) return `${why} evaluating rule: ${rule}`;
  return `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`;
}

/** Simple values are shown, objects and lists are not. */
function findingOf(rule: ValidationRule, { schema, value, field: place }: Judged, text: string): FieldError {
  const field = fieldOf(rule, schema, place);
  const isSimple = schema.type !== 'object' && schema.type !== 'array';
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return fieldError.forbidden(field, text);
    case 'FieldValueRequired':
      return fieldError.required(field, text);
    case 'FieldValueDuplicate':
      return isSimple
        ? fieldError.duplicate(field, value)
        : { type: 'FieldValueDuplicate', field, message: 'Duplicate value' };
    default:
      return isSimple ? fieldError.invalid(field, value, text) : fieldError.invalidState(field, text);
  }
}
