import { checkCel, type Shape, usesName } from '#kinds/cel/check.ts';
import { type Expression, parseCel } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';
import { itemsOf, valuesOf } from '#kinds/custom-resource/read.ts';
import { shapeOf } from '#kinds/custom-resource/validate/rule-values.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on the rules of a schema that is otherwise in order: each is an expression that speaks of what is there. */
export function validateSchemaRules(schema: JSONSchemaProps, field: string): Findings {
  return rulesBelow(schema, field, true, undefined);
}

/** `uncorrelated` is the first place above whose parts cannot be told apart over time: there is no old value for them. */
function rulesBelow(
  schema: JSONSchemaProps,
  field: string,
  isRoot: boolean,
  uncorrelated: string | undefined,
): Findings {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const inList = schema['x-kubernetes-list-type'] === 'map' ? uncorrelated : (uncorrelated ?? field);
  const inMap = schema['x-kubernetes-map-type'] === 'atomic' ? (uncorrelated ?? field) : uncorrelated;
  const rules = schema['x-kubernetes-validations'] ?? [];
  const shape = rules.length === 0 ? {} : shapeOf(schema, isRoot);
  return [
    ...rules.flatMap((rule, index) =>
      validateRule(rule, shape, `${field}.x-kubernetes-validations[${index}]`, uncorrelated),
    ),
    ...(items === undefined ? [] : rulesBelow(items, `${field}.items`, false, inList)),
    ...(values === undefined ? [] : rulesBelow(values, `${field}.additionalProperties`, false, inMap)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      rulesBelow(part, `${field}.properties[${name}]`, false, inMap),
    ),
  ];
}

function validateRule(rule: ValidationRule, shape: Shape, field: string, uncorrelated: string | undefined): Findings {
  const words = validateWords(rule, shape, field);
  if (words.length > 0) return words;
  const names = new Map([['self', shape]]);
  const oldShape = rule.optionalOldSelf === true ? {} : shape;
  const withOld = new Map([...names, ['oldSelf', oldShape]]);
  const [expression, problems] = compiled(rule.rule, withOld, `${field}.rule`, rule);
  if (expression === undefined || problems.length > 0) return problems;
  const usesOld = usesName(expression, 'oldSelf');
  const known = usesOld ? withOld : names;
  const [, messageProblems] = rule.messageExpression
    ? compiled(rule.messageExpression, known, `${field}.messageExpression`, rule)
    : [undefined, []];
  const text = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
  return [
    ...messageProblems,
    ...(usesOld && uncorrelated !== undefined ? [fieldError.invalid(`${field}.rule`, rule.rule, text)] : []),
    ...(!usesOld && rule.optionalOldSelf !== undefined
      ? [
          fieldError.invalid(
            `${field}.optionalOldSelf`,
            rule.optionalOldSelf,
            'may not be set if oldSelf is not used in rule',
          ),
        ]
      : []),
  ];
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const isBroken = (text: string): boolean => /[\r\n]/.test(text);

function validateWords(rule: ValidationRule, shape: Shape, field: string): Findings {
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  const [said, expression] = [message.trim(), rule.rule.trim()];
  const findings: FieldError[] = [];
  if (expression === '') findings.push(fieldError.required(`${field}.rule`, 'rule is not specified'));
  else if (message !== '' && said === '') {
    findings.push(fieldError.invalid(`${field}.message`, message, 'message must be non-empty if specified'));
  } else if (isBroken(said)) {
    findings.push(fieldError.invalid(`${field}.message`, message, 'message must not contain line breaks'));
  } else if (isBroken(expression) && said === '') {
    findings.push(fieldError.required(`${field}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    const text = 'messageExpression must be non-empty if specified';
    findings.push(fieldError.required(`${field}.messageExpression`, text));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    findings.push(fieldError.notSupported(`${field}.reason`, reason, reasons));
  }
  if (fieldPath !== '' && !isPath(fieldPath, shape)) {
    findings.push(fieldError.invalid(`${field}.fieldPath`, fieldPath, 'fieldPath must be a valid path'));
  }
  return findings;
}

/** Whether a path such as .spec.replicas or .labels['a.b'] leads to a known field. */
function isPath(path: string, shape: Shape): boolean {
  if (!/^(?:\.\w+|\['[^']*'\])+$/.test(path)) return false;
  let at: Shape | undefined = shape;
  for (const [, name, quoted] of path.matchAll(/\.(\w+)|\['([^']*)'\]/g)) {
    if (at?.fields === undefined) at = at?.values ?? (at?.items === undefined ? at : undefined);
    else at = at.fields.get(name ?? quoted ?? '');
  }
  return at !== undefined;
}

/** The expression, or why it is none, as upstream's compiler shows it. */
function compiled(
  source: string,
  names: ReadonlyMap<string, Shape>,
  field: string,
  rule: ValidationRule,
): readonly [Expression | undefined, Findings] {
  const refused = (at: number, text: string): FieldError =>
    fieldError.invalid(field, rule, `compilation failed: ${marked(source, at, text)}`);
  try {
    const expression = parseCel(source);
    return [expression, checkCel(expression, names).map(({ at, text }) => refused(at, text))];
  } catch (error) {
    if (error instanceof CelSyntaxError) return [undefined, [refused(error.at, error.message)]];
    throw error;
  }
}

/** The text of an error with the line it is in, and a mark below. */
function marked(source: string, at: number, text: string): string {
  const before = source.slice(0, at).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${text}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
