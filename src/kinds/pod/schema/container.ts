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

export const ConfigMapEnvSource = object(
  'io.k8s.api.core.v1.ConfigMapEnvSource',
  'A config map whose keys become variables.',
  {
    ...embedded(1, { name: nonzero(1, string, 'The name of the config map.', { zeroDefault: true }) }),
    optional: optional(2, boolean, 'Whether it may be missing.'),
  },
);
export interface ConfigMapEnvSource extends Infer<typeof ConfigMapEnvSource> {}

export const ConfigMapKeySelector = object(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  'A key of a config map.',
  {
    ...embedded(1, { name: nonzero(1, string, 'The name of the config map.', { zeroDefault: true }) }),
    key: required(2, string, 'The key.'),
    optional: optional(3, boolean, 'Whether it may be missing.'),
  },
  { atomic: true },
);
export interface ConfigMapKeySelector extends Infer<typeof ConfigMapKeySelector> {}

export const ContainerPort = object('io.k8s.api.core.v1.ContainerPort', 'A port that a container listens on.', {
  name: nonzero(1, string, 'What probes and services may call it.'),
  hostPort: nonzero(2, int32, "The node's port that leads here."),
  containerPort: required(3, int32, 'The port number.'),
  protocol: nonzero(4, string, 'TCP, UDP or SCTP.', { values: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
  hostIP: nonzero(5, string, "The node's address that leads here."),
});
export interface ContainerPort extends Infer<typeof ContainerPort> {}

export const ContainerResizePolicy = object(
  'io.k8s.api.core.v1.ContainerResizePolicy',
  'Whether a resource can change without a restart.',
  {
    resourceName: required(1, string, 'cpu or memory.'),
    restartPolicy: required(2, string, 'NotRequired or RestartContainer.'),
  },
);
export interface ContainerResizePolicy extends Infer<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = object(
  'io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes',
  'A test on exit codes.',
  {
    operator: required(1, string, 'In or NotIn the values.'),
    values: optional(2, listSet(int32), 'The exit codes.'),
  },
);
export interface ContainerRestartRuleOnExitCodes extends Infer<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = object(
  'io.k8s.api.core.v1.ContainerRestartRule',
  'When a container starts again.',
  {
    action: required(1, string, 'What to do: Restart.'),
    exitCodes: optional(2, ContainerRestartRuleOnExitCodes, 'For which exit codes.'),
  },
);
export interface ContainerRestartRule extends Infer<typeof ContainerRestartRule> {}

export const SecretEnvSource = object('io.k8s.api.core.v1.SecretEnvSource', 'A secret whose keys become variables.', {
  ...embedded(1, { name: nonzero(1, string, 'The name of the secret.', { zeroDefault: true }) }),
  optional: optional(2, boolean, 'Whether it may be missing.'),
});
export interface SecretEnvSource extends Infer<typeof SecretEnvSource> {}

export const EnvFromSource = object(
  'io.k8s.api.core.v1.EnvFromSource',
  'A source of many variables; each key becomes one.',
  {
    prefix: nonzero(1, string, 'Put before each name.'),
    configMapRef: optional(2, ConfigMapEnvSource, 'The config map to take.'),
    secretRef: optional(3, SecretEnvSource, 'The secret to take.'),
  },
);
export interface EnvFromSource extends Infer<typeof EnvFromSource> {}

export const FileKeySelector = object(
  'io.k8s.api.core.v1.FileKeySelector',
  'A key in a file of variables.',
  {
    volumeName: required(1, string, 'The volume that holds the file.'),
    path: required(2, string, 'The file within the volume.'),
    key: required(3, string, 'The key in the file.'),
    optional: optional(4, boolean, 'Whether it may be missing.', { default: false }),
  },
  { atomic: true },
);
export interface FileKeySelector extends Infer<typeof FileKeySelector> {}

export const SecretKeySelector = object(
  'io.k8s.api.core.v1.SecretKeySelector',
  'A key of a secret.',
  {
    ...embedded(1, { name: nonzero(1, string, 'The name of the secret.', { zeroDefault: true }) }),
    key: required(2, string, 'The key.'),
    optional: optional(3, boolean, 'Whether it may be missing.'),
  },
  { atomic: true },
);
export interface SecretKeySelector extends Infer<typeof SecretKeySelector> {}

export const EnvVarSource = object(
  'io.k8s.api.core.v1.EnvVarSource',
  "Where a variable's value comes from; one of these.",
  {
    fieldRef: optional(1, ObjectFieldSelector, 'A field of the pod.'),
    resourceFieldRef: optional(2, ResourceFieldSelector, 'A resource amount of a container.'),
    configMapKeyRef: optional(3, ConfigMapKeySelector, 'A key of a config map.'),
    secretKeyRef: optional(4, SecretKeySelector, 'A key of a secret.'),
    fileKeyRef: optional(5, FileKeySelector, 'A key in a file of variables.'),
  },
);
export interface EnvVarSource extends Infer<typeof EnvVarSource> {}

export const EnvVar = object('io.k8s.api.core.v1.EnvVar', 'An environment variable.', {
  name: required(1, string, 'Its name.'),
  value: nonzero(2, string, 'Its value; $(NAME) stands for an earlier variable.'),
  valueFrom: optional(3, EnvVarSource, 'Where the value comes from instead.'),
});
export interface EnvVar extends Infer<typeof EnvVar> {}

export const ResourceClaim = object('io.k8s.api.core.v1.ResourceClaim', 'A device that a container uses.', {
  name: required(1, string, 'What the pod calls it.'),
  request: nonzero(2, string, 'Which part of the claim; all of it unless given.'),
});
export interface ResourceClaim extends Infer<typeof ResourceClaim> {}

export const ResourceRequirements = object(
  'io.k8s.api.core.v1.ResourceRequirements',
  'What a container needs and what it may use.',
  {
    limits: optional(1, map(quantity), 'The most it may use.'),
    requests: optional(2, map(quantity), 'What is set aside for it; the limits unless given.'),
    claims: optional(3, listMap(ResourceClaim, ['name']), 'Devices it uses, out of those the pod asks for.'),
  },
);
export interface ResourceRequirements extends Infer<typeof ResourceRequirements> {}

export const VolumeDevice = object('io.k8s.api.core.v1.VolumeDevice', 'A raw block device that a container sees.', {
  name: required(1, string, 'What the pod calls the volume.'),
  devicePath: required(2, string, 'Where it shows up.'),
});
export interface VolumeDevice extends Infer<typeof VolumeDevice> {}

export const VolumeMount = object('io.k8s.api.core.v1.VolumeMount', 'A volume that a container sees.', {
  name: required(1, string, 'What the pod calls the volume.'),
  readOnly: nonzero(2, boolean, 'Whether it can only be read.'),
  mountPath: required(3, string, 'Where it shows up.'),
  subPath: nonzero(4, string, 'The part of the volume to show.'),
  mountPropagation: optional(5, string, 'Whether later mounts pass in or out.', {
    values: ['Bidirectional', 'HostToContainer', 'None'],
  }),
  subPathExpr: nonzero(6, string, 'Like subPath, with $(NAME) for variables.'),
  recursiveReadOnly: optional(7, string, 'Whether readOnly holds for mounts below it too.'),
});
export interface VolumeMount extends Infer<typeof VolumeMount> {}

export const Container = object('io.k8s.api.core.v1.Container', 'A program of a pod.', {
  name: required(1, string, 'Unique within the pod; cannot change.'),
  image: nonzero(2, string, 'Where the program comes from, such as busybox:1.36.'),
  command: optional(3, list(string), "The program to run; the image's own unless given."),
  args: optional(4, list(string), "Its arguments; the image's own unless given."),
  workingDir: nonzero(5, string, 'The directory it starts in.'),
  ports: optional(
    6,
    listMap(ContainerPort, ['containerPort', 'protocol'], 'containerPort'),
    'Ports it listens on; for information and for probes by name.',
  ),
  env: optional(7, listMap(EnvVar, ['name'], 'name'), 'Environment variables.'),
  resources: always(8, ResourceRequirements, 'What it needs and what it may use.'),
  volumeMounts: optional(9, listMap(VolumeMount, ['mountPath'], 'mountPath'), 'Volumes it sees, and where.'),
  livenessProbe: optional(10, Probe, 'A check; when it fails, the container is restarted.'),
  readinessProbe: optional(11, Probe, 'A check; while it fails, the pod is not ready.'),
  lifecycle: optional(12, Lifecycle, 'What to do after it starts and before it stops.'),
  terminationMessagePath: nonzero(13, string, 'The file in which it may leave a last word.'),
  imagePullPolicy: nonzero(14, string, 'Always, IfNotPresent or Never.', {
    values: ['Always', 'IfNotPresent', 'Never'],
  }),
  securityContext: optional(15, SecurityContext, 'Users, groups and protections for this container.'),
  stdin: nonzero(16, boolean, 'Whether it can be written to with attach.'),
  stdinOnce: nonzero(17, boolean, 'Whether its input ends with the first attach.'),
  tty: nonzero(18, boolean, 'Whether it gets a terminal; needs stdin.'),
  envFrom: optional(19, list(EnvFromSource), 'Config maps and secrets to take environment variables from.'),
  terminationMessagePolicy: nonzero(20, string, 'Where the last word is taken from: File or FallbackToLogsOnError.', {
    values: ['FallbackToLogsOnError', 'File'],
  }),
  volumeDevices: optional(
    21,
    listMap(VolumeDevice, ['devicePath'], 'devicePath'),
    'Raw block devices it sees, and where.',
  ),
  startupProbe: optional(22, Probe, 'A check that the other checks wait for.'),
  resizePolicy: optional(23, list(ContainerResizePolicy), 'Which resources can change without a restart.'),
  restartPolicy: optional(24, string, 'When this container starts again, whatever the pod says.'),
  restartPolicyRules: optional(25, list(ContainerRestartRule), 'Exit codes that decide otherwise.'),
});
export interface Container extends Infer<typeof Container> {}

export const EphemeralContainer = object(
  'io.k8s.api.core.v1.EphemeralContainer',
  'A container added to a running pod for debugging.',
  {
    ...embedded(1, {
      name: required(1, string, 'Unique within the pod; cannot change.'),
      image: nonzero(2, string, 'Where the program comes from, such as busybox:1.36.'),
      command: optional(3, list(string), "The program to run; the image's own unless given."),
      args: optional(4, list(string), "Its arguments; the image's own unless given."),
      workingDir: nonzero(5, string, 'The directory it starts in.'),
      ports: optional(
        6,
        listMap(ContainerPort, ['containerPort', 'protocol'], 'containerPort'),
        'Ports it listens on; for information and for probes by name.',
      ),
      env: optional(7, listMap(EnvVar, ['name'], 'name'), 'Environment variables.'),
      resources: always(8, ResourceRequirements, 'What it needs and what it may use.'),
      volumeMounts: optional(9, listMap(VolumeMount, ['mountPath'], 'mountPath'), 'Volumes it sees, and where.'),
      livenessProbe: optional(10, Probe, 'A check; when it fails, the container is restarted.'),
      readinessProbe: optional(11, Probe, 'A check; while it fails, the pod is not ready.'),
      lifecycle: optional(12, Lifecycle, 'What to do after it starts and before it stops.'),
      terminationMessagePath: nonzero(13, string, 'The file in which it may leave a last word.'),
      imagePullPolicy: nonzero(14, string, 'Always, IfNotPresent or Never.', {
        values: ['Always', 'IfNotPresent', 'Never'],
      }),
      securityContext: optional(15, SecurityContext, 'Users, groups and protections for this container.'),
      stdin: nonzero(16, boolean, 'Whether it can be written to with attach.'),
      stdinOnce: nonzero(17, boolean, 'Whether its input ends with the first attach.'),
      tty: nonzero(18, boolean, 'Whether it gets a terminal; needs stdin.'),
      envFrom: optional(19, list(EnvFromSource), 'Config maps and secrets to take environment variables from.'),
      terminationMessagePolicy: nonzero(
        20,
        string,
        'Where the last word is taken from: File or FallbackToLogsOnError.',
        { values: ['FallbackToLogsOnError', 'File'] },
      ),
      volumeDevices: optional(
        21,
        listMap(VolumeDevice, ['devicePath'], 'devicePath'),
        'Raw block devices it sees, and where.',
      ),
      startupProbe: optional(22, Probe, 'A check that the other checks wait for.'),
      resizePolicy: optional(23, list(ContainerResizePolicy), 'Which resources can change without a restart.'),
      restartPolicy: optional(24, string, 'When this container starts again, whatever the pod says.'),
      restartPolicyRules: optional(25, list(ContainerRestartRule), 'Exit codes that decide otherwise.'),
    }),
    targetContainerName: nonzero(2, string, 'The container whose processes it sees.'),
  },
);
export interface EphemeralContainer extends Infer<typeof EphemeralContainer> {}
