import { ResourceRequirements } from '#kinds/pod/schema/container.ts';
import { stopSignals } from '#kinds/pod/schema/stop-signals.ts';
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

export const ContainerExtendedResourceRequest = object('io.k8s.api.core.v1.ContainerExtendedResourceRequest', '', {
  containerName: required(1, string),
  resourceName: required(2, string),
  requestName: required(3, string),
});
export interface ContainerExtendedResourceRequest extends Infer<typeof ContainerExtendedResourceRequest> {}

export const ContainerStateRunning = object('io.k8s.api.core.v1.ContainerStateRunning', '', {
  startedAt: always(1, timeOrNull),
});
export interface ContainerStateRunning extends Infer<typeof ContainerStateRunning> {}

export const ContainerStateTerminated = object('io.k8s.api.core.v1.ContainerStateTerminated', '', {
  exitCode: required(1, int32),
  signal: nonzero(2, int32),
  reason: nonzero(3, string),
  message: nonzero(4, string),
  startedAt: always(5, timeOrNull),
  finishedAt: always(6, timeOrNull),
  containerID: nonzero(7, string),
});
export interface ContainerStateTerminated extends Infer<typeof ContainerStateTerminated> {}

export const ContainerStateWaiting = object('io.k8s.api.core.v1.ContainerStateWaiting', '', {
  reason: nonzero(1, string),
  message: nonzero(2, string),
});
export interface ContainerStateWaiting extends Infer<typeof ContainerStateWaiting> {}

export const ContainerState = object('io.k8s.api.core.v1.ContainerState', '', {
  waiting: optional(1, ContainerStateWaiting),
  running: optional(2, ContainerStateRunning),
  terminated: optional(3, ContainerStateTerminated),
});
export interface ContainerState extends Infer<typeof ContainerState> {}

export const LinuxContainerUser = object('io.k8s.api.core.v1.LinuxContainerUser', '', {
  uid: required(1, int64),
  gid: required(2, int64),
  supplementalGroups: optional(3, list(int64)),
});
export interface LinuxContainerUser extends Infer<typeof LinuxContainerUser> {}

export const ContainerUser = object('io.k8s.api.core.v1.ContainerUser', '', {
  linux: optional(1, LinuxContainerUser),
});
export interface ContainerUser extends Infer<typeof ContainerUser> {}

export const ResourceHealth = object('io.k8s.api.core.v1.ResourceHealth', '', {
  resourceID: required(1, string),
  health: nonzero(2, string),
  message: optional(6, string),
});
export interface ResourceHealth extends Infer<typeof ResourceHealth> {}

export const ResourceStatus = object('io.k8s.api.core.v1.ResourceStatus', '', {
  name: required(1, string),
  resources: optional(2, listMap(ResourceHealth, ['resourceID'])),
});
export interface ResourceStatus extends Infer<typeof ResourceStatus> {}

export const ImageVolumeStatus = object('io.k8s.api.core.v1.ImageVolumeStatus', '', {
  imageRef: required(1, string),
});
export interface ImageVolumeStatus extends Infer<typeof ImageVolumeStatus> {}

export const VolumeStatus = object('io.k8s.api.core.v1.VolumeStatus', '', {
  image: optional(1, ImageVolumeStatus),
});
export interface VolumeStatus extends Infer<typeof VolumeStatus> {}

export const VolumeMountStatus = object('io.k8s.api.core.v1.VolumeMountStatus', '', {
  name: required(1, string),
  mountPath: required(2, string),
  readOnly: nonzero(3, boolean),
  recursiveReadOnly: optional(4, string),
  volumeStatus: optional(5, VolumeStatus),
});
export interface VolumeMountStatus extends Infer<typeof VolumeMountStatus> {}

