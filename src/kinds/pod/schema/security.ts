import { boolean, int64, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const AppArmorProfile = object(
  'io.k8s.api.core.v1.AppArmorProfile',
  '',
  {
    type: required(1, string, '', { values: ['Localhost', 'RuntimeDefault', 'Unconfined'] }),
    localhostProfile: optional(2, string),
  },
  { unions: [{ discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } }] },
);
export interface AppArmorProfile extends Infer<typeof AppArmorProfile> {}

export const Capabilities = object('io.k8s.api.core.v1.Capabilities', '', {
  add: optional(1, list(string)),
  drop: optional(2, list(string)),
});
export interface Capabilities extends Infer<typeof Capabilities> {}

export const SELinuxOptions = object('io.k8s.api.core.v1.SELinuxOptions', '', {
  user: nonzero(1, string),
  role: nonzero(2, string),
  type: nonzero(3, string),
  level: nonzero(4, string),
});
export interface SELinuxOptions extends Infer<typeof SELinuxOptions> {}

export const SeccompProfile = object(
  'io.k8s.api.core.v1.SeccompProfile',
  '',
  {
    type: required(1, string, '', { values: ['Localhost', 'RuntimeDefault', 'Unconfined'] }),
    localhostProfile: optional(2, string),
  },
  { unions: [{ discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } }] },
);
export interface SeccompProfile extends Infer<typeof SeccompProfile> {}

export const Sysctl = object('io.k8s.api.core.v1.Sysctl', '', {
  name: required(1, string),
  value: required(2, string),
});
export interface Sysctl extends Infer<typeof Sysctl> {}

export const WindowsSecurityContextOptions = object('io.k8s.api.core.v1.WindowsSecurityContextOptions', '', {
  gmsaCredentialSpecName: optional(1, string),
  gmsaCredentialSpec: optional(2, string),
  runAsUserName: optional(3, string),
  hostProcess: optional(4, boolean),
});
export interface WindowsSecurityContextOptions extends Infer<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = object('io.k8s.api.core.v1.PodSecurityContext', '', {
  seLinuxOptions: optional(1, SELinuxOptions),
  runAsUser: optional(2, int64),
  runAsNonRoot: optional(3, boolean),
  supplementalGroups: optional(4, list(int64)),
  fsGroup: optional(5, int64),
  runAsGroup: optional(6, int64),
  sysctls: optional(7, list(Sysctl)),
  windowsOptions: optional(8, WindowsSecurityContextOptions),
  fsGroupChangePolicy: optional(9, string, '', { values: ['Always', 'OnRootMismatch'] }),
  seccompProfile: optional(10, SeccompProfile),
  appArmorProfile: optional(11, AppArmorProfile),
  supplementalGroupsPolicy: optional(12, string, '', { values: ['Merge', 'Strict'] }),
  seLinuxChangePolicy: optional(13, string),
});
export interface PodSecurityContext extends Infer<typeof PodSecurityContext> {}

export const SecurityContext = object('io.k8s.api.core.v1.SecurityContext', '', {
  capabilities: optional(1, Capabilities),
  privileged: optional(2, boolean),
  seLinuxOptions: optional(3, SELinuxOptions),
  runAsUser: optional(4, int64),
  runAsNonRoot: optional(5, boolean),
  readOnlyRootFilesystem: optional(6, boolean),
  allowPrivilegeEscalation: optional(7, boolean),
  runAsGroup: optional(8, int64),
  procMount: optional(9, string, '', { values: ['Default', 'Unmasked'] }),
  windowsOptions: optional(10, WindowsSecurityContextOptions),
  seccompProfile: optional(11, SeccompProfile),
  appArmorProfile: optional(12, AppArmorProfile),
});
export interface SecurityContext extends Infer<typeof SecurityContext> {}
