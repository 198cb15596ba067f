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

export const ContainerExtendedResourceRequest = object(
  'io.k8s.api.core.v1.ContainerExtendedResourceRequest',
  'The device request behind an extended resource.',
  {
    containerName: required(1, string, 'The container.'),
    resourceName: required(2, string, 'The extended resource.'),
    requestName: required(3, string, 'The request within the claim.'),
  },
);
export interface ContainerExtendedResourceRequest extends Infer<typeof ContainerExtendedResourceRequest> {}

export const ContainerStateRunning = object('io.k8s.api.core.v1.ContainerStateRunning', 'A container that runs.', {
  startedAt: always(1, timeOrNull, 'Since when.'),
});
export interface ContainerStateRunning extends Infer<typeof ContainerStateRunning> {}

export const ContainerStateTerminated = object(
  'io.k8s.api.core.v1.ContainerStateTerminated',
  'A container that has ended.',
  {
    exitCode: required(1, int32, 'Its exit code.'),
    signal: nonzero(2, int32, 'The signal that ended it.'),
    reason: nonzero(3, string, 'One CamelCase word saying why, such as Completed or OOMKilled.'),
    message: nonzero(4, string, 'Its last word.'),
    startedAt: always(5, timeOrNull, 'When it started.'),
    finishedAt: always(6, timeOrNull, 'When it ended.'),
    containerID: nonzero(7, string, 'What the runtime called it.'),
  },
);
export interface ContainerStateTerminated extends Infer<typeof ContainerStateTerminated> {}

export const ContainerStateWaiting = object(
  'io.k8s.api.core.v1.ContainerStateWaiting',
  'A container that has not started yet.',
  {
    reason: nonzero(1, string, 'One CamelCase word saying why, such as CrashLoopBackOff.'),
    message: nonzero(2, string, 'The same for people.'),
  },
);
export interface ContainerStateWaiting extends Infer<typeof ContainerStateWaiting> {}

export const ContainerState = object('io.k8s.api.core.v1.ContainerState', 'What a container is doing; one of these.', {
  waiting: optional(1, ContainerStateWaiting, 'It has not started yet.'),
  running: optional(2, ContainerStateRunning, 'It runs.'),
  terminated: optional(3, ContainerStateTerminated, 'It has ended.'),
});
export interface ContainerState extends Infer<typeof ContainerState> {}

export const LinuxContainerUser = object(
  'io.k8s.api.core.v1.LinuxContainerUser',
  'The user that a container runs as on Linux.',
  {
    uid: required(1, int64, 'The user id.'),
    gid: required(2, int64, 'The group id.'),
    supplementalGroups: optional(3, list(int64), 'Further groups.'),
  },
);
export interface LinuxContainerUser extends Infer<typeof LinuxContainerUser> {}

export const ContainerUser = object('io.k8s.api.core.v1.ContainerUser', 'The user that a container runs as.', {
  linux: optional(1, LinuxContainerUser, 'The user on Linux.'),
});
export interface ContainerUser extends Infer<typeof ContainerUser> {}

export const ResourceHealth = object('io.k8s.api.core.v1.ResourceHealth', 'How a device fares.', {
  resourceID: required(1, string, 'The device.'),
  health: nonzero(2, string, 'Healthy, Unhealthy or Unknown.'),
  message: optional(6, string, 'The same for people.'),
});
export interface ResourceHealth extends Infer<typeof ResourceHealth> {}

export const ResourceStatus = object('io.k8s.api.core.v1.ResourceStatus', 'How the devices of a container fare.', {
  name: required(1, string, 'The resource.'),
  resources: optional(2, listMap(ResourceHealth, ['resourceID']), 'The single devices.'),
});
export interface ResourceStatus extends Infer<typeof ResourceStatus> {}

export const ImageVolumeStatus = object('io.k8s.api.core.v1.ImageVolumeStatus', 'The image that a volume is made of.', {
  imageRef: required(1, string, 'The image by digest.'),
});
export interface ImageVolumeStatus extends Infer<typeof ImageVolumeStatus> {}

export const VolumeStatus = object('io.k8s.api.core.v1.VolumeStatus', 'How a volume fares.', {
  image: optional(1, ImageVolumeStatus, 'The image it is made of.'),
});
export interface VolumeStatus extends Infer<typeof VolumeStatus> {}

