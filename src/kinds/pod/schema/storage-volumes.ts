import { LocalObjectReference } from '#kinds/meta/references.ts';
import { boolean, int32, list, map, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const AWSElasticBlockStoreVolumeSource = object(
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource',
  'A disk of AWS.',
  {
    volumeID: required(1, string, 'The id of the disk or volume.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
    partition: nonzero(3, int32, 'The partition to mount; the whole disk unless given.'),
    readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
  },
);
export interface AWSElasticBlockStoreVolumeSource extends Infer<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = object('io.k8s.api.core.v1.AzureDiskVolumeSource', 'An Azure disk.', {
  kind: optional(6, string, 'Shared, Dedicated or Managed.', {
    values: ['Dedicated', 'Managed', 'Shared'],
    default: 'Shared',
  }),
  diskName: required(1, string, "The disk's name."),
  diskURI: required(2, string, 'Where the disk is.'),
  cachingMode: optional(3, string, 'None, ReadOnly or ReadWrite.', {
    values: ['None', 'ReadOnly', 'ReadWrite'],
    default: 'ReadWrite',
  }),
  fsType: optional(4, string, 'The file system, such as ext4.', { default: 'ext4' }),
  readOnly: optional(5, boolean, 'Whether it can only be read.', { default: false }),
});
export interface AzureDiskVolumeSource extends Infer<typeof AzureDiskVolumeSource> {}

export const AzureFileVolumeSource = object('io.k8s.api.core.v1.AzureFileVolumeSource', 'An Azure file share.', {
  secretName: required(1, string, 'The secret with the account and key.'),
  shareName: required(2, string, 'The share.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
});
export interface AzureFileVolumeSource extends Infer<typeof AzureFileVolumeSource> {}

export const CSIVolumeSource = object('io.k8s.api.core.v1.CSIVolumeSource', 'A volume of a storage driver.', {
  driver: required(1, string, 'The driver.'),
  readOnly: optional(2, boolean, 'Whether it can only be read.'),
  fsType: optional(3, string, 'The file system, such as ext4.'),
  volumeAttributes: optional(4, map(string), 'Settings for the driver.'),
  nodePublishSecretRef: optional(5, LocalObjectReference, 'A secret for the driver.'),
});
export interface CSIVolumeSource extends Infer<typeof CSIVolumeSource> {}

export const CephFSVolumeSource = object('io.k8s.api.core.v1.CephFSVolumeSource', 'A Ceph file system.', {
  monitors: required(1, list(string), 'The Ceph monitors.'),
  path: nonzero(2, string, 'The directory to mount; / unless given.'),
  user: nonzero(3, string, 'The user to log in as.'),
  secretFile: nonzero(4, string, "The file with the user's key."),
  secretRef: optional(5, LocalObjectReference, 'The secret to log in with.'),
  readOnly: nonzero(6, boolean, 'Whether it can only be read.'),
});
export interface CephFSVolumeSource extends Infer<typeof CephFSVolumeSource> {}

export const CinderVolumeSource = object('io.k8s.api.core.v1.CinderVolumeSource', 'An OpenStack disk.', {
  volumeID: required(1, string, 'The id of the disk or volume.'),
  fsType: nonzero(2, string, 'The file system, such as ext4.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
  secretRef: optional(4, LocalObjectReference, 'The secret to log in with.'),
});
export interface CinderVolumeSource extends Infer<typeof CinderVolumeSource> {}

export const FCVolumeSource = object('io.k8s.api.core.v1.FCVolumeSource', 'A Fibre Channel disk.', {
  targetWWNs: optional(1, list(string), 'World-wide names of the targets.'),
  lun: optional(2, int32, 'The number of the unit.'),
  fsType: nonzero(3, string, 'The file system, such as ext4.'),
  readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
  wwids: optional(5, list(string), 'World-wide ids of the volumes, instead.'),
});
export interface FCVolumeSource extends Infer<typeof FCVolumeSource> {}

export const FlexVolumeSource = object('io.k8s.api.core.v1.FlexVolumeSource', 'A volume of a plug-in on the node.', {
  driver: required(1, string, 'The plug-in.'),
  fsType: nonzero(2, string, 'The file system, such as ext4.'),
  secretRef: optional(3, LocalObjectReference, 'The secret to log in with.'),
  readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
  options: optional(5, map(string), 'Settings for the plug-in.'),
});
export interface FlexVolumeSource extends Infer<typeof FlexVolumeSource> {}

export const FlockerVolumeSource = object('io.k8s.api.core.v1.FlockerVolumeSource', 'A Flocker dataset.', {
  datasetName: nonzero(1, string, "The dataset's name."),
  datasetUUID: nonzero(2, string, "The dataset's id."),
});
export interface FlockerVolumeSource extends Infer<typeof FlockerVolumeSource> {}

export const GCEPersistentDiskVolumeSource = object(
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource',
  'A disk of Google Compute Engine.',
  {
    pdName: required(1, string, 'The disk.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
    partition: nonzero(3, int32, 'The partition to mount; the whole disk unless given.'),
    readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
  },
);
export interface GCEPersistentDiskVolumeSource extends Infer<typeof GCEPersistentDiskVolumeSource> {}

export const GitRepoVolumeSource = object('io.k8s.api.core.v1.GitRepoVolumeSource', 'A git repository.', {
  repository: required(1, string, 'Its URL.'),
  revision: nonzero(2, string, 'The commit to check out.'),
  directory: nonzero(3, string, 'Where to put it within the volume.'),
});
export interface GitRepoVolumeSource extends Infer<typeof GitRepoVolumeSource> {}

export const GlusterfsVolumeSource = object('io.k8s.api.core.v1.GlusterfsVolumeSource', 'A Gluster volume.', {
  endpoints: required(1, string, 'The endpoints that lead to it.'),
  path: required(2, string, 'The volume.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
});
export interface GlusterfsVolumeSource extends Infer<typeof GlusterfsVolumeSource> {}

export const ISCSIVolumeSource = object('io.k8s.api.core.v1.ISCSIVolumeSource', 'An iSCSI disk.', {
  targetPortal: required(1, string, 'The portal, as address and port.'),
  iqn: required(2, string, "The target's qualified name."),
  lun: required(3, int32, 'The number of the unit.'),
  iscsiInterface: nonzero(4, string, "The initiator's interface.", { default: 'default' }),
  fsType: nonzero(5, string, 'The file system, such as ext4.'),
  readOnly: nonzero(6, boolean, 'Whether it can only be read.'),
  portals: optional(7, list(string), 'Further portals.'),
  chapAuthDiscovery: nonzero(8, boolean, 'Whether discovery asks for a CHAP login.'),
  secretRef: optional(10, LocalObjectReference, 'The secret to log in with.'),
  chapAuthSession: nonzero(11, boolean, 'Whether sessions ask for a CHAP login.'),
  initiatorName: optional(12, string, "The initiator's own name."),
});
export interface ISCSIVolumeSource extends Infer<typeof ISCSIVolumeSource> {}

export const NFSVolumeSource = object('io.k8s.api.core.v1.NFSVolumeSource', 'A directory of an NFS server.', {
  server: required(1, string, 'The server.'),
  path: required(2, string, 'The directory.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
});
export interface NFSVolumeSource extends Infer<typeof NFSVolumeSource> {}

export const PhotonPersistentDiskVolumeSource = object(
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource',
  'A Photon disk.',
  {
    pdID: required(1, string, 'The disk.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
  },
);
export interface PhotonPersistentDiskVolumeSource extends Infer<typeof PhotonPersistentDiskVolumeSource> {}

export const PortworxVolumeSource = object('io.k8s.api.core.v1.PortworxVolumeSource', 'A Portworx volume.', {
  volumeID: required(1, string, 'The id of the disk or volume.'),
  fsType: nonzero(2, string, 'The file system, such as ext4.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
});
export interface PortworxVolumeSource extends Infer<typeof PortworxVolumeSource> {}

export const QuobyteVolumeSource = object('io.k8s.api.core.v1.QuobyteVolumeSource', 'A Quobyte volume.', {
  registry: required(1, string, 'The registries, as address and port.'),
  volume: required(2, string, 'The volume.'),
  readOnly: nonzero(3, boolean, 'Whether it can only be read.'),
  user: nonzero(4, string, 'The user to map access to.'),
  group: nonzero(5, string, 'The group to map access to.'),
  tenant: nonzero(6, string, 'The tenant that owns it.'),
});
export interface QuobyteVolumeSource extends Infer<typeof QuobyteVolumeSource> {}

export const RBDVolumeSource = object('io.k8s.api.core.v1.RBDVolumeSource', 'A Ceph block device.', {
  monitors: required(1, list(string), 'The Ceph monitors.'),
  image: required(2, string, "The device's image."),
  fsType: nonzero(3, string, 'The file system, such as ext4.'),
  pool: nonzero(4, string, 'The pool it is in.', { default: 'rbd' }),
  user: nonzero(5, string, 'The user to log in as.', { default: 'admin' }),
  keyring: nonzero(6, string, "The file with the user's key.", { default: '/etc/ceph/keyring' }),
  secretRef: optional(7, LocalObjectReference, 'The secret to log in with.'),
  readOnly: nonzero(8, boolean, 'Whether it can only be read.'),
});
export interface RBDVolumeSource extends Infer<typeof RBDVolumeSource> {}

export const ScaleIOVolumeSource = object('io.k8s.api.core.v1.ScaleIOVolumeSource', 'A ScaleIO volume.', {
  gateway: required(1, string, "The gateway's address."),
  system: required(2, string, 'The storage system.'),
  secretRef: required(3, LocalObjectReference, 'The secret to log in with.'),
  sslEnabled: nonzero(4, boolean, 'Whether to use TLS.'),
  protectionDomain: nonzero(5, string, 'The protection domain.'),
  storagePool: nonzero(6, string, 'The storage pool.'),
  storageMode: nonzero(7, string, 'ThickProvisioned or ThinProvisioned.', { default: 'ThinProvisioned' }),
  volumeName: nonzero(8, string, 'The volume.'),
  fsType: nonzero(9, string, 'The file system, such as ext4.', { default: 'xfs' }),
  readOnly: nonzero(10, boolean, 'Whether it can only be read.'),
});
export interface ScaleIOVolumeSource extends Infer<typeof ScaleIOVolumeSource> {}

export const StorageOSVolumeSource = object('io.k8s.api.core.v1.StorageOSVolumeSource', 'A StorageOS volume.', {
  volumeName: nonzero(1, string, 'The volume.'),
  volumeNamespace: nonzero(2, string, 'The namespace it is in.'),
  fsType: nonzero(3, string, 'The file system, such as ext4.'),
  readOnly: nonzero(4, boolean, 'Whether it can only be read.'),
  secretRef: optional(5, LocalObjectReference, 'The secret to log in with.'),
});
export interface StorageOSVolumeSource extends Infer<typeof StorageOSVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = object(
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource',
  'A vSphere disk.',
  {
    volumePath: required(1, string, 'The path of the disk.'),
    fsType: nonzero(2, string, 'The file system, such as ext4.'),
    storagePolicyName: nonzero(3, string, 'The name of the storage policy.'),
    storagePolicyID: nonzero(4, string, 'The id of the storage policy.'),
  },
);
export interface VsphereVirtualDiskVolumeSource extends Infer<typeof VsphereVirtualDiskVolumeSource> {}
