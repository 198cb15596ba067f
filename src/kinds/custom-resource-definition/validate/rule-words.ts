import { findField } from '#kinds/custom-resource/field-path.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import { invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const isBroken = (text: string): boolean => /[\r\n]/.test(text);

/** Findings on what is said of the rules of a part, the expressions themselves aside. */
export function validateRuleWords(schema: JSONSchemaProps, field: string): Findings {
  const rules = schema['x-kubernetes-validations'] ?? [];
  return rules.flatMap((rule, index) => validateRule(rule, schema, `${field}.x-kubernetes-validations[${index}]`));
}

function validateRule(rule: ValidationRule, schema: JSONSchemaProps, field: string): Findings {
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  const [said, expression] = [message.trim(), rule.rule.trim()];
  const findings: FieldError[] = [];
  if (expression === '') findings.push(fieldError.required(`${field}.rule`, 'rule is not specified'));
  else if (message !== '' && said === '') {
    findings.push(fieldError.invalid(`${field}.message`, message, 'must be non-empty if specified'));
  } else if (isBroken(said)) {
    findings.push(fieldError.invalid(`${field}.message`, message, 'must not contain line breaks'));
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
  return [...findings, ...validatePath(fieldPath, schema, `${field}.fieldPath`)];
}

function validatePath(path: string, schema: JSONSchemaProps, field: string): Findings {
  if (path === '') return [];
  const problems = [
    ...(path.trim() === '' ? ['must be non-empty if specified'] : []),
    ...(isBroken(path) ? ['must not contain line breaks'] : []),
    ...(typeof findField(schema, path, true) === 'string' ? ['must be a valid path'] : []),
  ];
  return invalidEach(field, path, problems);
}