export const VolumeMountStatus = object('io.k8s.api.core.v1.VolumeMountStatus', 'How a volume is mounted.', {
  name: required(1, string, 'What the pod calls the volume.'),
  mountPath: required(2, string, 'Where it shows up.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
  recursiveReadOnly: optional(4, string, 'Whether mounts below it can only be read.'),
  volumeStatus: optional(5, VolumeStatus, 'How the volume fares.'),
});
export interface VolumeMountStatus extends Infer<typeof VolumeMountStatus> {}

export const ContainerStatus = object('io.k8s.api.core.v1.ContainerStatus', 'How a container fares.', {
  name: required(1, string, "The container's name."),
  state: always(2, ContainerState, 'What it is doing now.'),
  lastState: always(3, ContainerState, 'How it ended last time.'),
  ready: required(4, boolean, 'Whether it passes its readiness probe.'),
  restartCount: required(5, int32, 'How often it has been restarted.'),
  image: required(6, string, 'The image it runs.'),
  imageID: required(7, string, 'The image it runs, by digest.'),
  containerID: nonzero(8, string, 'What the runtime calls it.'),
  started: optional(9, boolean, 'Whether it has passed its startup probe.'),
  allocatedResources: optional(10, map(quantity), 'What the node has set aside for it.'),
  resources: optional(11, ResourceRequirements, 'What is in force for it.'),
  volumeMounts: optional(12, listMap(VolumeMountStatus, ['mountPath'], 'mountPath'), 'How its volumes are mounted.'),
  user: optional(13, ContainerUser, 'The user it runs as.'),
  allocatedResourcesStatus: optional(14, listMap(ResourceStatus, ['name'], 'name'), 'How its devices fare.'),
  stopSignal: optional(15, string, 'The signal that will ask it to stop.', { values: stopSignals }),
});
export interface ContainerStatus extends Infer<typeof ContainerStatus> {}

export const HostIP = object('io.k8s.api.core.v1.HostIP', 'An address of a node.', {
  ip: required(1, string, 'The address.'),
});
export interface HostIP extends Infer<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = object(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  'Node resources that a claim uses.',
  {
    resourceClaimName: required(1, string, 'The name of the claim.'),
    containers: optional(2, listSet(string), 'The containers that use it.'),
    resources: required(3, map(quantity), 'How much it uses.'),
  },
);
export interface NodeAllocatableResourceClaimStatus extends Infer<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = object('io.k8s.api.core.v1.PodCondition', 'One finding about a pod.', {
  type: required(1, string, 'What is judged, such as Ready.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastProbeTime: always(3, timeOrNull, 'When it was last checked.'),
  lastTransitionTime: always(4, timeOrNull, 'When the status last changed.'),
  reason: nonzero(5, string, 'One CamelCase word saying why.'),
  message: nonzero(6, string, 'The same for people.'),
  observedGeneration: nonzero(7, int64, 'The generation that this finding speaks of.'),
});
export interface PodCondition extends Infer<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = object(
  'io.k8s.api.core.v1.PodExtendedResourceClaimStatus',
  "The claim behind a pod's extended resources.",
  {
    requestMappings: required(1, list(ContainerExtendedResourceRequest), 'Which request stands for which resource.'),
    resourceClaimName: required(2, string, 'The name of the claim.'),
  },
);
export interface PodExtendedResourceClaimStatus extends Infer<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = object('io.k8s.api.core.v1.PodIP', 'An address of a pod.', {
  ip: required(1, string, 'The address.'),
});
export interface PodIP extends Infer<typeof PodIP> {}

export const PodResourceClaimStatus = object(
  'io.k8s.api.core.v1.PodResourceClaimStatus',
  'A claim that was made for a pod.',
  {
    name: required(1, string, 'What the pod calls it.'),
    resourceClaimName: optional(2, string, 'The claim; absent if none was needed.'),
  },
);
export interface PodResourceClaimStatus extends Infer<typeof PodResourceClaimStatus> {}

export const PodStatus = object('io.k8s.api.core.v1.PodStatus', 'How a pod fares.', {
  phase: nonzero(1, string, 'Pending, Running, Succeeded, Failed or Unknown.', {
    values: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'],
  }),
  conditions: optional(
    2,
    listMap(PodCondition, ['type'], 'type'),
    'What has been reached: PodScheduled, Initialized, ContainersReady, Ready.',
  ),
  message: nonzero(3, string, 'Why it is in this state, for people.'),
  reason: nonzero(4, string, 'Why it is in this state, such as Evicted.'),
  hostIP: nonzero(5, string, "The node's address."),
  podIP: nonzero(6, string, 'Its address.'),
  startTime: optional(7, time, 'When the node took it on.'),
  containerStatuses: optional(8, list(ContainerStatus), 'How each of the containers fares.'),
  qosClass: nonzero(9, string, 'Guaranteed, Burstable or BestEffort: who suffers last when memory is short.', {
    values: ['BestEffort', 'Burstable', 'Guaranteed'],
  }),
  initContainerStatuses: optional(10, list(ContainerStatus), 'How each of the init containers fares.'),
  nominatedNodeName: nonzero(11, string, 'The node on which room is being made for it.'),
  podIPs: optional(12, listMap(PodIP, ['ip'], 'ip'), 'Its addresses, at most one an IP family.'),
  ephemeralContainerStatuses: optional(13, list(ContainerStatus), 'How each of the ephemeral containers fares.'),
  resize: nonzero(14, string, 'How far a change of its resources has got.'),
  resourceClaimStatuses: optional(
    15,
    list(PodResourceClaimStatus, {
      apply: { as: 'map', keys: ['name'] },
      patch: { as: 'merge', key: 'name', retainKeys: true },
    }),
    'The claims that were made for it.',
  ),
  hostIPs: optional(
    16,
    list(HostIP, { apply: { as: 'atomic' }, patch: { as: 'merge', key: 'ip' } }),
    "The node's addresses.",
  ),
  observedGeneration: nonzero(17, int64, 'The generation that this status speaks of.'),
  extendedResourceClaimStatus: optional(18, PodExtendedResourceClaimStatus, 'The claim behind extended resources.'),
  allocatedResources: optional(19, map(quantity), 'What the node has set aside for the pod as a whole.'),
  resources: optional(20, ResourceRequirements, 'What is in force for the pod as a whole.'),
  nodeAllocatableResourceClaimStatuses: optional(
    21,
    list(NodeAllocatableResourceClaimStatus),
    'Node resources that its claims use.',
  ),
});
export interface PodStatus extends Infer<typeof PodStatus> {}
