import { cidrWarnings, ipWarnings } from '#kinds/meta/cidr.ts';
import type { Service } from '#kinds/service/schema.ts';

const oldHintsAnnotation = 'service.kubernetes.io/topology-aware-hints';

/** What is allowed in a service but is ignored, or written in an old or unusual way. */
export function serviceWarnings({ metadata, spec }: Service): readonly string[] {
  const { clusterIP = '', clusterIPs = [], externalIPs = [], loadBalancerIP = '', type = '' } = spec;
  const isHeadless = type === 'ClusterIP' && clusterIP === 'None';
  const isNamed = type === 'ExternalName';
  const hasIP = clusterIP !== '' && clusterIP !== 'None';
  return [
    ...(metadata.annotations?.[oldHintsAnnotation] === undefined
      ? []
      : [`annotation ${oldHintsAnnotation} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(hasIP ? clusterIPs.flatMap((ip, index) => ipWarnings(ip, `spec.clusterIPs[${index}]`)) : []),
    ...(isHeadless ? headlessWarnings(spec) : []),
    ...externalIPs.flatMap((ip, index) => ipWarnings(ip, `spec.externalIPs[${index}]`)),
    ...(externalIPs.length > 0 && !isHeadless && !isNamed
      ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters']
      : []),
    ...ipWarnings(loadBalancerIP, 'spec.loadBalancerIP'),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, index) =>
      cidrWarnings(range, `spec.loadBalancerSourceRanges[${index}]`),
    ),
    ...(isNamed && externalIPs.length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isNamed && spec.externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(spec.trafficDistribution === 'PreferClose'
      ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
      : []),
  ];
}

/** A service without an address has nothing that could be balanced. */
function headlessWarnings({ loadBalancerIP, externalIPs = [], sessionAffinity }: Service['spec']): readonly string[] {
  const ignored = [
    ...(loadBalancerIP ? ['spec.loadBalancerIP'] : []),
    ...(externalIPs.length > 0 ? ['spec.externalIPs'] : []),
    ...(sessionAffinity === 'None' ? [] : ['spec.SessionAffinity']),
  ];
  return ignored.map((field) => `${field} is ignored for headless services`);
}
