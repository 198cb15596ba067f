import { ObjectFieldSelector, ResourceFieldSelector } from '#kinds/meta/references.ts';
import { LabelSelector, ObjectMeta } from '#kinds/meta/schema.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '#kinds/pod/schema/storage-volumes.ts';
import {
  always,
  boolean,
  embedded,
  int32,
  int64,
  list,
  map,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ClusterTrustBundleProjection = object(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  'Certificates to trust as a file.',
  {
    name: optional(1, string, 'The name of one bundle.'),
    signerName: optional(2, string, 'All bundles of this signer instead.'),
    labelSelector: optional(3, LabelSelector, "Which of the signer's bundles."),
    path: required(4, string, 'The file within the volume.'),
    optional: optional(5, boolean, 'Whether it may be missing.'),
  },
);
export interface ClusterTrustBundleProjection extends Infer<typeof ClusterTrustBundleProjection> {}

export const KeyToPath = object('io.k8s.api.core.v1.KeyToPath', 'A key and the file it becomes.', {
  key: required(1, string, 'The key.'),
  path: required(2, string, 'The file within the volume.'),
  mode: optional(3, int32, 'Permission bits of the file.'),
});
export interface KeyToPath extends Infer<typeof KeyToPath> {}

export const ConfigMapProjection = object(
  'io.k8s.api.core.v1.ConfigMapProjection',
  'The keys of a config map as files.',
  {
    ...embedded(1, { name: nonzero(1, string, 'The name of the config map.', { zeroDefault: true }) }),
    items: optional(2, list(KeyToPath), 'Which keys, and as which files; all unless given.'),
    optional: optional(4, boolean, 'Whether it may be missing.'),
  },
);
export interface ConfigMapProjection extends Infer<typeof ConfigMapProjection> {}

export const ConfigMapVolumeSource = object(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  'The keys of a config map as files.',
  {
    ...embedded(1, { name: nonzero(1, string, 'The name of the config map.', { zeroDefault: true }) }),
    items: optional(2, list(KeyToPath), 'Which keys, and as which files; all unless given.'),
    defaultMode: optional(3, int32, 'Permission bits of the files; 0644 unless given.'),
    optional: optional(4, boolean, 'Whether it may be missing.'),
  },
);
export interface ConfigMapVolumeSource extends Infer<typeof ConfigMapVolumeSource> {}

export const DownwardAPIVolumeFile = object(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  'A field of the pod as a file.',
  {
    path: required(1, string, 'The file within the volume.'),
    fieldRef: optional(2, ObjectFieldSelector, 'The field.'),
    resourceFieldRef: optional(3, ResourceFieldSelector, 'A resource amount of a container instead.'),
    mode: optional(4, int32, 'Permission bits of the file.'),
  },
);
export interface DownwardAPIVolumeFile extends Infer<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIProjection = object('io.k8s.api.core.v1.DownwardAPIProjection', 'Fields of the pod as files.', {
  items: optional(1, list(DownwardAPIVolumeFile), 'The files.'),
});
export interface DownwardAPIProjection extends Infer<typeof DownwardAPIProjection> {}

export const DownwardAPIVolumeSource = object(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  'Fields of the pod as files.',
  {
    items: optional(1, list(DownwardAPIVolumeFile), 'The files.'),
    defaultMode: optional(2, int32, 'Permission bits of the files; 0644 unless given.'),
  },
);
export interface DownwardAPIVolumeSource extends Infer<typeof DownwardAPIVolumeSource> {}

export const EmptyDirVolumeSource = object(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  'An empty directory that goes with the pod.',
  {
    medium: nonzero(1, string, 'Memory keeps it in memory; on disk unless given.'),
    sizeLimit: optional(2, quantity, 'The most it may hold.'),
  },
);
export interface EmptyDirVolumeSource extends Infer<typeof EmptyDirVolumeSource> {}

export const TypedLocalObjectReference = object(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  'Points to an object of some kind in the same namespace.',
  {
    kind: required(2, string, 'The kind of the object.'),
    apiGroup: always(1, string, 'The group of its kind; empty for the core group.'),
    name: required(3, string, 'The name of the object.'),
  },
  { atomic: true },
);
export interface TypedLocalObjectReference extends Infer<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = object(
  'io.k8s.api.core.v1.TypedObjectReference',
  'Points to an object of some kind.',
  {
    kind: required(2, string, 'The kind of the object.'),
    apiGroup: always(1, string, 'The group of its kind; empty for the core group.'),
    name: required(3, string, 'The name of the object.'),
    namespace: optional(4, string, 'The namespace of the object.'),
  },
);
export interface TypedObjectReference extends Infer<typeof TypedObjectReference> {}

export const VolumeResourceRequirements = object(
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  'How much storage is needed.',
  {
    limits: optional(1, map(quantity), 'The most that is taken.'),
    requests: optional(2, map(quantity), 'The least that is needed.'),
  },
);
export interface VolumeResourceRequirements extends Infer<typeof VolumeResourceRequirements> {}

export const PersistentVolumeClaimSpec = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  'What storage is claimed.',
  {
    accessModes: optional(1, list(string), 'How it may be mounted.'),
    resources: always(2, VolumeResourceRequirements, 'How much is needed.'),
    volumeName: nonzero(3, string, 'The volume that was found.'),
    selector: optional(4, LabelSelector, 'Which volumes to consider, by their labels.'),
    storageClassName: optional(5, string, 'The class of storage.'),
    volumeMode: optional(6, string, 'Filesystem or Block.', { values: ['Block', 'Filesystem'] }),
    dataSource: optional(7, TypedLocalObjectReference, 'What to fill it with.'),
    dataSourceRef: optional(8, TypedObjectReference, 'What to fill it with, of any kind.'),
    volumeAttributesClassName: optional(9, string, 'The class of changeable settings.'),
  },
);
export interface PersistentVolumeClaimSpec extends Infer<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimTemplate = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimTemplate',
  'What a claim is made from.',
  {
    metadata: always(1, ObjectMeta, 'Labels and annotations for the claim.'),
    spec: required(2, PersistentVolumeClaimSpec, 'What is claimed.'),
  },
);
export interface PersistentVolumeClaimTemplate extends Infer<typeof PersistentVolumeClaimTemplate> {}

