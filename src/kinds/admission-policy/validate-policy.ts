import { jsonEqual } from '#base/json.ts';
import type { AdmissionExpression } from '#kinds/admission-expression/compile.ts';
import { compilePolicy } from '#kinds/admission-policy/compile.ts';
import type {
  AuditAnnotation,
  ParamKind,
  ValidatingAdmissionPolicy,
  Validation,
  Variable,
} from '#kinds/admission-policy/schema.ts';
import { validateMatch } from '#kinds/admission-policy/validate-match.ts';
import { reservedWords } from '#kinds/cel/reserved-words.ts';
import { checkOneOf, checkPresent, checkRequiredOneOf, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { oldLabelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { validateConditions as validateStatusConditions } from '#kinds/meta/validate-conditions.ts';
import { failurePolicies } from '#kinds/webhook-configuration/schema.ts';
import { validateConditions } from '#kinds/webhook-configuration/validate-conditions.ts';

type Findings = readonly FieldError[];

/** Findings on a policy, after defaulting. */
export function validatePolicy(policy: ValidatingAdmissionPolicy): Findings {
  return findingsOf(policy, true);
}

/** Findings on a change of a policy. Conditions that stay as they were are not judged again. */
export function validatePolicyUpdate(policy: ValidatingAdmissionPolicy, old: ValidatingAdmissionPolicy): Findings {
  const sameParams = (policy.spec.paramKind === undefined) === (old.spec.paramKind === undefined);
  return findingsOf(policy, !sameParams || !jsonEqual(policy.spec.matchConditions, old.spec.matchConditions));
}

function findingsOf({ metadata, spec }: ValidatingAdmissionPolicy, withConditions: boolean): Findings {
  const { paramKind, matchConstraints: match, matchConditions = [], variables = [] } = spec;
  const compiled = compilePolicy(spec);
  return [
    ...checkRequiredOneOf('spec.failurePolicy', spec.failurePolicy, failurePolicies),
    ...(paramKind === undefined ? [] : validateParamKind(paramKind, 'spec.paramKind')),
    ...(match === undefined
      ? [fieldError.required('spec.matchConstraints')]
      : validateMatch(match, 'spec.matchConstraints')),
    ...(match !== undefined && (match.resourceRules ?? []).length === 0
      ? [fieldError.required('spec.matchConstraints.resourceRules')]
      : []),
    ...(withConditions
      ? validateConditions(matchConditions, 'spec.matchConditions', { params: paramKind !== undefined })
      : []),
    ...variables.flatMap((variable, index) =>
      validateVariable(variable, compiled.variables[index]?.expression, `spec.variables[${index}]`),
    ),
    ...validateJudgements(spec, compiled, metadata.name),
  ];
}

function validateJudgements(
  { validations = [], auditAnnotations = [] }: ValidatingAdmissionPolicy['spec'],
  compiled: ReturnType<typeof compilePolicy>,
  policyName: string,
): Findings {
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const text = 'validations or auditAnnotations must contain at least one item';
    return ['spec.validations', 'spec.auditAnnotations'].map((field) => fieldError.required(field, text));
  }
  const keys = auditAnnotations.map(({ key }) => key);
  return [
    ...compiled.validations.flatMap(({ validation, expression, message }, index) =>
      validateValidation(validation, expression, message, `spec.validations[${index}]`),
    ),
    ...validateCount(auditAnnotations, 'spec.auditAnnotations'),
    ...compiled.annotations.flatMap(({ annotation, value }, index) => {
      const field = `spec.auditAnnotations[${index}]`;
      return [
        ...validateAnnotation(annotation, value, policyName, field),
        ...(keys.indexOf(annotation.key) < index ? [fieldError.duplicate(`${field}.key`, annotation.key)] : []),
      ];
    }),
  ];
}

function validateParamKind({ apiVersion = '', kind = '' }: ParamKind, field: string): Findings {
  const kindProblems = oldLabelProblems(kind.toLowerCase()).join(',');
  return [
    ...validateApiVersion(apiVersion, `${field}.apiVersion`),
    ...checkPresent(`${field}.kind`, kind),
    ...(kind !== '' && kindProblems !== ''
      ? [fieldError.invalid(`${field}.kind`, kind, `may have mixed case, but should otherwise match: ${kindProblems}`)]
      : []),
  ];
}

function validateApiVersion(apiVersion: string, field: string): Findings {
  if (apiVersion === '') return [fieldError.required(field)];
  const parts = apiVersion === '/' ? ['', ''] : apiVersion.split('/');
  if (parts.length > 2) {
    return [fieldError.invalid(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  }
  const [version = '', group = ''] = parts.toReversed();
  const groupProblems = group === '' ? [] : subdomainProblems(group);
  const versionProblems = version === '' ? [] : oldLabelProblems(version);
  return [
    ...(groupProblems.length === 0 ? [] : [fieldError.invalid(field, group, groupProblems.join(','))]),
    ...(version === '' ? [fieldError.invalid(field, apiVersion, 'version must be specified')] : []),
    ...(versionProblems.length === 0 ? [] : [fieldError.invalid(field, version, versionProblems.join(','))]),
  ];
}

function validateVariable(
  { name, expression }: Variable,
  compiled: AdmissionExpression | undefined,
  field: string,
): Findings {
  const isName = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reservedWords.has(name);
  const notNamed =
    name.trim() === ''
      ? [fieldError.required(`${field}.name`, 'name is not specified')]
      : isName
        ? []
        : [fieldError.invalid(`${field}.name`, name, 'must be a valid CEL identifier')];
  return [...notNamed, ...validateExpression(expression, compiled, `${field}.expression`, 'expression')];
}

function validateExpression(
  source: string,
  compiled: AdmissionExpression | undefined,
  field: string,
  called: string,
): Findings {
  if (source.trim() === '') return [fieldError.required(field, `${called} is not specified`)];
  return compiled !== undefined && 'problem' in compiled ? [fieldError.invalid(field, source, compiled.problem)] : [];
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];

function validateValidation(
  { expression: source, message = '', messageExpression = '', reason }: Validation,
  expression: AdmissionExpression,
  said: AdmissionExpression | undefined,
  field: string,
): Findings {
  const blank = (part: string, text: string): Findings =>
    text !== '' && text.trim() === ''
      ? [fieldError.invalid(`${field}.${part}`, text, 'must be non-empty if specified')]
      : [];
  const hasBreaks = /[\n\r]/.test(message.trim());
  const saidAt = `${field}.messageExpression`;
  return [
    ...validateExpression(source, expression, `${field}.expression`, 'expression'),
    ...(messageExpression.trim() === ''
      ? blank('messageExpression', messageExpression)
      : validateExpression(messageExpression, said, saidAt, 'messageExpression')),
    ...blank('message', message),
    ...(hasBreaks ? [fieldError.invalid(`${field}.message`, message, 'must not contain line breaks')] : []),
    ...checkOneOf(`${field}.reason`, reason, reasons),
  ];
}

const annotationsMax = 20;
const valueBytesMax = 5 * 1024;

function validateCount(annotations: readonly AuditAnnotation[], field: string): Findings {
  if (annotations.length <= annotationsMax) return [];
  const text = `must not have more than ${annotationsMax} auditAnnotations`;
  return [fieldError.invalid(field, annotations.map(internally), text)];
}

function validateAnnotation(
  { key, valueExpression }: AuditAnnotation,
  compiled: AdmissionExpression,
  policyName: string,
  field: string,
): Findings {
  const at = `${field}.valueExpression`;
  const isLong = Buffer.byteLength(valueExpression.trim()) > valueBytesMax;
  return [
    ...(policyName === ''
      ? [fieldError.invalid(`${field}.key`, key, 'requires metadata.name be non-empty')]
      : validateQualifiedName(`${policyName}/${key}`, `${field}.key`)),
    ...(isLong
      ? [fieldError.required(at, `must not exceed ${valueBytesMax} bytes in length`)]
      : validateExpression(valueExpression, compiled, at, 'valueExpression')),
  ];
}

/** Findings on what is said of a policy. */
export function validatePolicyStatus({ status }: ValidatingAdmissionPolicy): Findings {
  const warnings = status.typeChecking?.expressionWarnings ?? [];
  return [
    ...warnings.flatMap(({ fieldRef, warning }, index) => {
      const field = `status.typeChecking.expressionWarnings[${index}]`;
      return [...checkPresent(`${field}.warning`, warning), ...checkPresent(`${field}.fieldRef`, fieldRef.trim())];
    }),
    ...validateStatusConditions(status.conditions, 'status.conditions'),
  ];
}
