import { checkOneOf, checkRange, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateLabels } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { validateReachable } from '#kinds/meta/special-addresses.ts';
import { hasNodePorts, isExternal, isHeadless, needsHealthCheck } from '#kinds/service/defaults.ts';
import type { Service, ServiceSpec } from '#kinds/service/schema.ts';
import { validateAddressChange, validateAddresses } from '#kinds/service/validate/addresses.ts';
import { validateLoadBalancer, validateLoadBalancerChange } from '#kinds/service/validate/load-balancer.ts';
import { validatePortsMatch, validateServicePorts } from '#kinds/service/validate/ports.ts';

type Findings = readonly FieldError[];

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;
const policies = ['Cluster', 'Local'] as const;
const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const modeAnnotation = 'service.kubernetes.io/topology-mode';

/** Findings on a service, after defaulting. What an earlier one has of addresses is taken as it is. */
export function validateService(service: Service, old?: Service): Findings {
  const { metadata, spec } = service;
  return [
    ...validateModes(metadata.annotations ?? {}),
    ...validateType(spec),
    ...validateServicePorts(spec, 'spec.ports'),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateAddresses(spec, old?.spec),
    ...validateExternalIps(spec, old?.spec.externalIPs ?? []),
    ...checkRequiredOneOf('spec.type', spec.type, serviceTypes),
    ...validatePortsMatch(spec, 'spec.ports'),
    ...validateLoadBalancer(service, old),
    ...validatePolicies(spec),
  ];
}

/** Findings on a change of a service: an address once given stays, as long as the service has one. */
export function validateServiceUpdate(service: Service, old: Service): Findings {
  const text = 'field is immutable';
  const asked = needsHealthCheck(service.spec) && needsHealthCheck(old.spec);
  const isOther = asked && service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort;
  return [
    ...validateAddressChange(service.spec, old.spec),
    ...validateLoadBalancerChange(service.spec, old.spec),
    ...(isOther ? [fieldError.forbidden('spec.healthCheckNodePort', text)] : []),
    ...validateService(service, old),
  ];
}

/** Two names for one thing. */
function validateModes(annotations: { readonly [name: string]: string }): Findings {
  const { [modeAnnotation]: mode, [hintsAnnotation]: hints } = annotations;
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const text = `must match annotations[${hintsAnnotation}] when both are specified`;
  return [fieldError.invalid(`metadata.annotations[${modeAnnotation}]`, mode, text)];
}

/** What its type asks of a service. */
function validateType(spec: ServiceSpec): Findings {
  const { ports = [], type } = spec;
  const headless = isHeadless(spec);
  const text = `may not be set to 'None' for ${type} services`;
  return [
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? [fieldError.required('spec.ports')] : []),
    ...(headless && hasNodePorts(spec) ? [fieldError.invalid('spec.clusterIPs[0]', 'None', text)] : []),
    ...(type === 'ExternalName' ? validateExternalName(spec) : []),
  ];
}

function validateExternalName({
  clusterIPs = [],
  ipFamilies = [],
  ipFamilyPolicy,
  externalName,
}: ServiceSpec): Findings {
  const text = 'may not be set for ExternalName services';
  // A dot at its end says that nothing is to be added to it.
  const name = (externalName ?? '').replace(/\.$/, '');
  const field = 'spec.externalName';
  return [
    ...(clusterIPs.length === 0 ? [] : [fieldError.forbidden('spec.clusterIPs', text)]),
    ...(ipFamilies.length === 0 ? [] : [fieldError.forbidden('spec.ipFamilies', text)]),
    ...(ipFamilyPolicy === undefined ? [] : [fieldError.forbidden('spec.ipFamilyPolicy', text)]),
    ...(name === '' ? [fieldError.required(field)] : invalidEach(field, name, subdomainProblems(name))),
  ];
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Findings {
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  const wrong = sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds < 1 || seconds > 86400);
  return [
    ...checkRequiredOneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']),
    ...(wrong ? [fieldError.invalid(field, seconds, 'must be greater than 0 and less than 86400')] : []),
  ];
}

function validateExternalIps({ externalIPs = [] }: ServiceSpec, known: readonly string[]): Findings {
  return externalIPs.flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`;
    const wrong = known.includes(ip) ? [] : invalidEach(field, ip, ipProblems(ip));
    return wrong.length > 0 ? wrong : validateReachable(ip, field);
  });
}

function validatePolicies(spec: ServiceSpec): Findings {
  const { internalTrafficPolicy, trafficDistribution, type } = spec;
  const isNeeded = type === 'ClusterIP' || hasNodePorts(spec);
  const checkInternal = isNeeded ? checkRequiredOneOf : checkOneOf;
  return [
    ...validateOutside(spec),
    ...checkInternal('spec.internalTrafficPolicy', internalTrafficPolicy, policies),
    ...checkOneOf('spec.trafficDistribution', trafficDistribution, ['PreferClose', 'PreferSameZone', 'PreferSameNode']),
  ];
}

function validateOutside(spec: ServiceSpec): Findings {
  const { externalTrafficPolicy, healthCheckNodePort } = spec;
  const policyField = 'spec.externalTrafficPolicy';
  const portField = 'spec.healthCheckNodePort';
  const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  const only = 'may only be set for externally-accessible services';
  const unasked = healthCheckNodePort ? [fieldError.invalid(portField, healthCheckNodePort, text)] : [];
  const asked = healthCheckNodePort
    ? checkRange(portField, healthCheckNodePort, 1, 65535)
    : [fieldError.required(portField)];
  if (isExternal(spec)) {
    const findings = checkRequiredOneOf(policyField, externalTrafficPolicy, policies);
    return [...findings, ...(needsHealthCheck(spec) ? asked : unasked)];
  }
  return [...(externalTrafficPolicy ? [fieldError.invalid(policyField, externalTrafficPolicy, only)] : []), ...unasked];
}
