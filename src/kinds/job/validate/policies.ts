import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '#kinds/job/schema.ts';
import { readIndexText } from '#kinds/job/validate/index-text.ts';
import { checkNotNegative, checkOneOf, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';

type Findings = readonly FieldError[];

const rulesMax = 20;
const exitCodesMax = 255;
const indexTextBytesMax = 64 * 1024;
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'] as const;
const operators = ['In', 'NotIn'] as const;

/** Findings on what a Job does about pods that fail (spec: job.md section 5.2). */
export function validatePodFailurePolicy(spec: JobSpec, field: string): Findings {
  const rules = spec.podFailurePolicy?.rules ?? [];
  return [
    ...checkCount(`${field}.rules`, rules, rulesMax),
    ...rules.flatMap((rule, index) => validateFailureRule(spec, rule, `${field}.rules[${index}]`)),
  ];
}

function checkCount(field: string, items: readonly unknown[], countMax: number): Findings {
  return items.length > countMax ? [fieldError.tooMany(field, items.length, countMax)] : [];
}

function validateFailureRule(spec: JobSpec, rule: PodFailurePolicyRule, field: string): Findings {
  const { onExitCodes, onPodConditions: patterns = [] } = rule;
  return [
    ...validateAction(spec, rule.action, `${field}.action`),
    ...(onExitCodes === undefined ? [] : validateExitCodes(spec, onExitCodes, `${field}.onExitCodes`)),
    ...checkCount(`${field}.onPodConditions`, patterns, rulesMax),
    ...patterns.flatMap((pattern, index) => validatePattern(pattern, `${field}.onPodConditions[${index}]`)),
    ...validateChoice(onExitCodes !== undefined, patterns.length > 0, field),
  ];
}

function validateAction(spec: JobSpec, action: string, field: string): Findings {
  if (action === '') return [fieldError.required(field, `valid values: ${listed(actions)}`)];
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    return [fieldError.invalid(field, action, 'requires the backoffLimitPerIndex to be set')];
  }
  return checkOneOf(field, action, actions);
}

/** A list as Go prints it. */
function listed(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

function validateChoice(byExitCodes: boolean, byConditions: boolean, field: string): Findings {
  if (byExitCodes && byConditions) {
    return [fieldError.invalidState(field, 'specifying both OnExitCodes and OnPodConditions is not supported')];
  }
  if (byExitCodes || byConditions) return [];
  return [fieldError.invalidState(field, 'specifying one of OnExitCodes and OnPodConditions is required')];
}

function validateExitCodes(
  spec: JobSpec,
  requirement: PodFailurePolicyOnExitCodesRequirement,
  field: string,
): Findings {
  const { operator, containerName, values } = requirement;
  const { containers, initContainers = [] } = spec.template.spec;
  const unknown =
    containerName !== undefined && ![...containers, ...initContainers].some(({ name }) => name === containerName);
  const unknownText = 'must be one of the container or initContainer names in the pod template';
  return [
    ...(operator === ''
      ? [fieldError.required(`${field}.operator`, `valid values: ${listed(operators)}`)]
      : checkOneOf(`${field}.operator`, operator, operators)),
    ...(unknown ? [fieldError.invalid(`${field}.containerName`, containerName, unknownText)] : []),
    ...(values.length === 0 ? [fieldError.invalid(`${field}.values`, values, 'at least one value is required')] : []),
    ...checkCount(`${field}.values`, values, exitCodesMax),
    ...validateValues(values, operator, `${field}.values`),
  ];
}

function validateValues(values: readonly number[], operator: string, field: string): Findings {
  const seen = new Set<number>();
  const isRepeated = (value: number): boolean => seen.size === seen.add(value).size;
  const errors = values.flatMap((value, index) => [
    ...(operator === 'In' && value === 0
      ? [fieldError.invalid(`${field}[${index}]`, value, 'must not be 0 for the In operator')]
      : []),
    ...(isRepeated(value) ? [fieldError.duplicate(`${field}[${index}]`, value)] : []),
  ]);
  const ordered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return ordered ? errors : [...errors, fieldError.invalid(field, values, 'must be ordered')];
}

function validatePattern({ type, status }: PodFailurePolicyOnPodConditionsPattern, field: string): Findings {
  return [
    ...validateQualifiedName(type, `${field}.type`),
    ...checkOneOf(`${field}.status`, status, ['False', 'True', 'Unknown']),
  ];
}

/** Findings on when an Indexed Job has succeeded before all its indexes have (spec: job.md section 5.2). */
export function validateSuccessPolicy(spec: JobSpec, field: string): Findings {
  if (spec.successPolicy === undefined) return [];
  if (spec.completionMode !== 'Indexed') {
    return [fieldError.invalid(field, internally(spec.successPolicy), 'requires indexed completion mode')];
  }
  const { rules } = spec.successPolicy;
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [fieldError.required(`${field}.rules`, none)] : []),
    ...checkCount(`${field}.rules`, rules, rulesMax),
    ...rules.flatMap((rule, index) => validateSuccessRule(rule, spec.completions ?? 0, `${field}.rules[${index}]`)),
  ];
}

function validateSuccessRule(rule: SuccessPolicyRule, completions: number, field: string): Findings {
  const { succeededIndexes, succeededCount } = rule;
  if (succeededIndexes === undefined && succeededCount === undefined) {
    return [fieldError.required(field, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const read = succeededIndexes === undefined ? undefined : readIndexText(succeededIndexes, completions);
  const at = `${field}.succeededIndexes`;
  const tooLong = Buffer.byteLength(succeededIndexes ?? '') > indexTextBytesMax;
  return [
    ...(tooLong ? [fieldError.tooLong(at, indexTextBytesMax)] : []),
    ...(read !== undefined && 'problem' in read
      ? [fieldError.invalid(at, succeededIndexes, `error parsing succeededIndexes: ${read.problem}`)]
      : []),
    ...validateSucceededCount(
      succeededCount,
      completions,
      read === undefined ? undefined : 'count' in read ? read.count : 0,
      `${field}.succeededCount`,
    ),
  ];
}

function validateSucceededCount(
  count: number | undefined,
  completions: number,
  listedCount: number | undefined,
  field: string,
): Findings {
  if (count === undefined) return [];
  const above = (limit: number, what: string): Findings =>
    count > limit ? [fieldError.invalid(field, count, `must be less than or equal to ${limit} (${what})`)] : [];
  return [
    ...checkNotNegative(field, count),
    ...above(completions, 'the number of specified completions'),
    ...(listedCount === undefined
      ? []
      : above(listedCount, 'the number of indexes in the specified succeededIndexes field')),
  ];
}
