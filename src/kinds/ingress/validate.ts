import {
  type HTTPIngressPath,
  type Ingress,
  type IngressBackend,
  type IngressRule,
  type IngressSpec,
  pathTypes,
} from '#kinds/ingress/schema.ts';
import { checkPresent, checkRange, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, pathSegmentProblems, subdomainProblems, wildcardProblems } from '#kinds/meta/names.ts';
import { ipFamily, portNameProblems } from '#kinds/meta/texts.ts';

type Findings = readonly FieldError[];

/** How ingresses named their class before `spec.ingressClassName`. */
export const classAnnotation = 'kubernetes.io/ingress.class';

/** Findings on a new ingress. */
export function validateIngress(ingress: Ingress): Findings {
  const given = ingress.metadata.annotations?.[classAnnotation];
  const { ingressClassName: name } = ingress.spec;
  const text = 'must match `ingressClassName` when both are specified';
  const differs = given !== undefined && name !== undefined && given !== name;
  return [
    ...validateSpec(ingress.spec),
    ...(differs ? [fieldError.invalid(`annotations.${classAnnotation}`, given, text)] : []),
  ];
}

/** Findings on a change of an ingress. */
export function validateIngressUpdate({ spec }: Ingress): Findings {
  return validateSpec(spec);
}

/** Findings on the ways in that a controller notes. */
export function validateIngressStatus({ status }: Ingress, old: Ingress): Findings {
  const known = (old.status.loadBalancer.ingress ?? []).map(({ ip }) => ip);
  return (status.loadBalancer.ingress ?? []).flatMap(({ ip, hostname }, index) => {
    const at = `status.loadBalancer.ingress[${index}]`;
    return [
      ...(ip && !known.includes(ip) ? invalidEach(`${at}.ip`, ip, ipProblems(ip)) : []),
      ...checkSubdomain(`${at}.hostname`, hostname),
      ...refuseAddress(hostname, `${at}.hostname`),
    ];
  });
}

function validateSpec({ rules = [], defaultBackend, tls = [], ingressClassName }: IngressSpec): Findings {
  const isEmpty = rules.length === 0 && defaultBackend === undefined;
  const text = 'either `defaultBackend` or `rules` must be specified';
  return [
    ...(isEmpty ? [fieldError.invalid('spec', null, text)] : []),
    ...(defaultBackend === undefined ? [] : validateBackend(defaultBackend, 'spec.defaultBackend')),
    ...rules.flatMap((rule, index) => validateRule(rule, `spec.rules[${index}]`)),
    ...tls.flatMap(({ hosts = [], secretName }, index) => [
      ...hosts.flatMap((host, at) => validateHost(host, `spec.tls[${index}].hosts[${at}]`)),
      ...checkSubdomain(`spec.tls[${index}].secretName`, secretName),
    ]),
    ...(ingressClassName === undefined
      ? []
      : invalidEach('spec.ingressClassName', ingressClassName, subdomainProblems(ingressClassName))),
  ];
}

function validateRule({ host, http }: IngressRule, field: string): Findings {
  return [
    ...refuseAddress(host, `${field}.host`),
    ...(host ? validateHost(host, `${field}.host`) : []),
    ...(http?.paths.length === 0 ? [fieldError.required(`${field}.http.paths`)] : []),
    ...(http?.paths ?? []).flatMap((path, index) => validatePath(path, `${field}.http.paths[${index}]`)),
  ];
}

function validateHost(host: string, field: string): Findings {
  return invalidEach(field, host, host.includes('*') ? wildcardProblems(host) : subdomainProblems(host));
}

function refuseAddress(host: string | undefined, field: string): Findings {
  if (host === undefined || ipFamily(host) === undefined) return [];
  return [fieldError.invalid(field, host, 'must be a DNS name, not an IP address')];
}

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, field: string): Findings {
  // It is absent when nobody gave it, whatever its type says: nothing stands for it.
  if (pathType === undefined) return [fieldError.required(`${field}.pathType`, 'pathType must be specified')];
  const at = `${field}.path`;
  const problems = pathType === 'ImplementationSpecific' ? looseProblems(path) : pathProblems(path);
  const known: readonly string[] = pathTypes;
  return [
    ...(known.includes(pathType)
      ? invalidEach(at, path, problems)
      : [fieldError.notSupported(`${field}.pathType`, pathType, pathTypes)]),
    ...validateBackend(backend, `${field}.backend`),
  ];
}

const absoluteText = 'must be an absolute path';

function looseProblems(path: string): readonly string[] {
  return path === '' || path.startsWith('/') ? [] : [absoluteText];
}

/** Paths that are compared part by part have no parts that other programs would resolve. */
function pathProblems(path: string): readonly string[] {
  const parts = ['//', '/./', '/../', '%2f', '%2F'].filter((part) => path.includes(part));
  const ends = ['/..', '/.'].filter((end) => path.endsWith(end));
  return [
    ...(path.startsWith('/') ? [] : [absoluteText]),
    ...parts.map((part) => `must not contain '${part}'`),
    ...ends.map((end) => `cannot end with '${end}'`),
  ];
}

function validateBackend({ service, resource }: IngressBackend, field: string): Findings {
  if (service !== undefined && resource !== undefined) {
    return [fieldError.invalid(field, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return validateReference(resource, `${field}.resource`);
  if (service === undefined) return [fieldError.invalid(field, '', 'resource or service backend is required')];
  const { name, port } = service;
  return [
    ...(name === ''
      ? [fieldError.required(`${field}.service.name`)]
      : invalidEach(`${field}.service.name`, name, labelProblems(name))),
    ...validatePort(port, field),
  ];
}

function validatePort(
  { name = '', number }: { readonly name?: string; readonly number?: number },
  field: string,
): Findings {
  if (name !== '' && number !== undefined) {
    return [fieldError.invalid(field, '', 'cannot set both port name & port number')];
  }
  if (name !== '') return invalidEach(`${field}.service.port.name`, name, portNameProblems(name));
  if (number === undefined) return [fieldError.required(field, 'port name or number is required')];
  return checkRange(`${field}.service.port.number`, number, 1, 65535);
}

/** Findings on what points to an object of any kind. */
export function validateReference(
  { apiGroup, kind, name }: { readonly apiGroup?: string; readonly kind: string; readonly name: string },
  field: string,
): Findings {
  return [
    ...checkSubdomain(`${field}.apiGroup`, apiGroup),
    ...checkPresent(`${field}.kind`, kind),
    ...invalidEach(`${field}.kind`, kind, pathSegmentProblems(kind)),
    ...checkPresent(`${field}.name`, name),
    ...invalidEach(`${field}.name`, name, pathSegmentProblems(name)),
  ];
}
