import { ObjectFieldSelector, ResourceFieldSelector } from '#kinds/meta/references.ts';
import { Lifecycle, Probe } from '#kinds/pod/schema/probes.ts';
import { SecurityContext } from '#kinds/pod/schema/security.ts';
import {
  always,
  boolean,
  embedded,
  int32,
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
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ConfigMapEnvSource = object('io.k8s.api.core.v1.ConfigMapEnvSource', '', {
  ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
  optional: optional(2, boolean),
});
export interface ConfigMapEnvSource extends Infer<typeof ConfigMapEnvSource> {}

export const ConfigMapKeySelector = object(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  '',
  {
    ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
    key: required(2, string),
    optional: optional(3, boolean),
  },
  { atomic: true },
);
export interface ConfigMapKeySelector extends Infer<typeof ConfigMapKeySelector> {}

export const ContainerPort = object('io.k8s.api.core.v1.ContainerPort', '', {
  name: nonzero(1, string),
  hostPort: nonzero(2, int32),
  containerPort: required(3, int32),
  protocol: nonzero(4, string, '', { values: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
  hostIP: nonzero(5, string),
});
export interface ContainerPort extends Infer<typeof ContainerPort> {}

export const ContainerResizePolicy = object('io.k8s.api.core.v1.ContainerResizePolicy', '', {
  resourceName: required(1, string),
  restartPolicy: required(2, string),
});
export interface ContainerResizePolicy extends Infer<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = object('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes', '', {
  operator: required(1, string),
  values: optional(2, listSet(int32)),
});
export interface ContainerRestartRuleOnExitCodes extends Infer<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = object('io.k8s.api.core.v1.ContainerRestartRule', '', {
  action: required(1, string),
  exitCodes: optional(2, ContainerRestartRuleOnExitCodes),
});
export interface ContainerRestartRule extends Infer<typeof ContainerRestartRule> {}

export const SecretEnvSource = object('io.k8s.api.core.v1.SecretEnvSource', '', {
  ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
  optional: optional(2, boolean),
});
export interface SecretEnvSource extends Infer<typeof SecretEnvSource> {}

export const EnvFromSource = object('io.k8s.api.core.v1.EnvFromSource', '', {
  prefix: nonzero(1, string),
  configMapRef: optional(2, ConfigMapEnvSource),
  secretRef: optional(3, SecretEnvSource),
});
export interface EnvFromSource extends Infer<typeof EnvFromSource> {}

export const FileKeySelector = object(
  'io.k8s.api.core.v1.FileKeySelector',
  '',
  {
    volumeName: required(1, string),
    path: required(2, string),
    key: required(3, string),
    optional: optional(4, boolean, '', { default: false }),
  },
  { atomic: true },
);
export interface FileKeySelector extends Infer<typeof FileKeySelector> {}

export const SecretKeySelector = object(
  'io.k8s.api.core.v1.SecretKeySelector',
  '',
  {
    ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
    key: required(2, string),
    optional: optional(3, boolean),
  },
  { atomic: true },
);
export interface SecretKeySelector extends Infer<typeof SecretKeySelector> {}

export const EnvVarSource = object('io.k8s.api.core.v1.EnvVarSource', '', {
  fieldRef: optional(1, ObjectFieldSelector),
  resourceFieldRef: optional(2, ResourceFieldSelector),
  configMapKeyRef: optional(3, ConfigMapKeySelector),
  secretKeyRef: optional(4, SecretKeySelector),
  fileKeyRef: optional(5, FileKeySelector),
});
export interface EnvVarSource extends Infer<typeof EnvVarSource> {}

export const EnvVar = object('io.k8s.api.core.v1.EnvVar', '', {
  name: required(1, string),
  value: nonzero(2, string),
  valueFrom: optional(3, EnvVarSource),
});
export interface EnvVar extends Infer<typeof EnvVar> {}

export const ResourceClaim = object('io.k8s.api.core.v1.ResourceClaim', '', {
  name: required(1, string),
  request: nonzero(2, string),
});
export interface ResourceClaim extends Infer<typeof ResourceClaim> {}

export const ResourceRequirements = object('io.k8s.api.core.v1.ResourceRequirements', '', {
  limits: optional(1, map(quantity)),
  requests: optional(2, map(quantity)),
  claims: optional(3, listMap(ResourceClaim, ['name'])),
});
export interface ResourceRequirements extends Infer<typeof ResourceRequirements> {}

export const VolumeDevice = object('io.k8s.api.core.v1.VolumeDevice', '', {
  name: required(1, string),
  devicePath: required(2, string),
});
export interface VolumeDevice extends Infer<typeof VolumeDevice> {}

export const VolumeMount = object('io.k8s.api.core.v1.VolumeMount', '', {
  name: required(1, string),
  readOnly: nonzero(2, boolean),
  mountPath: required(3, string),
  subPath: nonzero(4, string),
  mountPropagation: optional(5, string, '', { values: ['Bidirectional', 'HostToContainer', 'None'] }),
  subPathExpr: nonzero(6, string),
  recursiveReadOnly: optional(7, string),
});
export interface VolumeMount extends Infer<typeof VolumeMount> {}

export const Container = object('io.k8s.api.core.v1.Container', '', {
  name: required(1, string),
  image: nonzero(2, string),
  command: optional(3, list(string)),
  args: optional(4, list(string)),
  workingDir: nonzero(5, string),
  ports: optional(6, listMap(ContainerPort, ['containerPort', 'protocol'], 'containerPort')),
  env: optional(7, listMap(EnvVar, ['name'], 'name')),
  resources: always(8, ResourceRequirements),
  volumeMounts: optional(9, listMap(VolumeMount, ['mountPath'], 'mountPath')),
  livenessProbe: optional(10, Probe),
  readinessProbe: optional(11, Probe),
  lifecycle: optional(12, Lifecycle),
  terminationMessagePath: nonzero(13, string),
  imagePullPolicy: nonzero(14, string, '', { values: ['Always', 'IfNotPresent', 'Never'] }),
  securityContext: optional(15, SecurityContext),
  stdin: nonzero(16, boolean),
  stdinOnce: nonzero(17, boolean),
  tty: nonzero(18, boolean),
  envFrom: optional(19, list(EnvFromSource)),
  terminationMessagePolicy: nonzero(20, string, '', { values: ['FallbackToLogsOnError', 'File'] }),
  volumeDevices: optional(21, listMap(VolumeDevice, ['devicePath'], 'devicePath')),
  startupProbe: optional(22, Probe),
  resizePolicy: optional(23, list(ContainerResizePolicy)),
  restartPolicy: optional(24, string),
  restartPolicyRules: optional(25, list(ContainerRestartRule)),
});
export interface Container extends Infer<typeof Container> {}

export const EphemeralContainer = object('io.k8s.api.core.v1.EphemeralContainer', '', {
  ...embedded(1, {
    name: required(1, string),
    image: nonzero(2, string),
    command: optional(3, list(string)),
    args: optional(4, list(string)),
    workingDir: nonzero(5, string),
    ports: optional(6, listMap(ContainerPort, ['containerPort', 'protocol'], 'containerPort')),
    env: optional(7, listMap(EnvVar, ['name'], 'name')),
    resources: always(8, ResourceRequirements),
    volumeMounts: optional(9, listMap(VolumeMount, ['mountPath'], 'mountPath')),
    livenessProbe: optional(10, Probe),
    readinessProbe: optional(11, Probe),
    lifecycle: optional(12, Lifecycle),
    terminationMessagePath: nonzero(13, string),
    imagePullPolicy: nonzero(14, string, '', { values: ['Always', 'IfNotPresent', 'Never'] }),
    securityContext: optional(15, SecurityContext),
    stdin: nonzero(16, boolean),
    stdinOnce: nonzero(17, boolean),
    tty: nonzero(18, boolean),
    envFrom: optional(19, list(EnvFromSource)),
    terminationMessagePolicy: nonzero(20, string, '', { values: ['FallbackToLogsOnError', 'File'] }),
    volumeDevices: optional(21, listMap(VolumeDevice, ['devicePath'], 'devicePath')),
    startupProbe: optional(22, Probe),
    resizePolicy: optional(23, list(ContainerResizePolicy)),
    restartPolicy: optional(24, string),
    restartPolicyRules: optional(25, list(ContainerRestartRule)),
  }),
  targetContainerName: nonzero(2, string),
});
export interface EphemeralContainer extends Infer<typeof EphemeralContainer> {}
