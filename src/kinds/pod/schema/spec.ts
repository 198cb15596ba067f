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

export const HostAlias = object('io.k8s.api.core.v1.HostAlias', "A line of a pod's /etc/hosts.", {
  ip: required(1, string, 'The address.'),
  hostnames: optional(2, list(string), 'Names for it.'),
});
export interface HostAlias extends Infer<typeof HostAlias> {}

export const PodDNSConfigOption = object('io.k8s.api.core.v1.PodDNSConfigOption', 'A resolver option.', {
  name: nonzero(1, string, 'The option, such as ndots.'),
  value: optional(2, string, 'Its value, if it has one.'),
});
export interface PodDNSConfigOption extends Infer<typeof PodDNSConfigOption> {}

export const PodDNSConfig = object('io.k8s.api.core.v1.PodDNSConfig', "Additions to a pod's name lookup.", {
  nameservers: optional(1, list(string), 'Servers to ask.'),
  searches: optional(2, list(string), 'Domains to look in.'),
  options: optional(3, list(PodDNSConfigOption), 'Resolver options.'),
});
export interface PodDNSConfig extends Infer<typeof PodDNSConfig> {}

export const PodOS = object('io.k8s.api.core.v1.PodOS', 'The operating system that a pod needs.', {
  name: required(1, string, 'linux or windows.'),
});
export interface PodOS extends Infer<typeof PodOS> {}

export const PodReadinessGate = object(
  'io.k8s.api.core.v1.PodReadinessGate',
  'A condition that must be True before a pod counts as ready.',
  {
    conditionType: required(1, string, "The condition's type."),
  },
);
export interface PodReadinessGate extends Infer<typeof PodReadinessGate> {}

export const PodResourceClaim = object('io.k8s.api.core.v1.PodResourceClaim', 'A device that a pod asks for.', {
  name: required(1, string, 'What containers call it.'),
  resourceClaimName: optional(3, string, 'A claim that is there already.'),
  resourceClaimTemplateName: optional(4, string, 'A template to make a claim from.'),
});
export interface PodResourceClaim extends Infer<typeof PodResourceClaim> {}

export const PodSpec = object('io.k8s.api.core.v1.PodSpec', 'What a pod is to run and how.', {
  volumes: optional(
    1,
    list(Volume, { apply: { as: 'map', keys: ['name'] }, patch: { as: 'merge', key: 'name', retainKeys: true } }),
    'Directories and files that its containers may mount.',
  ),
  containers: required(2, listMap(Container, ['name'], 'name'), 'What runs side by side; at least one.'),
  restartPolicy: nonzero(3, string, 'Always, OnFailure or Never: when an ended container starts again.', {
    values: ['Always', 'Never', 'OnFailure'],
  }),
  terminationGracePeriodSeconds: optional(4, int64, 'Seconds between the stop signal and the kill; 30 unless given.'),
  activeDeadlineSeconds: optional(5, int64, 'Seconds after its start at which the pod is ended and failed.'),
  dnsPolicy: nonzero(6, string, 'Where names are looked up; ClusterFirst unless given.', {
    values: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  }),
  nodeSelector: optional(7, map(string, { atomic: true }), 'Labels that the node must have.'),
  serviceAccountName: nonzero(8, string, 'The identity it uses towards the API; default unless given.'),
  serviceAccount: nonzero(9, string, 'The old name of serviceAccountName.'),
  nodeName: nonzero(10, string, 'The node it runs on; set by the scheduler.'),
  hostNetwork: nonzero(11, boolean, "Whether it shares the node's network."),
  hostPID: nonzero(12, boolean, "Whether it sees the node's processes."),
  hostIPC: nonzero(13, boolean, "Whether it shares the node's inter-process memory."),
  securityContext: optional(14, PodSecurityContext, 'Users, groups and protections for all its containers.'),
  imagePullSecrets: optional(15, listMap(LocalObjectReference, ['name'], 'name'), 'Secrets for pulling its images.'),
  hostname: nonzero(16, string, "Its host name; the pod's name unless given."),
  subdomain: nonzero(17, string, 'The domain under which its host name can be found.'),
  affinity: optional(18, Affinity, 'Which nodes and neighbours it wants or avoids.'),
  schedulerName: nonzero(19, string, 'The scheduler that places it; default-scheduler unless given.'),
  initContainers: optional(
    20,
    listMap(Container, ['name'], 'name'),
    'What runs first, one after the other, each to its end.',
  ),
  automountServiceAccountToken: optional(21, boolean, 'Whether it gets a token as a file.'),
  tolerations: optional(22, list(Toleration), 'Taints it puts up with.'),
  hostAliases: optional(23, listMap(HostAlias, ['ip'], 'ip'), 'Lines for its /etc/hosts.'),
  priorityClassName: nonzero(24, string, 'The class that gives it its priority.'),
  priority: optional(25, int32, 'Higher goes first; filled in from the class.'),
  dnsConfig: optional(26, PodDNSConfig, 'Additions to what dnsPolicy gives.'),
  shareProcessNamespace: optional(27, boolean, "Whether its containers see each other's processes."),
  readinessGates: optional(28, list(PodReadinessGate), 'Conditions that must be True before it counts as ready.'),
  runtimeClassName: optional(29, string, 'The container runtime to use.'),
  enableServiceLinks: optional(30, boolean, 'Whether services show up as environment variables.'),
  preemptionPolicy: optional(31, string, 'Whether it may push out lesser pods.', {
    values: ['Never', 'PreemptLowerPriority'],
  }),
  overhead: optional(32, map(quantity), 'What the runtime itself takes, on top of the containers.'),
  topologySpreadConstraints: optional(
    33,
    listMap(TopologySpreadConstraint, ['topologyKey', 'whenUnsatisfiable'], 'topologyKey'),
    'How it is to be spread with its likes.',
  ),
  ephemeralContainers: optional(
    34,
    listMap(EphemeralContainer, ['name'], 'name'),
    'Containers added to the running pod for debugging.',
  ),
  setHostnameAsFQDN: optional(35, boolean, 'Whether its host name is the full domain name.'),
  os: optional(36, PodOS, 'The operating system it needs.'),
  hostUsers: optional(37, boolean, "When false, it has users of its own, apart from the node's."),
  schedulingGates: optional(38, listMap(PodSchedulingGate, ['name'], 'name'), 'While there are any, it is not placed.'),
  resourceClaims: optional(
    39,
    list(PodResourceClaim, {
      apply: { as: 'map', keys: ['name'] },
      patch: { as: 'merge', key: 'name', retainKeys: true },
    }),
    'Devices it asks for.',
  ),
  resources: optional(40, ResourceRequirements, 'Resources for the pod as a whole.'),
  hostnameOverride: optional(41, string, 'Its host name, whatever the other fields say.'),
  schedulingGroup: optional(43, PodSchedulingGroup, 'The group of pods it is placed with.'),
});
export interface PodSpec extends Infer<typeof PodSpec> {}
