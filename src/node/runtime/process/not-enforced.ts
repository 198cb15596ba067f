import type { Pod } from '#kinds/pod/schema/pod.ts';

/** The fields of a pod that processes without images accept but do not carry out (spec: node-agent.md section 35.3, the I of
 *  column L0). A pod that has none of them gets no warning; what every pod has, such as `dnsPolicy: ClusterFirst`, is none. */
export function notEnforcedIn({ spec }: Pod): readonly string[] {
  const { hostAliases = [], dnsPolicy = 'ClusterFirst', dnsConfig, subdomain = '', setHostnameAsFQDN = false } = spec;
  const ofPod = [
    ...(hostAliases.length > 0 ? ['spec.hostAliases'] : []),
    ...(['ClusterFirst', 'Default'].includes(dnsPolicy) ? [] : [`spec.dnsPolicy (${dnsPolicy})`]),
    ...(dnsConfig === undefined ? [] : ['spec.dnsConfig']),
    ...(subdomain === '' ? [] : ['spec.subdomain']),
    ...(setHostnameAsFQDN === true ? ['spec.setHostnameAsFQDN'] : []),
  ];
  const lists = [
    ['initContainers', spec.initContainers ?? []],
    ['containers', spec.containers],
  ] as const;
  const ofContainers = lists.flatMap(([list, containers]) =>
    containers.flatMap(({ resources }, index) =>
      Object.keys(resources.limits ?? {}).map((resource) => `spec.${list}[${index}].resources.limits.${resource}`),
    ),
  );
  const ofVolumes = (spec.volumes ?? []).flatMap(({ emptyDir }, index) => [
    ...(emptyDir?.medium === 'Memory' ? [`spec.volumes[${index}].emptyDir.medium (it lies on disk)`] : []),
    ...(emptyDir?.sizeLimit === undefined ? [] : [`spec.volumes[${index}].emptyDir.sizeLimit`]),
  ]);
  return [...ofPod, ...ofContainers, ...ofVolumes];
}
