import type { Stored } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from '#kinds/persistent-volume/sources.ts';
import { NodeSelector } from '#kinds/pod/schema/scheduling.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  NFSVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '#kinds/pod/schema/storage-volumes.ts';
import { HostPathVolumeSource } from '#kinds/pod/schema/volumes.ts';
import { always, embedded, list, map, nonzero, object, optional, quantity, string, time } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const VolumeNodeAffinity = object('io.k8s.api.core.v1.VolumeNodeAffinity', 'Which nodes can reach a volume.', {
  required: optional(1, NodeSelector, 'What a node must be like.'),
});
export interface VolumeNodeAffinity extends Infer<typeof VolumeNodeAffinity> {}

/** Exactly one of these says where the data is. */
export const volumeSources = {
  gcePersistentDisk: optional(1, GCEPersistentDiskVolumeSource, 'A disk of Google Compute Engine; no longer served.'),
  awsElasticBlockStore: optional(2, AWSElasticBlockStoreVolumeSource, 'A disk of AWS; no longer served.'),
  hostPath: optional(3, HostPathVolumeSource, 'A file or directory of the node.'),
  glusterfs: optional(4, GlusterfsPersistentVolumeSource, 'A Gluster volume; no longer served.'),
  nfs: optional(5, NFSVolumeSource, 'A directory of an NFS server.'),
  rbd: optional(6, RBDPersistentVolumeSource, 'A Ceph block device; no longer served.'),
  iscsi: optional(7, ISCSIPersistentVolumeSource, 'An iSCSI disk.'),
  cinder: optional(8, CinderPersistentVolumeSource, 'An OpenStack disk; no longer served.'),
  cephfs: optional(9, CephFSPersistentVolumeSource, 'A Ceph file system; no longer served.'),
  fc: optional(10, FCVolumeSource, 'A Fibre Channel disk.'),
  flocker: optional(11, FlockerVolumeSource, 'A Flocker dataset; no longer served.'),
  flexVolume: optional(12, FlexPersistentVolumeSource, 'A volume of a plug-in on the node; use csi instead.'),
  azureFile: optional(13, AzureFilePersistentVolumeSource, 'An Azure file share; no longer served.'),
  vsphereVolume: optional(14, VsphereVirtualDiskVolumeSource, 'A vSphere disk; no longer served.'),
  quobyte: optional(15, QuobyteVolumeSource, 'A Quobyte volume; no longer served.'),
  azureDisk: optional(16, AzureDiskVolumeSource, 'An Azure disk; no longer served.'),
  photonPersistentDisk: optional(17, PhotonPersistentDiskVolumeSource, 'A Photon disk; no longer served.'),
  portworxVolume: optional(18, PortworxVolumeSource, 'A Portworx volume; no longer served.'),
  scaleIO: optional(19, ScaleIOPersistentVolumeSource, 'A ScaleIO volume; no longer served.'),
  local: optional(20, LocalVolumeSource, 'A directory or disk of the nodes that the affinity names.'),
  storageos: optional(21, StorageOSPersistentVolumeSource, 'A StorageOS volume; no longer served.'),
  csi: optional(22, CSIPersistentVolumeSource, 'A volume of a storage driver.'),
} as const;

export const PersistentVolumeSpec = object(
  'io.k8s.api.core.v1.PersistentVolumeSpec',
  'What a volume is, and who may have it.',
  {
    capacity: optional(1, map(quantity), 'How much it holds, as storage.'),
    ...embedded(2, volumeSources),
    accessModes: optional(3, list(string), 'How it may be mounted.'),
    claimRef: optional(4, ObjectReference, 'The claim it is bound to, or kept for.', { granular: true }),
    persistentVolumeReclaimPolicy: nonzero(5, string, 'What becomes of it when its claim is gone.', {
      values: ['Delete', 'Recycle', 'Retain'],
    }),
    storageClassName: nonzero(6, string, 'The class of storage it is of; none unless given.'),
    mountOptions: optional(7, list(string), 'Options for mounting it, such as ro.'),
    volumeMode: optional(8, string, 'Filesystem or Block.', { values: ['Block', 'Filesystem'] }),
    nodeAffinity: optional(9, VolumeNodeAffinity, 'Which nodes can reach it.'),
    volumeAttributesClassName: optional(10, string, 'The class of changeable settings.'),
  },
);
export interface PersistentVolumeSpec extends Infer<typeof PersistentVolumeSpec> {}

export const PersistentVolumeStatus = object('io.k8s.api.core.v1.PersistentVolumeStatus', 'How a volume fares.', {
  phase: nonzero(1, string, 'Pending, Available, Bound, Released or Failed.', {
    values: ['Available', 'Bound', 'Failed', 'Pending', 'Released'],
  }),
  message: nonzero(2, string, 'Why it is in this phase, for people.'),
  reason: nonzero(3, string, 'One CamelCase word saying what failed.'),
  lastPhaseTransitionTime: optional(4, time, 'Since when it is in this phase.'),
});
export interface PersistentVolumeStatus extends Infer<typeof PersistentVolumeStatus> {}

export const PersistentVolume = object('io.k8s.api.core.v1.PersistentVolume', 'Storage that pods can claim.', {
  ...objectFields,
  spec: always(2, PersistentVolumeSpec, 'What it is, and who may have it.'),
  status: always(3, PersistentVolumeStatus, 'How it fares.'),
});
export interface PersistentVolume extends Stored<Infer<typeof PersistentVolume>> {}
