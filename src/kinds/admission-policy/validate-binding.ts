import {
  notFoundActions,
  type ParamRef,
  type ValidatingAdmissionPolicyBinding,
  validationActions,
} from '#kinds/admission-policy/schema.ts';
import { validateMatch } from '#kinds/admission-policy/validate-match.ts';
import { checkOneOf, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';

type Findings = readonly FieldError[];

/** Findings on a binding, after defaulting. */
export function validateBinding({ spec }: ValidatingAdmissionPolicyBinding): Findings {
  const { policyName = '', paramRef, matchResources, validationActions: actions = [] } = spec;
  const field = 'spec.policyName';
  return [
    ...(policyName === ''
      ? [fieldError.required(field)]
      : invalidEach(field, policyName, subdomainProblems(policyName))),
    ...(paramRef === undefined ? [] : validateParamRef(paramRef, 'spec.paramRef')),
    ...(matchResources === undefined ? [] : validateMatch(matchResources, 'spec.matchResources')),
    ...validateActions(actions, 'spec.validationActions'),
  ];
}

function validateParamRef(ref: ParamRef, field: string): Findings {
  const { name = '', selector, parameterNotFoundAction: action } = ref;
  const both = (part: string): Findings =>
    name !== '' && selector !== undefined
      ? [fieldError.forbidden(`${field}.${part}`, 'name and selector are mutually exclusive')]
      : [];
  return [
    ...(name === '' ? [] : invalidEach(`${field}.name`, name, pathSegmentProblems(name))),
    ...both('name'),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...both('selector'),
    ...(name === '' && selector === undefined
      ? [fieldError.required(field, 'one of name or selector must be specified')]
      : []),
    ...checkRequiredOneOf(`${field}.parameterNotFoundAction`, action, notFoundActions),
  ];
}

const denyAndWarn =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

function validateActions(actions: readonly string[], field: string): Findings {
  return [
    ...actions.flatMap((action, index) => [
      ...checkOneOf(`${field}[${index}]`, action, validationActions),
      ...(actions.indexOf(action) < index ? [fieldError.duplicate(`${field}[${index}]`, action)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn') ? [fieldError.invalid(field, actions, denyAndWarn)] : []),
    ...(actions.length === 0 ? [fieldError.required(field, 'at least one validation action is required')] : []),
  ];
}
