import { checkLabelName, internally, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelKeyProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { compareQuantities, quantityMilliValue, quantityValue } from '#kinds/meta/quantity.ts';
import {
  containerLimits,
  containerRequests,
  isHugePages,
  podLevelResources,
  type ResourceList,
} from '#kinds/pod/resources.ts';
import type { ResourceClaim, ResourceRequirements } from '#kinds/pod/schema/container.ts';
import type { PodResourceClaim, PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];
type NameRule = (resource: string, field: string) => Findings;

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);
const countedResources = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const standardResources = new Set([
  ...containerResources,
  ...countedResources,
  ...['requests', 'limits'].flatMap((kind) => [...containerResources].map((resource) => `${kind}.${resource}`)),
  'storage',
  'requests.storage',
]);

/** Findings on what one container asks for; `claimNames` are those its pod declares. */
export function validateContainerResources(
  resources: ResourceRequirements,
  claimNames: readonly string[],
  field: string,
): Findings {
  return validateRequirements(resources, checkContainerResource, claimNames, field);
}

/** Findings on what a pod asks for as a whole, and on how that goes with its containers. */
export function validatePodResources(spec: PodSpec, claimNames: readonly string[], field: string): Findings {
  const { resources } = spec;
  if (resources === undefined) return [];
  if (spec.os?.name === 'windows') return [fieldError.forbidden(field, 'may not be set for a windows pod')];
  const claims = resources.claims === undefined ? [] : ['claims may not be set for Resources at pod-level'];
  return [
    ...claims.map((text) => fieldError.forbidden(`${field}.claims`, text)),
    ...validateRequirements(resources, checkPodResource, claimNames, field),
    ...validateTogether(spec, resources, field),
  ];
}

/** Findings on a list of amounts that has no request side, such as overhead or a node's capacity. */
export function validateAmounts(amounts: ResourceList | undefined, field: string): Findings {
  return Object.entries(amounts ?? {}).flatMap(([resource, amount]) =>
    validateAmount(resource, amount, `${field}[${resource}]`),
  );
}

function validateRequirements(
  { limits = {}, requests = {}, claims }: ResourceRequirements,
  checkName: NameRule,
  claimNames: readonly string[],
  field: string,
): Findings {
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const huge = names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory');
  const each = (list: ResourceList, at: string): Findings =>
    Object.entries(list).flatMap(([resource, amount]) => [
      ...checkName(resource, `${at}[${resource}]`),
      ...validateAmount(resource, amount, `${at}[${resource}]`),
      ...(at.endsWith('.requests') ? validateAgainstLimit(resource, amount, limits[resource], field) : []),
      ...validateHugePages(resource, amount, `${at}[${resource}]`),
    ]);
  return [
    ...each(limits, `${field}.limits`),
    ...each(requests, `${field}.requests`),
    ...(huge ? [fieldError.forbidden(field, 'HugePages require cpu or memory')] : []),
    ...validateClaims(claims, claimNames, `${field}.claims`),
  ];
}

/** Findings on an amount of a resource. */
export function validateAmount(resource: string, amount: string, field: string): Findings {
  const errors: FieldError[] = [];
  if (compareQuantities(amount, '0') < 0) {
    errors.push(fieldError.invalid(field, amount, 'must be greater than or equal to 0'));
  }
  const whole = countedResources.has(resource) || isExtended(resource);
  if (whole && quantityMilliValue(amount) % 1000 !== 0) {
    errors.push(fieldError.invalid(field, amount, 'must be an integer'));
  }
  return errors;
}

