import { checkOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems, rangeProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { ipBytes } from '#kinds/meta/special-addresses.ts';
import type { Service, ServiceSpec } from '#kinds/service/schema.ts';

type Findings = readonly FieldError[];

const classField = 'spec.loadBalancerClass';
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const only = "may only be used when `type` is 'LoadBalancer'";

/** Findings on what only load balancers know. */
export function validateLoadBalancer(service: Service, old?: Service): Findings {
  const { type, allocateLoadBalancerNodePorts } = service.spec;
  const field = 'allocateLoadBalancerNodePorts';
  const isBalanced = type === 'LoadBalancer';
  return [
    ...validateSources(service, old),
    ...(allocateLoadBalancerNodePorts === undefined || isBalanced ? [] : [fieldError.forbidden(`spec.${field}`, only)]),
    ...(isBalanced && allocateLoadBalancerNodePorts === undefined ? [fieldError.required(field)] : []),
    ...validateClass(service.spec),
  ];
}

/** Findings on a change: the class stays. */
export function validateLoadBalancerChange(spec: ServiceSpec, old: ServiceSpec): Findings {
  const { type, loadBalancerClass } = spec;
  const stays = type !== 'LoadBalancer' || old.type !== type || old.loadBalancerClass === loadBalancerClass;
  const text = 'may not change once set';
  return [...(stays ? [] : [fieldError.invalid(classField, loadBalancerClass ?? null, text)]), ...validateClass(spec)];
}

function validateClass({ type, loadBalancerClass }: ServiceSpec): Findings {
  if (loadBalancerClass === undefined) return [];
  if (type !== 'LoadBalancer') return [fieldError.forbidden(classField, only)];
  return validateQualifiedName(loadBalancerClass, classField);
}

/** Who may use it, in the specification or, from earlier times, in an annotation. Ranges that were there before are taken as they
 *  are, and so are blanks around them. */
function validateSources({ metadata, spec }: Service, old: Service | undefined): Findings {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    // Upstream's own spelling.
    const field = 'spec.LoadBalancerSourceRanges';
    const known = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    return [
      ...forbiddenElsewhere(spec, field),
      ...ranges.flatMap((range, index) => {
        const text = range.trim();
        return known.includes(text) ? [] : invalidEach(`${field}[${index}]`, text, rangeProblems(text));
      }),
    ];
  }
  const given = metadata.annotations?.[rangesAnnotation];
  if (given === undefined) return [];
  const field = `metadata.annotations[${rangesAnnotation}]`;
  const isKnown = old?.metadata.annotations?.[rangesAnnotation] === given || given.trim() === '';
  return [
    ...forbiddenElsewhere(spec, field),
    ...(isKnown ? [] : given.split(',')).flatMap((range) =>
      invalidEach(field, range.trim(), rangeProblems(range.trim())),
    ),
  ];
}

function forbiddenElsewhere({ type }: ServiceSpec, field: string): Findings {
  return type === 'LoadBalancer' ? [] : [fieldError.forbidden(field, only)];
}

/** Findings on the ways in that whoever runs the load balancer notes. */
export function validateServiceStatus({ spec, status }: Service, old: Service): Findings {
  const ways = status.loadBalancer.ingress ?? [];
  const field = 'status.loadBalancer.ingress';
  if (spec.type !== 'LoadBalancer') {
    return ways.length === 0
      ? []
      : [fieldError.forbidden(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const known = (old.status.loadBalancer.ingress ?? []).map(({ ip }) => ip);
  return ways.flatMap(({ ip, ipMode, hostname }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(ip && !known.includes(ip) ? invalidEach(`${at}.ip`, ip, ipProblems(ip)) : []),
      ...validateMode(ip, ipMode, `${at}.ipMode`),
      ...(hostname ? validateHostname(hostname, `${at}.hostname`) : []),
    ];
  });
}

function validateMode(ip: string | undefined, mode: string | undefined, field: string): Findings {
  if (mode === undefined) return ip ? [fieldError.required(field, 'must be specified when `ip` is set')] : [];
  return ip
    ? checkOneOf(field, mode, ['Proxy', 'VIP'])
    : [fieldError.forbidden(field, 'may not be specified when `ip` is not set')];
}

function validateHostname(hostname: string, field: string): Findings {
  const text = 'must be a DNS name, not an IP address';
  return [
    ...invalidEach(field, hostname, subdomainProblems(hostname)),
    ...(ipBytes(hostname) === undefined ? [] : [fieldError.invalid(field, hostname, text)]),
  ];
}
