import { checkNotEmpty, checkOneOf, checkPresent } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { type RuleWithOperations, ruleScopes } from '#kinds/webhook-configuration/schema.ts';

type Findings = readonly FieldError[];

const knownOperations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Findings on which requests a webhook is asked about. */
export function validateRule(rule: RuleWithOperations, field: string): Findings {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  return [
    ...validateWildcard(operations, `${field}.operations`, 'operations'),
    ...operations.flatMap((one, index) => checkOneOf(`${field}.operations[${index}]`, one, knownOperations)),
    ...validateWildcard(apiGroups, `${field}.apiGroups`, 'API groups'),
    ...validateWildcard(apiVersions, `${field}.apiVersions`, 'API versions'),
    ...apiVersions.flatMap((one, index) => checkPresent(`${field}.apiVersions[${index}]`, one)),
    ...validateResources(resources, `${field}.resources`),
    ...checkOneOf(`${field}.scope`, scope, ruleScopes),
  ];
}

/** Something must be there, and what stands for all stands alone. */
function validateWildcard(items: readonly string[], field: string, called: string): Findings {
  if (items.length < 2 || !items.includes('*')) return checkNotEmpty(field, items);
  return [fieldError.invalid(field, items, `if '*' is present, must not specify other ${called}`)];
}

function validateResources(resources: readonly string[], field: string): Findings {
  const whole = (text: string): FieldError => fieldError.invalid(field, resources, text);
  // What comes before decides, and of those without a slash the last.
  const last = resources.findLast((resource) => resource !== '' && !resource.includes('/'));
  const hasPlain = last !== undefined && last !== '*';
  return [
    ...checkNotEmpty(field, resources),
    ...resources.flatMap((resource, index) =>
      resource === ''
        ? [fieldError.required(`${field}[${index}]`)]
        : validateCovered(resource, resources.slice(0, index), `${field}[${index}]`),
    ),
    ...(resources.length > 1 && resources.includes('*/*')
      ? [whole("if '*/*' is present, must not specify other resources")]
      : []),
    ...(resources.includes('*') && hasPlain
      ? [whole("if '*' is present, must not specify other resources without subresources")]
      : []),
  ];
}

/** A resource below another is not covered by what stands before it. */
function validateCovered(resource: string, before: readonly string[], field: string): Findings {
  const slash = resource.indexOf('/');
  if (slash < 0) return [];
  const wide = [`${resource.slice(0, slash)}/*`, `*/${resource.slice(slash + 1)}`];
  return wide
    .filter((one) => before.includes(one))
    .map((one) => fieldError.invalid(field, resource, `if '${one}' is present, must not specify ${resource}`));
}