export const EphemeralVolumeSource = object(
  'io.k8s.api.core.v1.EphemeralVolumeSource',
  'Storage that is claimed for the pod and goes with it.',
  {
    volumeClaimTemplate: optional(1, PersistentVolumeClaimTemplate, 'What the claim is made from.'),
  },
);
export interface EphemeralVolumeSource extends Infer<typeof EphemeralVolumeSource> {}

export const HostPathVolumeSource = object(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  'A file or directory of the node.',
  {
    path: required(1, string, 'Its path on the node.'),
    type: optional(2, string, 'What must be there, or is to be made; no check unless given.', {
      values: ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
    }),
  },
);
export interface HostPathVolumeSource extends Infer<typeof HostPathVolumeSource> {}

export const ImageVolumeSource = object('io.k8s.api.core.v1.ImageVolumeSource', 'The files of an image.', {
  reference: nonzero(1, string, 'The image.'),
  pullPolicy: nonzero(2, string, 'Always, IfNotPresent or Never.', { values: ['Always', 'IfNotPresent', 'Never'] }),
});
export interface ImageVolumeSource extends Infer<typeof ImageVolumeSource> {}

export const PersistentVolumeClaimVolumeSource = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  'Storage that was claimed.',
  {
    claimName: required(1, string, 'The name of the claim.'),
    readOnly: nonzero(2, boolean, 'Whether it can only be read.'),
  },
);
export interface PersistentVolumeClaimVolumeSource extends Infer<typeof PersistentVolumeClaimVolumeSource> {}

export const PodCertificateProjection = object(
  'io.k8s.api.core.v1.PodCertificateProjection',
  'A key and certificate for the pod as files.',
  {
    signerName: required(1, string, 'Who signs.'),
    keyType: required(2, string, 'The kind of key, such as ED25519.'),
    maxExpirationSeconds: optional(3, int32, 'The most seconds the certificate may be good for.'),
    credentialBundlePath: nonzero(4, string, 'The file for key and certificates together.'),
    keyPath: nonzero(5, string, 'The file for the key.'),
    certificateChainPath: nonzero(6, string, 'The file for the certificates.'),
    userAnnotations: optional(7, map(string), 'Notes for the signer.'),
  },
);
export interface PodCertificateProjection extends Infer<typeof PodCertificateProjection> {}

export const SecretProjection = object('io.k8s.api.core.v1.SecretProjection', 'The keys of a secret as files.', {
  ...embedded(1, { name: nonzero(1, string, 'The name of the secret.', { zeroDefault: true }) }),
  items: optional(2, list(KeyToPath), 'Which keys, and as which files; all unless given.'),
  optional: optional(4, boolean, 'Whether it may be missing.'),
});
export interface SecretProjection extends Infer<typeof SecretProjection> {}

export const ServiceAccountTokenProjection = object(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  'A token for the API as a file.',
  {
    audience: nonzero(1, string, 'Who accepts the token; the API server unless given.'),
    expirationSeconds: optional(2, int64, 'Seconds it is good for; renewed in time. 3600 unless given.'),
    path: required(3, string, 'The file within the volume.'),
  },
);
export interface ServiceAccountTokenProjection extends Infer<typeof ServiceAccountTokenProjection> {}

