import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  int32,
  int64,
  list,
  listMap,
  listSet,
  map,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
  time,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const AttachedVolume = object('io.k8s.api.core.v1.AttachedVolume', 'A volume that is attached to a node.', {
  name: required(1, string, "The volume's name."),
  devicePath: required(2, string, 'The device it shows up as.'),
});
export interface AttachedVolume extends Infer<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = object('io.k8s.api.core.v1.ConfigMapNodeConfigSource', 'No longer used.', {
  namespace: required(1, string, 'The namespace of the config map.'),
  name: required(2, string, 'The name of the config map.'),
  uid: nonzero(3, string, 'The uid of the config map.'),
  resourceVersion: nonzero(4, string, 'The version of the config map.'),
  kubeletConfigKey: required(5, string, 'The key that holds the configuration.'),
});
export interface ConfigMapNodeConfigSource extends Infer<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = object('io.k8s.api.core.v1.ContainerImage', 'An image that is already on a node.', {
  names: always(1, list(string), 'All its names, by tag and by digest.'),
  sizeBytes: nonzero(2, int64, 'Its size in bytes.'),
});
export interface ContainerImage extends Infer<typeof ContainerImage> {}

export const DaemonEndpoint = object('io.k8s.api.core.v1.DaemonEndpoint', 'A port of a daemon.', {
  Port: required(1, int32, 'The port number.'),
});
export interface DaemonEndpoint extends Infer<typeof DaemonEndpoint> {}

export const NodeConfigSource = object('io.k8s.api.core.v1.NodeConfigSource', 'No longer used.', {
  configMap: optional(2, ConfigMapNodeConfigSource, 'No longer used.'),
});
export interface NodeConfigSource extends Infer<typeof NodeConfigSource> {}

export const Taint = object(
  'io.k8s.api.core.v1.Taint',
  'A reason for pods to stay away from a node unless they tolerate it.',
  {
    key: required(1, string, 'What the taint is about.'),
    value: nonzero(2, string, 'A value for tolerations to compare.'),
    effect: required(3, string, 'What happens to pods that do not tolerate it.', {
      values: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
    }),
    timeAdded: optional(4, time, 'Since when it is there.'),
  },
);
export interface Taint extends Infer<typeof Taint> {}

export const NodeSpec = object('io.k8s.api.core.v1.NodeSpec', 'What is asked of a node.', {
  podCIDR: nonzero(1, string, 'The addresses its pods get.'),
  externalID: nonzero(2, string, 'No longer used.'),
  providerID: nonzero(3, string, 'What the cloud that owns the machine calls it.'),
  unschedulable: nonzero(4, boolean, 'When true, no new pods are put here.'),
  taints: optional(5, list(Taint), 'Reasons for pods to stay away.'),
  configSource: optional(6, NodeConfigSource, 'No longer used.'),
  podCIDRs: optional(7, listSet(string, 'merge'), 'The addresses its pods get, one range an IP family.'),
});
export interface NodeSpec extends Infer<typeof NodeSpec> {}

export const NodeAddress = object('io.k8s.api.core.v1.NodeAddress', 'One address of a node.', {
  type: required(1, string, 'Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.'),
  address: required(2, string, 'The address or name.'),
});
export interface NodeAddress extends Infer<typeof NodeAddress> {}