/** What cannot be shared beyond what is there has to be limited to exactly what is asked for. */
function validateAgainstLimit(resource: string, amount: string, limit: string | undefined, field: string): Findings {
  const shared = isNative(resource) && !isHugePages(resource);
  if (limit === undefined) {
    return shared ? [] : [fieldError.required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(amount, limit);
  if (order !== 0 && !shared) {
    return [fieldError.invalid(`${field}.requests`, amount, `must be equal to ${resource} limit of ${limit}`)];
  }
  if (order <= 0) return [];
  return [
    fieldError.invalid(`${field}.requests`, amount, `must be less than or equal to ${resource} limit of ${limit}`),
  ];
}

function validateHugePages(resource: string, amount: string, field: string): Findings {
  if (!isHugePages(resource)) return [];
  const page = quantityValue(resource.slice('hugepages-'.length) || '0');
  if (page > 0 && quantityValue(amount) % page === 0) return [];
  return [fieldError.invalid(field, amount, `${amount} is not positive integer multiple of ${resource}`)];
}

/** Findings on the name of what a container may ask for. */
export function checkContainerResource(resource: string, field: string): Findings {
  const errors = checkResourceName(resource, field);
  if (!resource.includes('/')) {
    if (containerResources.has(resource) || isHugePages(resource)) return errors;
    return [...errors, fieldError.invalid(field, resource, 'must be a standard resource for containers')];
  }
  if (isNative(resource) || isExtended(resource)) return errors;
  return [...errors, fieldError.invalid(field, resource, "doesn't follow extended resource name standard")];
}

function checkPodResource(resource: string, field: string): Findings {
  const errors = checkResourceName(resource, field);
  if (errors.length > 0 || podLevelResources(resource)) return errors;
  return [fieldError.notSupported(field, resource, ['cpu', 'hugepages-', 'memory'])];
}

/** Findings on the name of anything that can be counted. */
export function checkResourceName(resource: string, field: string): Findings {
  const errors = validateQualifiedName(resource, field);
  if (errors.length > 0 || resource.includes('/') || standardResources.has(resource) || isHugePages(resource))
    return errors;
  return [fieldError.invalid(field, resource, 'must be a standard resource type or fully qualified')];
}

function isNative(resource: string): boolean {
  return !resource.includes('/') || resource.includes('kubernetes.io/');
}

/** A resource of somebody else's, such as "example.org/pearl". */
function isExtended(resource: string): boolean {
  if (isNative(resource) || resource.startsWith('requests.')) return false;
  return labelKeyProblems(`requests.${resource}`).length === 0;
}

/** What a pod says of itself as a whole has to hold what its containers say together; what it does not say may be anything. */
function validateTogether(spec: PodSpec, resources: ResourceRequirements, field: string): Findings {
  return [
    ...validateWhole('requests', containerRequests(spec), resources, field),
    ...validateWhole('limits', hugePagesOf(containerLimits(spec)), resources, field),
    ...spec.containers.flatMap((container, index) =>
      Object.entries(container.resources.limits ?? {}).flatMap(([resource, limit]) => {
        const whole = resources.limits?.[resource];
        if (whole === undefined || compareQuantities(limit, whole) <= 0) return [];
        const text = `must be less than or equal to pod limits of ${whole}`;
        return [fieldError.invalid(`${field}.containers[${index}][${resource}].limits`, limit, text)];
      }),
    ),
  ];
}

function hugePagesOf(amounts: ResourceList): ResourceList {
  return Object.fromEntries(Object.entries(amounts).filter(([resource]) => isHugePages(resource)));
}

function validateWhole(
  side: 'requests' | 'limits',
  together: ResourceList,
  resources: ResourceRequirements,
  field: string,
): Findings {
  return Object.entries(together).flatMap(([resource, amount]) => {
    const whole = resources[side]?.[resource];
    if (whole === undefined || compareQuantities(amount, whole) <= 0) return [];
    const text = `must be greater than or equal to aggregate container ${side} of ${amount}`;
    return [fieldError.invalid(`${field}.${side}[${resource}]`, whole, text)];
  });
}

/** Findings on claims that a container uses, each whole or by one of its requests, and not both. */
function validateClaims(
  claims: readonly ResourceClaim[] | undefined,
  declared: readonly string[],
  field: string,
): Findings {
  const seen = new Set<string>();
  return (claims ?? []).flatMap(({ name, request = '' }, index) => {
    const at = `${field}[${index}]`;
    if (name === '') return [fieldError.required(at)];
    const used = validateUse(name, request, seen, at);
    return [...used, ...(declared.includes(name) ? [] : [undeclaredClaim(name, declared, at)])];
  });
}

/** `seen` gets what is used here. */
function validateUse(name: string, request: string, seen: Set<string>, field: string): Findings {
  if (seen.has(name)) return [fieldError.duplicate(field, name)];
  const key = request === '' ? name : `${name}/${request}`;
  const again = seen.has(key);
  const parts = request === '' ? [...seen].filter((other) => other.startsWith(`${name}/`)) : [];
  seen.add(key);
  return [
    ...(request === '' ? [] : invalidEach(`${field}.request`, request, labelProblems(request))),
    ...(again ? [fieldError.duplicate(field, key)] : parts.map(() => fieldError.duplicate(field, name))),
  ];
}

function undeclaredClaim(name: string, declared: readonly string[], field: string): FieldError {
  const where = declared.length === 0 ? ' which is empty' : `: ${[...new Set(declared)].sort().join(', ')}`;
  const { type, message } = fieldError.notFound(field, name);
  return { type, field, message: `${message}: must be one of the names in pod.spec.resourceClaims${where}` };
}

/** Findings on the claims that a pod declares. `mirrors`: it shows a pod that its node was given by file. */
export function validateResourceClaims(spec: PodSpec, mirrors: boolean, field: string): Findings {
  const claims = spec.resourceClaims ?? [];
  if (mirrors) return claims.map(() => fieldError.forbidden('', 'static pods do not support resource claims'));
  const seen = new Set<string>();
  return claims.flatMap((claim, index) => {
    const at = `${field}[${index}]`;
    const { name } = claim;
    const again = name !== '' && seen.has(name);
    seen.add(name);
    return [
      ...(again ? [fieldError.duplicate(`${at}.name`, name)] : checkLabelName(`${at}.name`, name)),
      ...validateClaimSource(claim, at),
    ];
  });
}

function validateClaimSource(claim: PodResourceClaim, field: string): Findings {
  const { resourceClaimName, resourceClaimTemplateName } = claim;
  const names = Object.entries({ resourceClaimName, resourceClaimTemplateName }).filter(
    ([, name]) => name !== undefined,
  );
  const many = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
  const none = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
  return [
    ...(names.length > 1 ? [fieldError.invalid(field, internally(claim), many)] : []),
    ...(names.length === 0 ? [fieldError.invalid(field, internally(claim), none)] : []),
    ...names.flatMap(([key, name = '']) => invalidEach(`${field}.${key}`, name, subdomainProblems(name))),
  ];
}
