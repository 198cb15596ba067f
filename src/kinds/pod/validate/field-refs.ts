import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '#kinds/meta/references.ts';

type Findings = readonly FieldError[];

/** Fields that the downward API knows by name at all. */
const knownFields = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.host',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.phase',
  'status.podIP',
  'status.podIPs',
]);

/** What an environment variable may show. */
export const variableFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
] as const;

/** What a file of a downward API volume may show. */
export const fileFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
] as const;

/** A field of the pod, out of those `supported`, or one label or annotation by its key. */
export function validateFieldRef(
  reference: ObjectFieldSelector,
  supported: readonly string[],
  field: string,
): Findings {
  const { apiVersion = '', fieldPath } = reference;
  if (apiVersion === '') return [fieldError.required(`${field}.apiVersion`)];
  if (fieldPath === '') return [fieldError.required(`${field}.fieldPath`)];
  const unconvertible = (why: string): Findings => [
    fieldError.invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (apiVersion !== 'v1') return unconvertible(`unsupported pod version: ${apiVersion}`);
  const match = /^(.+?)\['(.*)'\]$/.exec(fieldPath);
  if (match !== null) {
    const [, path, key = ''] = match;
    if (path === 'metadata.annotations') return validateQualifiedName(key.toLowerCase(), field);
    if (path === 'metadata.labels') return validateQualifiedName(key, field);
    return unconvertible(`field label does not support subscript: ${fieldPath}`);
  }
  if (!knownFields.has(fieldPath)) return unconvertible(`field label not supported: ${fieldPath}`);
  const path = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (supported.includes(path)) return [];
  return [fieldError.notSupported(`${field}.fieldPath`, path, supported)];
}

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
] as const;

/** A resource of a container. A volume belongs to no container and so has to name one. */
export function validateResourceRef(reference: ResourceFieldSelector, field: string, inVolume: boolean): Findings {
  return [...validateResource(reference, field, inVolume), ...validateDivisor(reference, field)];
}

function validateResource(
  { resource, containerName }: ResourceFieldSelector,
  field: string,
  inVolume: boolean,
): Findings {
  if (inVolume && !containerName) return [fieldError.required(`${field}.containerName`)];
  if (resource === '') return [fieldError.required(`${field}.resource`)];
  if (/^(limits|requests)\.hugepages-/.test(resource)) return [];
  if (resourceFields.some((known) => known === resource)) return [];
  return [fieldError.notSupported(`${field}.resource`, resource, resourceFields)];
}

const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'] as const;
const divisors: readonly { readonly of: RegExp; readonly values: readonly string[]; readonly text: string }[] = [
  {
    of: /^(limits|requests)\.cpu$/,
    values: ['1m', '1'],
    text: "only divisor's values 1m and 1 are supported with the cpu resource",
  },
  { of: /^(limits|requests)\.memory$/, values: byteDivisors, text: byteDivisorText('memory') },
  {
    of: /^(limits|requests)\.ephemeral-storage$/,
    values: byteDivisors,
    text: byteDivisorText('local ephemeral storage'),
  },
  { of: /^(limits|requests)\.hugepages-/, values: byteDivisors, text: byteDivisorText('hugepages') },
];

function byteDivisorText(resource: string): string {
  return `only divisor's values ${byteDivisors.join(', ')} are supported with the ${resource} resource`;
}

function validateDivisor({ resource, divisor }: ResourceFieldSelector, field: string): Findings {
  if (!divisor || compareQuantities(divisor, '0') === 0) return [];
  const rule = divisors.find((one) => one.of.test(resource));
  if (rule === undefined || rule.values.includes(divisor)) return [];
  return [fieldError.invalid(`${field}.divisor`, resource, rule.text)];
}