export const NodeCondition = object('io.k8s.api.core.v1.NodeCondition', 'One finding about a node.', {
  type: required(1, string, 'What is judged, such as Ready.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastHeartbeatTime: always(3, timeOrNull, 'When the node last said so.'),
  lastTransitionTime: always(4, timeOrNull, 'When the status last changed.'),
  reason: nonzero(5, string, 'One CamelCase word saying why.'),
  message: nonzero(6, string, 'The same for people.'),
});
export interface NodeCondition extends Infer<typeof NodeCondition> {}

export const NodeConfigStatus = object('io.k8s.api.core.v1.NodeConfigStatus', 'No longer used.', {
  assigned: optional(1, NodeConfigSource, 'No longer used.'),
  active: optional(2, NodeConfigSource, 'No longer used.'),
  lastKnownGood: optional(3, NodeConfigSource, 'No longer used.'),
  error: nonzero(4, string, 'No longer used.'),
});
export interface NodeConfigStatus extends Infer<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = object('io.k8s.api.core.v1.NodeDaemonEndpoints', "The ports of a node's daemons.", {
  kubeletEndpoint: always(1, DaemonEndpoint, 'The port of the node agent.'),
});
export interface NodeDaemonEndpoints extends Infer<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = object('io.k8s.api.core.v1.NodeFeatures', "What a node's container runtime can do.", {
  supplementalGroupsPolicy: optional(1, boolean, 'Whether supplementalGroupsPolicy of pods is honoured.'),
});
export interface NodeFeatures extends Infer<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = object(
  'io.k8s.api.core.v1.NodeRuntimeHandlerFeatures',
  'What a container runtime can do.',
  {
    recursiveReadOnlyMounts: optional(1, boolean, 'Whether mounts can be read-only all the way down.'),
    userNamespaces: optional(2, boolean, 'Whether pods can have users of their own.'),
  },
);
export interface NodeRuntimeHandlerFeatures extends Infer<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = object(
  'io.k8s.api.core.v1.NodeRuntimeHandler',
  'A container runtime that a node offers.',
  {
    name: always(1, string, 'Its name; empty for the default one.'),
    features: optional(2, NodeRuntimeHandlerFeatures, 'What it can do.'),
  },
);
export interface NodeRuntimeHandler extends Infer<typeof NodeRuntimeHandler> {}

export const NodeSwapStatus = object('io.k8s.api.core.v1.NodeSwapStatus', "A node's swap.", {
  capacity: optional(1, int64, 'Bytes of swap.'),
});
export interface NodeSwapStatus extends Infer<typeof NodeSwapStatus> {}

export const NodeSystemInfo = object('io.k8s.api.core.v1.NodeSystemInfo', 'What a node is and what it runs.', {
  machineID: required(1, string, "The id that the machine's operating system gave it."),
  systemUUID: required(2, string, "The id that the machine's maker gave it."),
  bootID: required(3, string, 'Different after every start of the machine.'),
  kernelVersion: required(4, string, "The kernel's version."),
  osImage: required(5, string, 'The operating system, for people.'),
  containerRuntimeVersion: required(6, string, 'The container runtime and its version.'),
  kubeletVersion: required(7, string, "The node agent's version."),
  kubeProxyVersion: required(8, string, 'No longer used.'),
  operatingSystem: required(9, string, 'linux, windows or darwin, as in the label kubernetes.io/os.'),
  architecture: required(10, string, 'The processor, such as amd64 or arm64.'),
  swap: optional(11, NodeSwapStatus, 'How much swap it has.'),
});
export interface NodeSystemInfo extends Infer<typeof NodeSystemInfo> {}

export const NodeStatus = object('io.k8s.api.core.v1.NodeStatus', 'What a node has and how it fares.', {
  capacity: optional(1, map(quantity), 'All its resources, such as cpu, memory and pods.'),
  allocatable: optional(2, map(quantity), 'The part of its capacity that pods may use.'),
  phase: nonzero(3, string, 'No longer used.', { values: ['Pending', 'Running', 'Terminated'] }),
  conditions: optional(
    4,
    listMap(NodeCondition, ['type'], 'type'),
    'How it fares: Ready, MemoryPressure, DiskPressure, PIDPressure.',
  ),
  addresses: optional(5, listMap(NodeAddress, ['type'], 'type'), 'Where it can be reached.'),
  daemonEndpoints: always(6, NodeDaemonEndpoints, 'The ports of its daemons.'),
  nodeInfo: always(7, NodeSystemInfo, 'What it is and what it runs.'),
  images: optional(8, list(ContainerImage), 'Images that are already there.'),
  volumesInUse: optional(9, list(string), 'Attachable volumes that its pods use.'),
  volumesAttached: optional(10, list(AttachedVolume), 'Volumes that are attached to it.'),
  config: optional(11, NodeConfigStatus, 'No longer used.'),
  runtimeHandlers: optional(12, list(NodeRuntimeHandler), 'The container runtimes it offers.'),
  features: optional(13, NodeFeatures, 'What its container runtime can do.'),
  declaredFeatures: optional(14, list(string), 'Features that the node has and pods may depend on.'),
});
export interface NodeStatus extends Infer<typeof NodeStatus> {}

export const Node = object('io.k8s.api.core.v1.Node', 'A machine that runs pods.', {
  ...objectFields,
  spec: always(2, NodeSpec, 'What is asked of it.'),
  status: always(3, NodeStatus, 'What it has and how it fares.'),
});
export interface Node extends Stored<Infer<typeof Node>> {}