export const VolumeProjection = object(
  'io.k8s.api.core.v1.VolumeProjection',
  'One source of several in a directory; one of these.',
  {
    secret: optional(1, SecretProjection, 'The keys of a secret.'),
    downwardAPI: optional(2, DownwardAPIProjection, 'Fields of the pod.'),
    configMap: optional(3, ConfigMapProjection, 'The keys of a config map.'),
    serviceAccountToken: optional(4, ServiceAccountTokenProjection, 'A token for the API.'),
    clusterTrustBundle: optional(5, ClusterTrustBundleProjection, 'Certificates to trust.'),
    podCertificate: optional(6, PodCertificateProjection, 'A key and certificate for the pod.'),
  },
);
export interface VolumeProjection extends Infer<typeof VolumeProjection> {}

export const ProjectedVolumeSource = object(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  'Several sources in one directory.',
  {
    sources: always(1, list(VolumeProjection), 'The sources.'),
    defaultMode: optional(2, int32, 'Permission bits of the files; 0644 unless given.'),
  },
);
export interface ProjectedVolumeSource extends Infer<typeof ProjectedVolumeSource> {}

export const SecretVolumeSource = object('io.k8s.api.core.v1.SecretVolumeSource', 'The keys of a secret as files.', {
  secretName: nonzero(1, string, 'The name of the secret.'),
  items: optional(2, list(KeyToPath), 'Which keys, and as which files; all unless given.'),
  defaultMode: optional(3, int32, 'Permission bits of the files; 0644 unless given.'),
  optional: optional(4, boolean, 'Whether it may be missing.'),
});
export interface SecretVolumeSource extends Infer<typeof SecretVolumeSource> {}

export const Volume = object(
  'io.k8s.api.core.v1.Volume',
  'A directory or file that containers may mount; one source is given.',
  {
    name: required(1, string, 'What containers call it.'),
    ...embedded(2, {
      hostPath: optional(1, HostPathVolumeSource, 'A file or directory of the node.'),
      emptyDir: optional(2, EmptyDirVolumeSource, 'An empty directory that goes with the pod.'),
      gcePersistentDisk: optional(
        3,
        GCEPersistentDiskVolumeSource,
        'A disk of Google Compute Engine; no longer served.',
      ),
      awsElasticBlockStore: optional(4, AWSElasticBlockStoreVolumeSource, 'A disk of AWS; no longer served.'),
      gitRepo: optional(5, GitRepoVolumeSource, 'A git repository; no longer served.'),
      secret: optional(6, SecretVolumeSource, 'The keys of a secret as files.'),
      nfs: optional(7, NFSVolumeSource, 'A directory of an NFS server.'),
      iscsi: optional(8, ISCSIVolumeSource, 'An iSCSI disk.'),
      glusterfs: optional(9, GlusterfsVolumeSource, 'A Gluster volume; no longer served.'),
      persistentVolumeClaim: optional(10, PersistentVolumeClaimVolumeSource, 'Storage that was claimed.'),
      rbd: optional(11, RBDVolumeSource, 'A Ceph block device; no longer served.'),
      flexVolume: optional(12, FlexVolumeSource, 'A volume of a plug-in on the node; use csi instead.'),
      cinder: optional(13, CinderVolumeSource, 'An OpenStack disk; no longer served.'),
      cephfs: optional(14, CephFSVolumeSource, 'A Ceph file system; no longer served.'),
      flocker: optional(15, FlockerVolumeSource, 'A Flocker dataset; no longer served.'),
      downwardAPI: optional(16, DownwardAPIVolumeSource, 'Fields of the pod as files.'),
      fc: optional(17, FCVolumeSource, 'A Fibre Channel disk.'),
      azureFile: optional(18, AzureFileVolumeSource, 'An Azure file share; no longer served.'),
      configMap: optional(19, ConfigMapVolumeSource, 'The keys of a config map as files.'),
      vsphereVolume: optional(20, VsphereVirtualDiskVolumeSource, 'A vSphere disk; no longer served.'),
      quobyte: optional(21, QuobyteVolumeSource, 'A Quobyte volume; no longer served.'),
      azureDisk: optional(22, AzureDiskVolumeSource, 'An Azure disk; no longer served.'),
      photonPersistentDisk: optional(23, PhotonPersistentDiskVolumeSource, 'A Photon disk; no longer served.'),
      portworxVolume: optional(24, PortworxVolumeSource, 'A Portworx volume; no longer served.'),
      scaleIO: optional(25, ScaleIOVolumeSource, 'A ScaleIO volume; no longer served.'),
      projected: optional(26, ProjectedVolumeSource, 'Several sources in one directory.'),
      storageos: optional(27, StorageOSVolumeSource, 'A StorageOS volume; no longer served.'),
      csi: optional(28, CSIVolumeSource, 'A volume of a storage driver.'),
      ephemeral: optional(29, EphemeralVolumeSource, 'Storage that is claimed for the pod and goes with it.'),
      image: optional(30, ImageVolumeSource, 'The files of an image.'),
    }),
  },
);
export interface Volume extends Infer<typeof Volume> {}
