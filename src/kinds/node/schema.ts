import type { Stored } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
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

export const AttachedVolume = object('io.k8s.api.core.v1.AttachedVolume', '', {
  name: required(1, string),
  devicePath: required(2, string),
});
export interface AttachedVolume extends Infer<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = object('io.k8s.api.core.v1.ConfigMapNodeConfigSource', '', {
  namespace: required(1, string),
  name: required(2, string),
  uid: nonzero(3, string),
  resourceVersion: nonzero(4, string),
  kubeletConfigKey: required(5, string),
});
export interface ConfigMapNodeConfigSource extends Infer<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = object('io.k8s.api.core.v1.ContainerImage', '', {
  names: always(1, list(string)),
  sizeBytes: nonzero(2, int64),
});
export interface ContainerImage extends Infer<typeof ContainerImage> {}

export const DaemonEndpoint = object('io.k8s.api.core.v1.DaemonEndpoint', '', {
  Port: required(1, int32),
});
export interface DaemonEndpoint extends Infer<typeof DaemonEndpoint> {}

export const NodeConfigSource = object('io.k8s.api.core.v1.NodeConfigSource', '', {
  configMap: optional(2, ConfigMapNodeConfigSource),
});
export interface NodeConfigSource extends Infer<typeof NodeConfigSource> {}

export const Taint = object('io.k8s.api.core.v1.Taint', '', {
  key: required(1, string),
  value: nonzero(2, string),
  effect: required(3, string, '', { values: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'] }),
  timeAdded: optional(4, time),
});
export interface Taint extends Infer<typeof Taint> {}

export const NodeSpec = object('io.k8s.api.core.v1.NodeSpec', '', {
  podCIDR: nonzero(1, string),
  externalID: nonzero(2, string),
  providerID: nonzero(3, string),
  unschedulable: nonzero(4, boolean),
  taints: optional(5, list(Taint)),
  configSource: optional(6, NodeConfigSource),
  podCIDRs: optional(7, listSet(string, 'merge')),
});
export interface NodeSpec extends Infer<typeof NodeSpec> {}

export const NodeAddress = object('io.k8s.api.core.v1.NodeAddress', '', {
  type: required(1, string),
  address: required(2, string),
});
export interface NodeAddress extends Infer<typeof NodeAddress> {}

export const NodeCondition = object('io.k8s.api.core.v1.NodeCondition', '', {
  type: required(1, string),
  status: required(2, string),
  lastHeartbeatTime: always(3, timeOrNull),
  lastTransitionTime: always(4, timeOrNull),
  reason: nonzero(5, string),
  message: nonzero(6, string),
});
export interface NodeCondition extends Infer<typeof NodeCondition> {}

export const NodeConfigStatus = object('io.k8s.api.core.v1.NodeConfigStatus', '', {
  assigned: optional(1, NodeConfigSource),
  active: optional(2, NodeConfigSource),
  lastKnownGood: optional(3, NodeConfigSource),
  error: nonzero(4, string),
});
export interface NodeConfigStatus extends Infer<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = object('io.k8s.api.core.v1.NodeDaemonEndpoints', '', {
  kubeletEndpoint: always(1, DaemonEndpoint),
});
export interface NodeDaemonEndpoints extends Infer<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = object('io.k8s.api.core.v1.NodeFeatures', '', {
  supplementalGroupsPolicy: optional(1, boolean),
});
export interface NodeFeatures extends Infer<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = object('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures', '', {
  recursiveReadOnlyMounts: optional(1, boolean),
  userNamespaces: optional(2, boolean),
});
export interface NodeRuntimeHandlerFeatures extends Infer<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = object('io.k8s.api.core.v1.NodeRuntimeHandler', '', {
  name: always(1, string),
  features: optional(2, NodeRuntimeHandlerFeatures),
});
export interface NodeRuntimeHandler extends Infer<typeof NodeRuntimeHandler> {}

export const NodeSwapStatus = object('io.k8s.api.core.v1.NodeSwapStatus', '', {
  capacity: optional(1, int64),
});
export interface NodeSwapStatus extends Infer<typeof NodeSwapStatus> {}

export const NodeSystemInfo = object('io.k8s.api.core.v1.NodeSystemInfo', '', {
  machineID: required(1, string),
  systemUUID: required(2, string),
  bootID: required(3, string),
  kernelVersion: required(4, string),
  osImage: required(5, string),
  containerRuntimeVersion: required(6, string),
  kubeletVersion: required(7, string),
  kubeProxyVersion: required(8, string),
  operatingSystem: required(9, string),
  architecture: required(10, string),
  swap: optional(11, NodeSwapStatus),
});
export interface NodeSystemInfo extends Infer<typeof NodeSystemInfo> {}

export const NodeStatus = object('io.k8s.api.core.v1.NodeStatus', '', {
  capacity: optional(1, map(quantity)),
  allocatable: optional(2, map(quantity)),
  phase: nonzero(3, string, '', { values: ['Pending', 'Running', 'Terminated'] }),
  conditions: optional(4, listMap(NodeCondition, ['type'], 'type')),
  addresses: optional(5, listMap(NodeAddress, ['type'], 'type')),
  daemonEndpoints: always(6, NodeDaemonEndpoints),
  nodeInfo: always(7, NodeSystemInfo),
  images: optional(8, list(ContainerImage)),
  volumesInUse: optional(9, list(string)),
  volumesAttached: optional(10, list(AttachedVolume)),
  config: optional(11, NodeConfigStatus),
  runtimeHandlers: optional(12, list(NodeRuntimeHandler)),
  features: optional(13, NodeFeatures),
  declaredFeatures: optional(14, list(string)),
});
export interface NodeStatus extends Infer<typeof NodeStatus> {}

export const Node = object('io.k8s.api.core.v1.Node', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  spec: always(2, NodeSpec),
  status: always(3, NodeStatus),
});
export interface Node extends Stored<Infer<typeof Node>> {}
