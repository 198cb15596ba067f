import { ObjectReference } from '#kinds/meta/references.ts';
import { boolean, int32, list, map, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** The sources of volumes that differ from those a pod names itself, mostly in that their secrets have a namespace. */

export const SecretReference = object(
  'io.k8s.api.core.v1.SecretReference',
  'Points to a secret in any namespace.',
  {
    name: nonzero(1, string, 'The name of the secret.'),
    namespace: nonzero(2, string, 'The namespace of the secret.'),
  },
  { atomic: true },
);
export interface SecretReference extends Infer<typeof SecretReference> {}

export const LocalVolumeSource = object('io.k8s.api.core.v1.LocalVolumeSource', 'A directory or disk of one node.', {
  path: required(1, string, 'Its path on the node.'),
  fsType: optional(2, string, 'The file system, such as ext4; for disks only.'),
});
export interface LocalVolumeSource extends Infer<typeof LocalVolumeSource> {}

export const AzureFilePersistentVolumeSource = object(
  'io.k8s.api.core.v1.AzureFilePersistentVolumeSource',
  'An Azure file share.',
  {
    secretName: required(1, string, 'The secret with the account and key.'),
    shareName: required(2, string, 'The share.'),
    readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
    secretNamespace: optional(4, string, 'The namespace of the secret; that of the claim unless given.'),
  },
);
export interface AzureFilePersistentVolumeSource extends Infer<typeof AzureFilePersistentVolumeSource> {}

export const CephFSPersistentVolumeSource = object(
  'io.k8s.api.core.v1.CephFSPersistentVolumeSource',
  'A Ceph file system.',
  {
    monitors: required(1, list(string), 'The Ceph monitors.'),
    path: nonzero(2, string, 'The directory to mount; / unless given.'),
    user: nonzero(3, string, 'The user to log in as.'),
    secretFile: nonzero(4, string, "The file with the user's key."),
    secretRef: optional(5, SecretReference, 'The secret to log in with.'),
    readOnly: nonzero(6, boolean, 'Whether it can only be read.'),
  },
);
export interface CephFSPersistentVolumeSource extends Infer<typeof CephFSPersistentVolumeSource> {}

export const CinderPersistentVolumeSource = object(
  'io.k8s.api.core.v1.CinderPersistentVolumeSource',
  'An OpenStack disk.',
  {
    volumeID: required(1, string, 'The id of the disk.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
    readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
    secretRef: optional(4, SecretReference, 'The secret to log in with.'),
  },
);
export interface CinderPersistentVolumeSource extends Infer<typeof CinderPersistentVolumeSource> {}

export const CSIPersistentVolumeSource = object(
  'io.k8s.api.core.v1.CSIPersistentVolumeSource',
  'A volume of a storage driver.',
  {
    driver: required(1, string, 'The driver.'),
    volumeHandle: required(2, string, 'What the driver calls the volume.'),
    readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
    fsType: nonzero(4, string, 'The file system, such as ext4.'),
    volumeAttributes: optional(5, map(string), 'Settings for the driver.'),
    controllerPublishSecretRef: optional(6, SecretReference, 'The secret for attaching it.'),
    nodeStageSecretRef: optional(7, SecretReference, 'The secret for bringing it to a node.'),
    nodePublishSecretRef: optional(8, SecretReference, 'The secret for mounting it.'),
    controllerExpandSecretRef: optional(9, SecretReference, 'The secret for making it larger.'),
    nodeExpandSecretRef: optional(10, SecretReference, 'The secret for making it larger on a node.'),
  },
);
export interface CSIPersistentVolumeSource extends Infer<typeof CSIPersistentVolumeSource> {}

export const FlexPersistentVolumeSource = object(
  'io.k8s.api.core.v1.FlexPersistentVolumeSource',
  'A volume of a plug-in on the node.',
  {
    driver: required(1, string, 'The plug-in.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
    secretRef: optional(3, SecretReference, 'The secret to log in with.'),
    readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
    options: optional(5, map(string), 'Settings for the plug-in.'),
  },
);
export interface FlexPersistentVolumeSource extends Infer<typeof FlexPersistentVolumeSource> {}

export const GlusterfsPersistentVolumeSource = object(
  'io.k8s.api.core.v1.GlusterfsPersistentVolumeSource',
  'A Gluster volume.',
  {
    endpoints: required(1, string, 'The endpoints that lead to it.'),
    path: required(2, string, 'The volume.'),
    readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
    endpointsNamespace: optional(4, string, 'The namespace of the endpoints; that of the claim unless given.'),
  },
);
export interface GlusterfsPersistentVolumeSource extends Infer<typeof GlusterfsPersistentVolumeSource> {}

export const ISCSIPersistentVolumeSource = object('io.k8s.api.core.v1.ISCSIPersistentVolumeSource', 'An iSCSI disk.', {
  targetPortal: required(1, string, 'The portal, as address and port.'),
  iqn: required(2, string, "The target's qualified name."),
  lun: required(3, int32, 'The number of the unit.'),
  iscsiInterface: nonzero(4, string, "The initiator's interface.", { default: 'default' }),
  fsType: nonzero(5, string, 'The file system, such as ext4.'),
  readOnly: nonzero(6, boolean, 'Whether it can only be read.'),
  portals: optional(7, list(string), 'Further portals.'),
  chapAuthDiscovery: nonzero(8, boolean, 'Whether discovery asks for a CHAP login.'),
  secretRef: optional(10, SecretReference, 'The secret to log in with.'),
  chapAuthSession: nonzero(11, boolean, 'Whether sessions ask for a CHAP login.'),
  initiatorName: optional(12, string, "The initiator's own name."),
});
export interface ISCSIPersistentVolumeSource extends Infer<typeof ISCSIPersistentVolumeSource> {}

export const RBDPersistentVolumeSource = object(
  'io.k8s.api.core.v1.RBDPersistentVolumeSource',
  'A Ceph block device.',
  {
    monitors: required(1, list(string), 'The Ceph monitors.'),
    image: required(2, string, "The device's image."),
    fsType: nonzero(3, string, 'The file system, such as ext4.'),
    pool: nonzero(4, string, 'The pool it is in.', { default: 'rbd' }),
    user: nonzero(5, string, 'The user to log in as.', { default: 'admin' }),
    keyring: nonzero(6, string, "The file with the user's key.", { default: '/etc/ceph/keyring' }),
    secretRef: optional(7, SecretReference, 'The secret to log in with.'),
    readOnly: nonzero(8, boolean, 'Whether it can only be read.'),
  },
);
export interface RBDPersistentVolumeSource extends Infer<typeof RBDPersistentVolumeSource> {}

export const ScaleIOPersistentVolumeSource = object(
  'io.k8s.api.core.v1.ScaleIOPersistentVolumeSource',
  'A ScaleIO volume.',
  {
    gateway: required(1, string, "The gateway's address."),
    system: required(2, string, 'The storage system.'),
    secretRef: required(3, SecretReference, 'The secret to log in with.'),
    sslEnabled: nonzero(4, boolean, 'Whether to use TLS.'),
    protectionDomain: nonzero(5, string, 'The protection domain.'),
    storagePool: nonzero(6, string, 'The storage pool.'),
    storageMode: nonzero(7, string, 'ThickProvisioned or ThinProvisioned.', { default: 'ThinProvisioned' }),
    volumeName: nonzero(8, string, 'The volume.'),
    fsType: nonzero(9, string, 'The file system, such as ext4.', { default: 'xfs' }),
    readOnly: nonzero(10, boolean, 'Whether it can only be read.'),
  },
);
export interface ScaleIOPersistentVolumeSource extends Infer<typeof ScaleIOPersistentVolumeSource> {}

export const StorageOSPersistentVolumeSource = object(
  'io.k8s.api.core.v1.StorageOSPersistentVolumeSource',
  'A StorageOS volume.',
  {
    volumeName: nonzero(1, string, 'The volume.'),
    volumeNamespace: nonzero(2, string, 'The namespace it is in.'),
    fsType: nonzero(3, string, 'The file system, such as ext4.'),
    readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
    secretRef: optional(5, ObjectReference, 'The secret to log in with.'),
  },
);
export interface StorageOSPersistentVolumeSource extends Infer<typeof StorageOSPersistentVolumeSource> {}
