import { boolean, int64, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const AppArmorProfile = object(
  'io.k8s.api.core.v1.AppArmorProfile',
  'The AppArmor profile of a container.',
  {
    type: required(1, string, 'RuntimeDefault, Unconfined or Localhost.', {
      values: ['Localhost', 'RuntimeDefault', 'Unconfined'],
    }),
    localhostProfile: optional(2, string, "The profile's name on the node, for Localhost."),
  },
  { unions: [{ discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } }] },
);
export interface AppArmorProfile extends Infer<typeof AppArmorProfile> {}

export const Capabilities = object('io.k8s.api.core.v1.Capabilities', 'Kernel capabilities to add or drop.', {
  add: optional(1, list(string), 'Those to add.'),
  drop: optional(2, list(string), 'Those to drop; ALL drops every one.'),
});
export interface Capabilities extends Infer<typeof Capabilities> {}

export const SELinuxOptions = object('io.k8s.api.core.v1.SELinuxOptions', 'SELinux labels.', {
  user: nonzero(1, string, 'The user label.'),
  role: nonzero(2, string, 'The role label.'),
  type: nonzero(3, string, 'The type label.'),
  level: nonzero(4, string, 'The level label.'),
});
export interface SELinuxOptions extends Infer<typeof SELinuxOptions> {}

export const SeccompProfile = object(
  'io.k8s.api.core.v1.SeccompProfile',
  'Which system calls a container may make.',
  {
    type: required(1, string, 'RuntimeDefault, Unconfined or Localhost.', {
      values: ['Localhost', 'RuntimeDefault', 'Unconfined'],
    }),
    localhostProfile: optional(2, string, "The profile's file on the node, for Localhost."),
  },
  { unions: [{ discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } }] },
);
export interface SeccompProfile extends Infer<typeof SeccompProfile> {}

export const Sysctl = object('io.k8s.api.core.v1.Sysctl', 'A kernel parameter.', {
  name: required(1, string, 'Its name.'),
  value: required(2, string, 'Its value.'),
});
export interface Sysctl extends Infer<typeof Sysctl> {}

export const WindowsSecurityContextOptions = object(
  'io.k8s.api.core.v1.WindowsSecurityContextOptions',
  'Settings for Windows.',
  {
    gmsaCredentialSpecName: optional(1, string, "The name of the managed service account's specification."),
    gmsaCredentialSpec: optional(2, string, "The managed service account's specification."),
    runAsUserName: optional(3, string, 'The user name it runs as.'),
    hostProcess: optional(4, boolean, 'Whether it runs as a process of the host.'),
  },
);
export interface WindowsSecurityContextOptions extends Infer<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = object(
  'io.k8s.api.core.v1.PodSecurityContext',
  'Users, groups and protections for all containers of a pod.',
  {
    seLinuxOptions: optional(1, SELinuxOptions, 'SELinux labels.'),
    runAsUser: optional(2, int64, "The user id they run as; the image's own unless given."),
    runAsNonRoot: optional(3, boolean, 'When true, none is started as root.'),
    supplementalGroups: optional(4, list(int64), 'Further groups of their first process.'),
    fsGroup: optional(5, int64, 'The group that owns their volumes.'),
    runAsGroup: optional(6, int64, 'The group id they run as.'),
    sysctls: optional(7, list(Sysctl), 'Kernel parameters to set.'),
    windowsOptions: optional(8, WindowsSecurityContextOptions, 'Settings for Windows.'),
    fsGroupChangePolicy: optional(9, string, 'Whether volumes are checked for fsGroup always or only at their root.', {
      values: ['Always', 'OnRootMismatch'],
    }),
    seccompProfile: optional(10, SeccompProfile, 'Which system calls they may make.'),
    appArmorProfile: optional(11, AppArmorProfile, 'The AppArmor profile they run under.'),
    supplementalGroupsPolicy: optional(12, string, 'Whether groups from the image count too: Merge or Strict.', {
      values: ['Merge', 'Strict'],
    }),
    seLinuxChangePolicy: optional(13, string, 'How volumes get SELinux labels: MountOption or Recursive.'),
  },
);
export interface PodSecurityContext extends Infer<typeof PodSecurityContext> {}

export const SecurityContext = object(
  'io.k8s.api.core.v1.SecurityContext',
  "Users, groups and protections for a container; wins over the pod's.",
  {
    capabilities: optional(1, Capabilities, 'Kernel capabilities to add or drop.'),
    privileged: optional(2, boolean, 'Whether it may do all that the node may.'),
    seLinuxOptions: optional(3, SELinuxOptions, 'SELinux labels.'),
    runAsUser: optional(4, int64, "The user id it runs as; the image's own unless given."),
    runAsNonRoot: optional(5, boolean, 'When true, it is not started as root.'),
    readOnlyRootFilesystem: optional(6, boolean, 'Whether its own files can only be read.'),
    allowPrivilegeEscalation: optional(7, boolean, 'Whether its processes may gain more rights than their parent.'),
    runAsGroup: optional(8, int64, 'The group id it runs as.'),
    procMount: optional(9, string, 'How /proc is shown: Default or Unmasked.', { values: ['Default', 'Unmasked'] }),
    windowsOptions: optional(10, WindowsSecurityContextOptions, 'Settings for Windows.'),
    seccompProfile: optional(11, SeccompProfile, 'Which system calls it may make.'),
    appArmorProfile: optional(12, AppArmorProfile, 'The AppArmor profile it runs under.'),
  },
);
export interface SecurityContext extends Infer<typeof SecurityContext> {}
