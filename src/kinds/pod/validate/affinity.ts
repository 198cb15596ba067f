import { checkOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelValueProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '#kinds/pod/schema/scheduling.ts';

type Findings = readonly FieldError[];

const requiredPart = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredPart = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Findings on where a pod wants to be, and near which other pods. */
export function validateAffinity(affinity: Affinity | undefined, field: string): Findings {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return [
    ...(nodeAffinity === undefined ? [] : validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`)),
    ...(podAffinity === undefined ? [] : validatePodAffinity(podAffinity, `${field}.podAffinity`)),
    ...(podAntiAffinity === undefined ? [] : validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`)),
  ];
}

function validateNodeAffinity(affinity: NodeAffinity, field: string): Findings {
  const required = affinity[requiredPart];
  return [
    ...(required === undefined ? [] : validateNodeSelector(required, `${field}.${requiredPart}`)),
    ...(affinity[preferredPart] ?? []).flatMap(({ weight, preference }, index) => [
      ...checkWeight(`${field}.${preferredPart}[${index}].weight`, weight),
      ...validateNodeTerm(preference, false, `${field}.${preferredPart}[${index}].preference`),
    ]),
  ];
}

/** Findings on what a node must be like. */
export function validateNodeSelector({ nodeSelectorTerms: terms }: NodeSelector, field: string): Findings {
  const at = `${field}.nodeSelectorTerms`;
  return [
    ...(terms.length === 0 ? [fieldError.required(at, 'must have at least one node selector term')] : []),
    ...terms.flatMap((term, index) => validateNodeTerm(term, true, `${at}[${index}]`)),
  ];
}

/** Values of preferred terms are not checked: such a term may fail to match without harm. */
function validateNodeTerm(term: NodeSelectorTerm, checkValues: boolean, field: string): Findings {
  return [
    ...(term.matchExpressions ?? []).flatMap((one, index) =>
      validateNodeExpression(one, checkValues, `${field}.matchExpressions[${index}]`),
    ),
    ...(term.matchFields ?? []).flatMap((one, index) => validateNodeField(one, `${field}.matchFields[${index}]`)),
  ];
}

function validateNodeExpression(expression: NodeSelectorRequirement, checkValues: boolean, field: string): Findings {
  const values = checkValues ? (expression.values ?? []) : [];
  return [
    ...validateNodeOperator(expression, field),
    ...validateQualifiedName(expression.key, `${field}.key`),
    ...values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, labelValueProblems(value))),
  ];
}

function validateNodeOperator({ operator, values = [] }: NodeSelectorRequirement, field: string): Findings {
  const at = `${field}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [fieldError.required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return [];
      return [fieldError.forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      if (values.length === 1) return [];
      return [fieldError.required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator')];
  }
}

function validateNodeField({ key, operator, values = [] }: NodeSelectorRequirement, field: string): Findings {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(fieldError.required(`${field}.values`, text));
  }
  if (key !== 'metadata.name')
    return [...errors, fieldError.invalid(`${field}.key`, key, 'not a valid field selector key')];
  return [
    ...errors,
    ...values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, subdomainProblems(value))),
  ];
}

function validatePodAffinity(affinity: PodAffinity, field: string): Findings {
  return [
    ...(affinity[requiredPart] ?? []).flatMap((term, index) =>
      validatePodTerm(term, `${field}.${requiredPart}[${index}]`),
    ),
    ...(affinity[preferredPart] ?? []).flatMap(({ weight, podAffinityTerm }, index) => [
      ...checkWeight(`${field}.${preferredPart}[${index}].weight`, weight),
      ...validatePodTerm(podAffinityTerm, `${field}.${preferredPart}[${index}].podAffinityTerm`),
    ]),
  ];
}

function validatePodTerm(term: PodAffinityTerm, field: string): Findings {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  return [
    ...validateLabelSelector(labelSelector, `${field}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidEach(`${field}.namespace`, name, labelProblems(name))),
    ...validateTermKeys(term, field),
    ...(topologyKey === '' ? [fieldError.required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...validateQualifiedName(topologyKey, `${field}.topologyKey`),
  ];
}

function validateTermKeys(term: PodAffinityTerm, field: string): Findings {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const both = matchLabelKeys.flatMap((key, index) =>
    mismatchLabelKeys.includes(key)
      ? [
          fieldError.invalid(
            `${field}.matchLabelKeys[${index}]`,
            key,
            'exists in both matchLabelKeys and mismatchLabelKeys',
          ),
        ]
      : [],
  );
  return [
    ...validateKeys(matchLabelKeys, labelSelector, `${field}.matchLabelKeys`),
    ...validateKeys(mismatchLabelKeys, labelSelector, `${field}.mismatchLabelKeys`),
    ...validateKeyedTwice(matchLabelKeys, labelSelector, field),
    ...both,
  ];
}

function validateKeys(keys: readonly string[], selector: LabelSelector | undefined, field: string): Findings {
  if (keys.length === 0) return [];
  if (selector === undefined)
    return [fieldError.forbidden(field, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => validateQualifiedName(key, `${field}[${index}]`));
}

/** By now the keys have been written into the selector once (`preparePodCreate`); a second time is the client's. */
function validateKeyedTwice(keys: readonly string[], selector: LabelSelector | undefined, field: string): Findings {
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  return (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    const again = seen.has(key) && keys.includes(key);
    seen.add(key);
    const text = 'exists in both matchLabelKeys and labelSelector';
    return again ? [fieldError.invalid(`${field}[${keys.lastIndexOf(key)}]`, key, text)] : [];
  });
}

function checkWeight(field: string, weight: number): Findings {
  return weight >= 1 && weight <= 100 ? [] : [fieldError.invalid(field, weight, 'must be in the range 1-100')];
}

/** Findings on how evenly a pod and its like are spread. */
export function validateSpread(constraints: readonly TopologySpreadConstraint[] | undefined, field: string): Findings {
  return (constraints ?? []).flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
    return [
      ...checkPositive(`${at}.maxSkew`, maxSkew),
      ...(topologyKey === '' ? [fieldError.required(`${at}.topologyKey`, 'can not be empty')] : []),
      ...checkOneOf(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
      ...validateRepeated(constraint, (constraints ?? []).slice(index + 1), at),
      ...validateMinDomains(constraint, `${at}.minDomains`),
      ...checkOneOf(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, ['Honor', 'Ignore']),
      ...checkOneOf(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, ['Honor', 'Ignore']),
      ...validateKeys(constraint.matchLabelKeys ?? [], labelSelector, `${at}.matchLabelKeys`),
      ...validateKeyedTwice(constraint.matchLabelKeys ?? [], labelSelector, at),
      ...validateLabelSelector(labelSelector, `${at}.labelSelector`),
    ];
  });
}

function checkPositive(field: string, value: number): Findings {
  return value > 0 ? [] : [fieldError.invalid(field, value, 'must be greater than zero')];
}

function validateMinDomains({ minDomains, whenUnsatisfiable }: TopologySpreadConstraint, field: string): Findings {
  if (minDomains === undefined) return [];
  const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...checkPositive(field, minDomains),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? [] : [fieldError.invalid(field, minDomains, text)]),
  ];
}

function validateRepeated(
  { topologyKey, whenUnsatisfiable }: TopologySpreadConstraint,
  rest: readonly TopologySpreadConstraint[],
  field: string,
): Findings {
  const again = rest.some((one) => one.topologyKey === topologyKey && one.whenUnsatisfiable === whenUnsatisfiable);
  if (!again) return [];
  return [fieldError.duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)];
}
