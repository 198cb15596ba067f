import { LocalObjectReference } from '#kinds/meta/references.ts';
import { Container, EphemeralContainer, ResourceRequirements } from '#kinds/pod/schema/container.ts';
import {
  Affinity,
  PodSchedulingGate,
  PodSchedulingGroup,
  Toleration,
  TopologySpreadConstraint,
} from '#kinds/pod/schema/scheduling.ts';
import { PodSecurityContext } from '#kinds/pod/schema/security.ts';
import { Volume } from '#kinds/pod/schema/volumes.ts';
import {
  boolean,
  int32,
  int64,
  list,
  listMap,
  map,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const HostAlias = object('io.k8s.api.core.v1.HostAlias', '', {
  ip: required(1, string),
  hostnames: optional(2, list(string)),
});
export interface HostAlias extends Infer<typeof HostAlias> {}

export const PodDNSConfigOption = object('io.k8s.api.core.v1.PodDNSConfigOption', '', {
  name: nonzero(1, string),
  value: optional(2, string),
});
export interface PodDNSConfigOption extends Infer<typeof PodDNSConfigOption> {}

export const PodDNSConfig = object('io.k8s.api.core.v1.PodDNSConfig', '', {
  nameservers: optional(1, list(string)),
  searches: optional(2, list(string)),
  options: optional(3, list(PodDNSConfigOption)),
});
export interface PodDNSConfig extends Infer<typeof PodDNSConfig> {}

export const PodOS = object('io.k8s.api.core.v1.PodOS', '', {
  name: required(1, string),
});
export interface PodOS extends Infer<typeof PodOS> {}

export const PodReadinessGate = object('io.k8s.api.core.v1.PodReadinessGate', '', {
  conditionType: required(1, string),
});
export interface PodReadinessGate extends Infer<typeof PodReadinessGate> {}

export const PodResourceClaim = object('io.k8s.api.core.v1.PodResourceClaim', '', {
  name: required(1, string),
  resourceClaimName: optional(3, string),
  resourceClaimTemplateName: optional(4, string),
});
export interface PodResourceClaim extends Infer<typeof PodResourceClaim> {}

export const PodSpec = object('io.k8s.api.core.v1.PodSpec', '', {
  volumes: optional(
    1,
    list(Volume, { apply: { as: 'map', keys: ['name'] }, patch: { as: 'merge', key: 'name', retainKeys: true } }),
  ),
  containers: required(2, listMap(Container, ['name'], 'name')),
  restartPolicy: nonzero(3, string, '', { values: ['Always', 'Never', 'OnFailure'] }),
  terminationGracePeriodSeconds: optional(4, int64),
  activeDeadlineSeconds: optional(5, int64),
  dnsPolicy: nonzero(6, string, '', { values: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] }),
  nodeSelector: optional(7, map(string, { atomic: true })),
  serviceAccountName: nonzero(8, string),
  serviceAccount: nonzero(9, string),
  nodeName: nonzero(10, string),
  hostNetwork: nonzero(11, boolean),
  hostPID: nonzero(12, boolean),
  hostIPC: nonzero(13, boolean),
  securityContext: optional(14, PodSecurityContext),
  imagePullSecrets: optional(15, listMap(LocalObjectReference, ['name'], 'name')),
  hostname: nonzero(16, string),
  subdomain: nonzero(17, string),
  affinity: optional(18, Affinity),
  schedulerName: nonzero(19, string),
  initContainers: optional(20, listMap(Container, ['name'], 'name')),
  automountServiceAccountToken: optional(21, boolean),
  tolerations: optional(22, list(Toleration)),
  hostAliases: optional(23, listMap(HostAlias, ['ip'], 'ip')),
  priorityClassName: nonzero(24, string),
  priority: optional(25, int32),
  dnsConfig: optional(26, PodDNSConfig),
  shareProcessNamespace: optional(27, boolean),
  readinessGates: optional(28, list(PodReadinessGate)),
  runtimeClassName: optional(29, string),
  enableServiceLinks: optional(30, boolean),
  preemptionPolicy: optional(31, string, '', { values: ['Never', 'PreemptLowerPriority'] }),
  overhead: optional(32, map(quantity)),
  topologySpreadConstraints: optional(
    33,
    listMap(TopologySpreadConstraint, ['topologyKey', 'whenUnsatisfiable'], 'topologyKey'),
  ),
  ephemeralContainers: optional(34, listMap(EphemeralContainer, ['name'], 'name')),
  setHostnameAsFQDN: optional(35, boolean),
  os: optional(36, PodOS),
  hostUsers: optional(37, boolean),
  schedulingGates: optional(38, listMap(PodSchedulingGate, ['name'], 'name')),
  resourceClaims: optional(
    39,
    list(PodResourceClaim, {
      apply: { as: 'map', keys: ['name'] },
      patch: { as: 'merge', key: 'name', retainKeys: true },
    }),
  ),
  resources: optional(40, ResourceRequirements),
  hostnameOverride: optional(41, string),
  schedulingGroup: optional(43, PodSchedulingGroup),
});
export interface PodSpec extends Infer<typeof PodSpec> {}
