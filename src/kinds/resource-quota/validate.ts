import { internally, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import { checkResourceName, validateAmount } from '#kinds/pod/validate/resources.ts';
import {
  quotaScopes,
  type ResourceQuota,
  type ResourceQuotaSpec,
  type ScopedResourceSelectorRequirement,
} from '#kinds/resource-quota/schema.ts';

type Findings = readonly FieldError[];

const computed = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const storage = ['requests.storage', 'persistentvolumeclaims'];
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
];
const ephemeral = ['ephemeral-storage', 'requests.ephemeral-storage', 'limits.ephemeral-storage'];
const standard = new Set([...computed, ...storage, ...counted, ...ephemeral]);

/** Scopes that say "every object that is so", and so compare with nothing. */
const plainScopes = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'];
const contradictions = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** Findings on a quota (spec: api.md section 18.2). */
export function validateQuota({ spec }: ResourceQuota): Findings {
  return [...validateAmounts(spec.hard, 'spec.hard'), ...validateScopes(spec), ...validateSelector(spec)];
}

/** Findings on a change of a quota: what it counts stays. */
export function validateQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): Findings {
  const [scopes, before] = [quota, old].map(({ spec }) => new Set(spec.scopes));
  const kept = scopes?.size === before?.size && [...(scopes ?? [])].every((scope) => before?.has(scope));
  return [
    ...validateQuota(quota),
    ...(kept ? [] : [fieldError.invalid('spec.scopes', quota.spec.scopes ?? null, 'field is immutable')]),
  ];
}

/** Findings on the status of a quota. */
export function validateQuotaStatus({ status }: ResourceQuota): Findings {
  return [...validateAmounts(status.hard, 'status.hard'), ...validateAmounts(status.used, 'status.used')];
}

function validateAmounts(amounts: ResourceList | undefined, field: string): Findings {
  return Object.entries(amounts ?? {}).flatMap(([resource, amount]) => [
    ...validateName(resource, `${field}[${resource}]`),
    ...validateAmount(resource, amount, `${field}[${resource}]`),
  ]);
}

function validateName(resource: string, field: string): Findings {
  const errors = checkResourceName(resource, field);
  if (resource.includes('/') || isStandard(resource)) return errors;
  return [...errors, fieldError.invalid(field, resource, 'must be a standard resource for quota')];
}

function isStandard(resource: string): boolean {
  return standard.has(resource) || resource.startsWith('hugepages-') || resource.startsWith('requests.hugepages-');
}

function validateScopes({ scopes, hard }: ResourceQuotaSpec): Findings {
  if (scopes === undefined) return [];
  const texts = scopes.flatMap((scope) => scopeProblems(scope, hard));
  return invalidEach('spec.scopes', scopes, [...texts, ...contradictionProblems(scopes)]);
}

const unknownText = 'unsupported scope';

function scopeProblems(scope: string, hard: ResourceList | undefined): readonly string[] {
  const known = (quotaScopes as readonly string[]).includes(scope);
  const unfit = Object.keys(hard ?? {}).filter((resource) => isStandard(resource) && !fits(scope, resource));
  return [...(known ? [] : [unknownText]), ...unfit.map(() => 'unsupported scope applied to resource')];
}

/** Whether what a scope looks at can be said of what a resource counts. */
function fits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return storage.includes(resource);
  if (scope !== 'PriorityClass' && !plainScopes.includes(scope)) return true;
  return resource === 'pods' || computed.includes(resource);
}

function contradictionProblems(scopes: readonly string[]): readonly string[] {
  return contradictions.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() => 'conflicting scopes');
}

function validateSelector({ scopeSelector, hard, scopes: plain }: ResourceQuotaSpec): Findings {
  if (scopeSelector === undefined) return [];
  const field = 'spec.scopeSelector.matchExpressions';
  const requirements = scopeSelector.matchExpressions ?? [];
  const scopes = requirements.map(({ scopeName }) => scopeName);
  return [
    ...requirements.flatMap((requirement) => [
      ...validateScopeName(requirement.scopeName, scopeSelector, hard, field),
      ...validateRequirement(requirement, field),
    ]),
    // Upstream shows the plain scopes here.
    ...invalidEach(field, plain, contradictionProblems(scopes)),
  ];
}

function validateScopeName(
  scopeName: string,
  selector: NonNullable<ResourceQuotaSpec['scopeSelector']>,
  hard: ResourceList | undefined,
  field: string,
): Findings {
  const shown = internally({ matchExpressions: (selector.matchExpressions ?? []).map(internally) });
  return scopeProblems(scopeName, hard).map((problem) =>
    problem === unknownText
      ? fieldError.invalid(`${field}.scopeName`, scopeName, problem)
      : fieldError.invalid(field, shown, problem),
  );
}

function validateRequirement(requirement: ScopedResourceSelectorRequirement, field: string): Findings {
  const { scopeName, operator, values = [] } = requirement;
  const errors: FieldError[] = [];
  if (plainScopes.includes(scopeName) && operator !== 'Exists') {
    const names = plainScopes.map((scope) => `ResourceQuotaScope${scope}`);
    const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
    errors.push(fieldError.invalid(`${field}.operator`, operator, `must be 'Exists' when scope is any of ${list}`));
  }
  const isComparison = operator === 'In' || operator === 'NotIn';
  if (isComparison && values.length === 0) {
    const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(fieldError.required(`${field}.values`, text));
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(fieldError.invalid(`${field}.values`, values, text));
  }
  if (!isComparison && operator !== 'Exists' && operator !== 'DoesNotExist') {
    errors.push(fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  return errors;
}