export const ContainerStatus = object('io.k8s.api.core.v1.ContainerStatus', '', {
  name: required(1, string),
  state: always(2, ContainerState),
  lastState: always(3, ContainerState),
  ready: required(4, boolean),
  restartCount: required(5, int32),
  image: required(6, string),
  imageID: required(7, string),
  containerID: nonzero(8, string),
  started: optional(9, boolean),
  allocatedResources: optional(10, map(quantity)),
  resources: optional(11, ResourceRequirements),
  volumeMounts: optional(12, listMap(VolumeMountStatus, ['mountPath'], 'mountPath')),
  user: optional(13, ContainerUser),
  allocatedResourcesStatus: optional(14, listMap(ResourceStatus, ['name'], 'name')),
  stopSignal: optional(15, string, '', { values: stopSignals }),
});
export interface ContainerStatus extends Infer<typeof ContainerStatus> {}

export const HostIP = object('io.k8s.api.core.v1.HostIP', '', {
  ip: required(1, string),
});
export interface HostIP extends Infer<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = object('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus', '', {
  resourceClaimName: required(1, string),
  containers: optional(2, listSet(string)),
  resources: required(3, map(quantity)),
});
export interface NodeAllocatableResourceClaimStatus extends Infer<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = object('io.k8s.api.core.v1.PodCondition', '', {
  type: required(1, string),
  status: required(2, string),
  lastProbeTime: always(3, timeOrNull),
  lastTransitionTime: always(4, timeOrNull),
  reason: nonzero(5, string),
  message: nonzero(6, string),
  observedGeneration: nonzero(7, int64),
});
export interface PodCondition extends Infer<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = object('io.k8s.api.core.v1.PodExtendedResourceClaimStatus', '', {
  requestMappings: required(1, list(ContainerExtendedResourceRequest)),
  resourceClaimName: required(2, string),
});
export interface PodExtendedResourceClaimStatus extends Infer<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = object('io.k8s.api.core.v1.PodIP', '', {
  ip: required(1, string),
});
export interface PodIP extends Infer<typeof PodIP> {}

export const PodResourceClaimStatus = object('io.k8s.api.core.v1.PodResourceClaimStatus', '', {
  name: required(1, string),
  resourceClaimName: optional(2, string),
});
export interface PodResourceClaimStatus extends Infer<typeof PodResourceClaimStatus> {}

export const PodStatus = object('io.k8s.api.core.v1.PodStatus', '', {
  phase: nonzero(1, string, '', { values: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'] }),
  conditions: optional(2, listMap(PodCondition, ['type'], 'type')),
  message: nonzero(3, string),
  reason: nonzero(4, string),
  hostIP: nonzero(5, string),
  podIP: nonzero(6, string),
  startTime: optional(7, time),
  containerStatuses: optional(8, list(ContainerStatus)),
  qosClass: nonzero(9, string, '', { values: ['BestEffort', 'Burstable', 'Guaranteed'] }),
  initContainerStatuses: optional(10, list(ContainerStatus)),
  nominatedNodeName: nonzero(11, string),
  podIPs: optional(12, listMap(PodIP, ['ip'], 'ip')),
  ephemeralContainerStatuses: optional(13, list(ContainerStatus)),
  resize: nonzero(14, string),
  resourceClaimStatuses: optional(
    15,
    list(PodResourceClaimStatus, {
      apply: { as: 'map', keys: ['name'] },
      patch: { as: 'merge', key: 'name', retainKeys: true },
    }),
  ),
  hostIPs: optional(16, list(HostIP, { apply: { as: 'atomic' }, patch: { as: 'merge', key: 'ip' } })),
  observedGeneration: nonzero(17, int64),
  extendedResourceClaimStatus: optional(18, PodExtendedResourceClaimStatus),
  allocatedResources: optional(19, map(quantity)),
  resources: optional(20, ResourceRequirements),
  nodeAllocatableResourceClaimStatuses: optional(21, list(NodeAllocatableResourceClaimStatus)),
});
export interface PodStatus extends Infer<typeof PodStatus> {}
