import { checkOneOf, checkRange, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateLabels } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { hasAddress } from '#kinds/service/defaults.ts';
import type { Service, ServiceSpec } from '#kinds/service/schema.ts';
import { validatePorts } from '#kinds/service/validate/ports.ts';

type Findings = readonly FieldError[];

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;
const policies = ['Cluster', 'Local'] as const;

/** Findings on a service, after defaulting. */
export function validateService({ spec }: Service): Findings {
  return [
    ...validatePorts(spec, 'spec.ports'),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...checkRequiredOneOf('spec.type', spec.type, serviceTypes),
    ...(hasAddress(spec) ? validateAddresses(spec) : validateExternalName(spec)),
    ...(spec.externalIPs ?? []).flatMap((ip, index) => invalidEach(`spec.externalIPs[${index}]`, ip, ipProblems(ip))),
    ...validatePolicies(spec),
    ...validateLoadBalancer(spec),
  ];
}

/** Findings on a change of a service: an address once given stays, as long as the service has one. */
export function validateServiceUpdate(service: Service, old: Service): Findings {
  const { spec } = service;
  const [before] = old.spec.clusterIPs ?? [];
  const [after] = spec.clusterIPs ?? [];
  const keepsAddress = hasAddress(spec) && hasAddress(old.spec) && before !== undefined;
  return [
    ...(keepsAddress && after !== before
      ? [fieldError.invalid('spec.clusterIPs[0]', spec.clusterIPs ?? [], 'may not change once set')]
      : []),
    ...validateService(service),
  ];
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Findings {
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  const wrong = seconds !== undefined && (seconds < 1 || seconds > 86400);
  return [
    ...checkRequiredOneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']),
    ...(wrong ? [fieldError.invalid(field, seconds, 'must be greater than 0 and less than 86400')] : []),
  ];
}

function validateExternalName(spec: ServiceSpec): Findings {
  const text = "may not be set when type is 'ExternalName'";
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [
    ...(spec.clusterIPs === undefined && !spec.clusterIP ? [] : [fieldError.forbidden('spec.clusterIPs', text)]),
    ...(spec.ipFamilies === undefined ? [] : [fieldError.forbidden('spec.ipFamilies', text)]),
    ...(spec.ipFamilyPolicy === undefined ? [] : [fieldError.forbidden('spec.ipFamilyPolicy', text)]),
    ...(name === ''
      ? [fieldError.required('spec.externalName')]
      : invalidEach('spec.externalName', spec.externalName, subdomainProblems(name))),
  ];
}

/** There is one family of addresses here. */
function validateAddresses({
  clusterIP = '',
  clusterIPs = [],
  ipFamilies = [],
  ipFamilyPolicy,
  type,
}: ServiceSpec): Findings {
  const mismatch = clusterIPs.length > 0 && clusterIPs[0] !== clusterIP;
  const headless = clusterIPs[0] === 'None';
  return [
    ...(mismatch ? [fieldError.invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')] : []),
    ...clusterIPs.flatMap((ip, index) => validateAddress(ip, `spec.clusterIPs[${index}]`)),
    ...(headless && type !== 'ClusterIP'
      ? [fieldError.invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services")]
      : []),
    ...ipFamilies.flatMap((family, index) => validateFamily(family, `spec.ipFamilies[${index}]`)),
    ...checkOneOf('spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
    ...(ipFamilyPolicy === 'RequireDualStack'
      ? [
          fieldError.invalid(
            'spec.ipFamilyPolicy',
            ipFamilyPolicy,
            'this cluster is not configured for dual-stack services',
          ),
        ]
      : []),
  ];
}

function validateAddress(ip: string, field: string): Findings {
  if (ip === 'None') return [];
  return invalidEach(field, ip, ipProblems(ip));
}

function validateFamily(family: string, field: string): Findings {
  const unknown = checkOneOf(field, family, ['IPv4', 'IPv6']);
  if (unknown.length > 0 || family === 'IPv4') return unknown;
  return [fieldError.invalid(field, family, 'not configured on this cluster')];
}

function validatePolicies(spec: ServiceSpec): Findings {
  const { externalTrafficPolicy, internalTrafficPolicy, type } = spec;
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (spec.externalIPs ?? []).length > 0;
  const text = 'may only be set for externally-accessible services';
  return [
    ...(isExternal || externalTrafficPolicy === undefined
      ? checkOneOf('spec.externalTrafficPolicy', externalTrafficPolicy, policies)
      : [fieldError.invalid('spec.externalTrafficPolicy', externalTrafficPolicy, text)]),
    ...checkOneOf('spec.internalTrafficPolicy', internalTrafficPolicy, policies),
    ...checkOneOf('spec.trafficDistribution', spec.trafficDistribution, [
      'PreferClose',
      'PreferSameNode',
      'PreferSameZone',
    ]),
    ...checkRange('spec.healthCheckNodePort', spec.healthCheckNodePort, 1, 65535),
  ];
}

function validateLoadBalancer(spec: ServiceSpec): Findings {
  const text = "may only be used when `type` is 'LoadBalancer'";
  const only = (['allocateLoadBalancerNodePorts', 'loadBalancerClass', 'loadBalancerSourceRanges'] as const).filter(
    (name) => spec[name] !== undefined && spec.type !== 'LoadBalancer',
  );
  return [
    ...only.map((name) => fieldError.forbidden(`spec.${name}`, text)),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, index) => validateRange(range, index)),
  ];
}

function validateRange(range: string, index: number): Findings {
  const [address = '', bits = ''] = range.trim().split('/');
  const family = ipFamily(address);
  const isGood = family !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  const text = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  return isGood ? [] : [fieldError.invalid(`spec.loadBalancerSourceRanges[${index}]`, range, text)];
}
