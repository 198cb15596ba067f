import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { SecurityContext } from '#kinds/pod/schema/security.ts';

/** The fields of a pod that processes without images accept but do not carry out (spec: node-agent.md section 35.3, the I of
 *  column L0). A pod that has none of them gets no warning; what every pod has, such as `dnsPolicy: ClusterFirst`, is none. */
export function notEnforcedIn({ spec }: Pod, isRoot: boolean): readonly string[] {
  const { hostAliases = [], dnsPolicy = 'ClusterFirst', dnsConfig, subdomain = '', setHostnameAsFQDN = false } = spec;
  const ofPod = [
    ...(hostAliases.length > 0 ? ['spec.hostAliases'] : []),
    ...(['ClusterFirst', 'Default'].includes(dnsPolicy) ? [] : [`spec.dnsPolicy (${dnsPolicy})`]),
    ...(dnsConfig === undefined ? [] : ['spec.dnsConfig']),
    ...(subdomain === '' ? [] : ['spec.subdomain']),
    ...(setHostnameAsFQDN === true ? ['spec.setHostnameAsFQDN'] : []),
    ...(spec.hostUsers === false ? ['spec.hostUsers (false)'] : []),
    ...inContext(spec.securityContext ?? {}, 'spec.securityContext'),
  ];
  const lists = [
    ['initContainers', spec.initContainers ?? []],
    ['containers', spec.containers],
  ] as const;
  const ofContainers = lists.flatMap(([list, containers]) =>
    containers.flatMap((container, index) => inContainer(container, `spec.${list}[${index}]`, isRoot)),
  );
  const ofVolumes = (spec.volumes ?? []).flatMap(({ emptyDir }, index) => [
    ...(emptyDir?.medium === 'Memory' ? [`spec.volumes[${index}].emptyDir.medium (it lies on disk)`] : []),
    ...(emptyDir?.sizeLimit === undefined ? [] : [`spec.volumes[${index}].emptyDir.sizeLimit`]),
  ]);
  return [...ofPod, ...ofContainers, ...ofVolumes];
}

function inContainer({ resources, securityContext = {} }: Container, path: string, isRoot: boolean): readonly string[] {
  const limits = Object.keys(resources.limits ?? {});
  const where = `${path}.securityContext`;
  const added = securityContext.capabilities?.add ?? [];
  return [
    ...limits.map((resource) => `${path}.resources.limits.${resource}`),
    ...inContext(securityContext, where),
    ...(added.length === 0 || isRoot ? [] : [`${where}.capabilities.add (the node is not root)`]),
  ];
}

function inContext(
  { seccompProfile, seLinuxOptions }: Pick<SecurityContext, 'seccompProfile' | 'seLinuxOptions'>,
  where: string,
): readonly string[] {
  const byCapabilities = '(calls are not filtered; the capabilities behind those it forbids are dropped)';
  return [
    ...(seccompProfile?.type === 'RuntimeDefault' ? [`${where}.seccompProfile ${byCapabilities}`] : []),
    ...(seLinuxOptions === undefined ? [] : [`${where}.seLinuxOptions (the machine has no SELinux)`]),
  ];
}
