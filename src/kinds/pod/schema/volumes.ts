import { LocalObjectReference, ObjectFieldSelector, ResourceFieldSelector } from '#kinds/meta/references.ts';
import { LabelSelector, ObjectMeta } from '#kinds/meta/schema.ts';
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

export const AWSElasticBlockStoreVolumeSource = object('io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource', '', {
  volumeID: required(1, string),
  fsType: nonzero(2, string),
  partition: nonzero(3, int32),
  readOnly: nonzero(4, boolean),
});
export interface AWSElasticBlockStoreVolumeSource extends Infer<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = object('io.k8s.api.core.v1.AzureDiskVolumeSource', '', {
  kind: optional(6, string, '', { values: ['Dedicated', 'Managed', 'Shared'], default: 'Shared' }),
  diskName: required(1, string),
  diskURI: required(2, string),
  cachingMode: optional(3, string, '', { values: ['None', 'ReadOnly', 'ReadWrite'], default: 'ReadWrite' }),
  fsType: optional(4, string, '', { default: 'ext4' }),
  readOnly: optional(5, boolean, '', { default: false }),
});
export interface AzureDiskVolumeSource extends Infer<typeof AzureDiskVolumeSource> {}

export const AzureFileVolumeSource = object('io.k8s.api.core.v1.AzureFileVolumeSource', '', {
  secretName: required(1, string),
  shareName: required(2, string),
  readOnly: nonzero(3, boolean),
});
export interface AzureFileVolumeSource extends Infer<typeof AzureFileVolumeSource> {}

export const CSIVolumeSource = object('io.k8s.api.core.v1.CSIVolumeSource', '', {
  driver: required(1, string),
  readOnly: optional(2, boolean),
  fsType: optional(3, string),
  volumeAttributes: optional(4, map(string)),
  nodePublishSecretRef: optional(5, LocalObjectReference),
});
export interface CSIVolumeSource extends Infer<typeof CSIVolumeSource> {}

export const CephFSVolumeSource = object('io.k8s.api.core.v1.CephFSVolumeSource', '', {
  monitors: required(1, list(string)),
  path: nonzero(2, string),
  user: nonzero(3, string),
  secretFile: nonzero(4, string),
  secretRef: optional(5, LocalObjectReference),
  readOnly: nonzero(6, boolean),
});
export interface CephFSVolumeSource extends Infer<typeof CephFSVolumeSource> {}

export const CinderVolumeSource = object('io.k8s.api.core.v1.CinderVolumeSource', '', {
  volumeID: required(1, string),
  fsType: nonzero(2, string),
  readOnly: nonzero(3, boolean),
  secretRef: optional(4, LocalObjectReference),
});
export interface CinderVolumeSource extends Infer<typeof CinderVolumeSource> {}

export const ClusterTrustBundleProjection = object('io.k8s.api.core.v1.ClusterTrustBundleProjection', '', {
  name: optional(1, string),
  signerName: optional(2, string),
  labelSelector: optional(3, LabelSelector),
  path: required(4, string),
  optional: optional(5, boolean),
});
export interface ClusterTrustBundleProjection extends Infer<typeof ClusterTrustBundleProjection> {}

export const KeyToPath = object('io.k8s.api.core.v1.KeyToPath', '', {
  key: required(1, string),
  path: required(2, string),
  mode: optional(3, int32),
});
export interface KeyToPath extends Infer<typeof KeyToPath> {}

export const ConfigMapProjection = object('io.k8s.api.core.v1.ConfigMapProjection', '', {
  ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
  items: optional(2, list(KeyToPath)),
  optional: optional(4, boolean),
});
export interface ConfigMapProjection extends Infer<typeof ConfigMapProjection> {}

export const ConfigMapVolumeSource = object('io.k8s.api.core.v1.ConfigMapVolumeSource', '', {
  ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
  items: optional(2, list(KeyToPath)),
  defaultMode: optional(3, int32),
  optional: optional(4, boolean),
});
export interface ConfigMapVolumeSource extends Infer<typeof ConfigMapVolumeSource> {}

export const DownwardAPIVolumeFile = object('io.k8s.api.core.v1.DownwardAPIVolumeFile', '', {
  path: required(1, string),
  fieldRef: optional(2, ObjectFieldSelector),
  resourceFieldRef: optional(3, ResourceFieldSelector),
  mode: optional(4, int32),
});
export interface DownwardAPIVolumeFile extends Infer<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIProjection = object('io.k8s.api.core.v1.DownwardAPIProjection', '', {
  items: optional(1, list(DownwardAPIVolumeFile)),
});
export interface DownwardAPIProjection extends Infer<typeof DownwardAPIProjection> {}

export const DownwardAPIVolumeSource = object('io.k8s.api.core.v1.DownwardAPIVolumeSource', '', {
  items: optional(1, list(DownwardAPIVolumeFile)),
  defaultMode: optional(2, int32),
});
export interface DownwardAPIVolumeSource extends Infer<typeof DownwardAPIVolumeSource> {}

export const EmptyDirVolumeSource = object('io.k8s.api.core.v1.EmptyDirVolumeSource', '', {
  medium: nonzero(1, string),
  sizeLimit: optional(2, quantity),
});
export interface EmptyDirVolumeSource extends Infer<typeof EmptyDirVolumeSource> {}

export const TypedLocalObjectReference = object(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  '',
  {
    kind: required(2, string),
    apiGroup: always(1, string),
    name: required(3, string),
  },
  { atomic: true },
);
export interface TypedLocalObjectReference extends Infer<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = object('io.k8s.api.core.v1.TypedObjectReference', '', {
  kind: required(2, string),
  apiGroup: always(1, string),
  name: required(3, string),
  namespace: optional(4, string),
});
export interface TypedObjectReference extends Infer<typeof TypedObjectReference> {}

export const VolumeResourceRequirements = object('io.k8s.api.core.v1.VolumeResourceRequirements', '', {
  limits: optional(1, map(quantity)),
  requests: optional(2, map(quantity)),
});
export interface VolumeResourceRequirements extends Infer<typeof VolumeResourceRequirements> {}

export const PersistentVolumeClaimSpec = object('io.k8s.api.core.v1.PersistentVolumeClaimSpec', '', {
  accessModes: optional(1, list(string)),
  resources: always(2, VolumeResourceRequirements),
  volumeName: nonzero(3, string),
  selector: optional(4, LabelSelector),
  storageClassName: optional(5, string),
  volumeMode: optional(6, string, '', { values: ['Block', 'Filesystem'] }),
  dataSource: optional(7, TypedLocalObjectReference),
  dataSourceRef: optional(8, TypedObjectReference),
  volumeAttributesClassName: optional(9, string),
});
export interface PersistentVolumeClaimSpec extends Infer<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimTemplate = object('io.k8s.api.core.v1.PersistentVolumeClaimTemplate', '', {
  metadata: always(1, ObjectMeta),
  spec: required(2, PersistentVolumeClaimSpec),
});
export interface PersistentVolumeClaimTemplate extends Infer<typeof PersistentVolumeClaimTemplate> {}

export const EphemeralVolumeSource = object('io.k8s.api.core.v1.EphemeralVolumeSource', '', {
  volumeClaimTemplate: optional(1, PersistentVolumeClaimTemplate),
});
export interface EphemeralVolumeSource extends Infer<typeof EphemeralVolumeSource> {}

export const FCVolumeSource = object('io.k8s.api.core.v1.FCVolumeSource', '', {
  targetWWNs: optional(1, list(string)),
  lun: optional(2, int32),
  fsType: nonzero(3, string),
  readOnly: nonzero(4, boolean),
  wwids: optional(5, list(string)),
});
export interface FCVolumeSource extends Infer<typeof FCVolumeSource> {}

export const FlexVolumeSource = object('io.k8s.api.core.v1.FlexVolumeSource', '', {
  driver: required(1, string),
  fsType: nonzero(2, string),
  secretRef: optional(3, LocalObjectReference),
  readOnly: nonzero(4, boolean),
  options: optional(5, map(string)),
});
export interface FlexVolumeSource extends Infer<typeof FlexVolumeSource> {}

export const FlockerVolumeSource = object('io.k8s.api.core.v1.FlockerVolumeSource', '', {
  datasetName: nonzero(1, string),
  datasetUUID: nonzero(2, string),
});
export interface FlockerVolumeSource extends Infer<typeof FlockerVolumeSource> {}

export const GCEPersistentDiskVolumeSource = object('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource', '', {
  pdName: required(1, string),
  fsType: nonzero(2, string),
  partition: nonzero(3, int32),
  readOnly: nonzero(4, boolean),
});
export interface GCEPersistentDiskVolumeSource extends Infer<typeof GCEPersistentDiskVolumeSource> {}

export const GitRepoVolumeSource = object('io.k8s.api.core.v1.GitRepoVolumeSource', '', {
  repository: required(1, string),
  revision: nonzero(2, string),
  directory: nonzero(3, string),
});
export interface GitRepoVolumeSource extends Infer<typeof GitRepoVolumeSource> {}

export const GlusterfsVolumeSource = object('io.k8s.api.core.v1.GlusterfsVolumeSource', '', {
  endpoints: required(1, string),
  path: required(2, string),
  readOnly: nonzero(3, boolean),
});
export interface GlusterfsVolumeSource extends Infer<typeof GlusterfsVolumeSource> {}

export const HostPathVolumeSource = object('io.k8s.api.core.v1.HostPathVolumeSource', '', {
  path: required(1, string),
  type: optional(2, string, '', {
    values: ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
  }),
});
export interface HostPathVolumeSource extends Infer<typeof HostPathVolumeSource> {}

export const ISCSIVolumeSource = object('io.k8s.api.core.v1.ISCSIVolumeSource', '', {
  targetPortal: required(1, string),
  iqn: required(2, string),
  lun: required(3, int32),
  iscsiInterface: nonzero(4, string, '', { default: 'default' }),
  fsType: nonzero(5, string),
  readOnly: nonzero(6, boolean),
  portals: optional(7, list(string)),
  chapAuthDiscovery: nonzero(8, boolean),
  secretRef: optional(10, LocalObjectReference),
  chapAuthSession: nonzero(11, boolean),
  initiatorName: optional(12, string),
});
export interface ISCSIVolumeSource extends Infer<typeof ISCSIVolumeSource> {}

export const ImageVolumeSource = object('io.k8s.api.core.v1.ImageVolumeSource', '', {
  reference: nonzero(1, string),
  pullPolicy: nonzero(2, string, '', { values: ['Always', 'IfNotPresent', 'Never'] }),
});
export interface ImageVolumeSource extends Infer<typeof ImageVolumeSource> {}

export const NFSVolumeSource = object('io.k8s.api.core.v1.NFSVolumeSource', '', {
  server: required(1, string),
  path: required(2, string),
  readOnly: nonzero(3, boolean),
});
export interface NFSVolumeSource extends Infer<typeof NFSVolumeSource> {}

export const PersistentVolumeClaimVolumeSource = object('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource', '', {
  claimName: required(1, string),
  readOnly: nonzero(2, boolean),
});
export interface PersistentVolumeClaimVolumeSource extends Infer<typeof PersistentVolumeClaimVolumeSource> {}

export const PhotonPersistentDiskVolumeSource = object('io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource', '', {
  pdID: required(1, string),
  fsType: nonzero(2, string),
});
export interface PhotonPersistentDiskVolumeSource extends Infer<typeof PhotonPersistentDiskVolumeSource> {}

export const PodCertificateProjection = object('io.k8s.api.core.v1.PodCertificateProjection', '', {
  signerName: required(1, string),
  keyType: required(2, string),
  maxExpirationSeconds: optional(3, int32),
  credentialBundlePath: nonzero(4, string),
  keyPath: nonzero(5, string),
  certificateChainPath: nonzero(6, string),
  userAnnotations: optional(7, map(string)),
});
export interface PodCertificateProjection extends Infer<typeof PodCertificateProjection> {}

export const PortworxVolumeSource = object('io.k8s.api.core.v1.PortworxVolumeSource', '', {
  volumeID: required(1, string),
  fsType: nonzero(2, string),
  readOnly: nonzero(3, boolean),
});
export interface PortworxVolumeSource extends Infer<typeof PortworxVolumeSource> {}

export const SecretProjection = object('io.k8s.api.core.v1.SecretProjection', '', {
  ...embedded(1, { name: nonzero(1, string, '', { zeroDefault: true }) }),
  items: optional(2, list(KeyToPath)),
  optional: optional(4, boolean),
});
export interface SecretProjection extends Infer<typeof SecretProjection> {}

export const ServiceAccountTokenProjection = object('io.k8s.api.core.v1.ServiceAccountTokenProjection', '', {
  audience: nonzero(1, string),
  expirationSeconds: optional(2, int64),
  path: required(3, string),
});
export interface ServiceAccountTokenProjection extends Infer<typeof ServiceAccountTokenProjection> {}

export const VolumeProjection = object('io.k8s.api.core.v1.VolumeProjection', '', {
  secret: optional(1, SecretProjection),
  downwardAPI: optional(2, DownwardAPIProjection),
  configMap: optional(3, ConfigMapProjection),
  serviceAccountToken: optional(4, ServiceAccountTokenProjection),
  clusterTrustBundle: optional(5, ClusterTrustBundleProjection),
  podCertificate: optional(6, PodCertificateProjection),
});
export interface VolumeProjection extends Infer<typeof VolumeProjection> {}

export const ProjectedVolumeSource = object('io.k8s.api.core.v1.ProjectedVolumeSource', '', {
  sources: always(1, list(VolumeProjection)),
  defaultMode: optional(2, int32),
});
export interface ProjectedVolumeSource extends Infer<typeof ProjectedVolumeSource> {}

export const QuobyteVolumeSource = object('io.k8s.api.core.v1.QuobyteVolumeSource', '', {
  registry: required(1, string),
  volume: required(2, string),
  readOnly: nonzero(3, boolean),
  user: nonzero(4, string),
  group: nonzero(5, string),
  tenant: nonzero(6, string),
});
export interface QuobyteVolumeSource extends Infer<typeof QuobyteVolumeSource> {}

export const RBDVolumeSource = object('io.k8s.api.core.v1.RBDVolumeSource', '', {
  monitors: required(1, list(string)),
  image: required(2, string),
  fsType: nonzero(3, string),
  pool: nonzero(4, string, '', { default: 'rbd' }),
  user: nonzero(5, string, '', { default: 'admin' }),
  keyring: nonzero(6, string, '', { default: '/etc/ceph/keyring' }),
  secretRef: optional(7, LocalObjectReference),
  readOnly: nonzero(8, boolean),
});
export interface RBDVolumeSource extends Infer<typeof RBDVolumeSource> {}

export const ScaleIOVolumeSource = object('io.k8s.api.core.v1.ScaleIOVolumeSource', '', {
  gateway: required(1, string),
  system: required(2, string),
  secretRef: required(3, LocalObjectReference),
  sslEnabled: nonzero(4, boolean),
  protectionDomain: nonzero(5, string),
  storagePool: nonzero(6, string),
  storageMode: nonzero(7, string, '', { default: 'ThinProvisioned' }),
  volumeName: nonzero(8, string),
  fsType: nonzero(9, string, '', { default: 'xfs' }),
  readOnly: nonzero(10, boolean),
});
export interface ScaleIOVolumeSource extends Infer<typeof ScaleIOVolumeSource> {}

export const SecretVolumeSource = object('io.k8s.api.core.v1.SecretVolumeSource', '', {
  secretName: nonzero(1, string),
  items: optional(2, list(KeyToPath)),
  defaultMode: optional(3, int32),
  optional: optional(4, boolean),
});
export interface SecretVolumeSource extends Infer<typeof SecretVolumeSource> {}

export const StorageOSVolumeSource = object('io.k8s.api.core.v1.StorageOSVolumeSource', '', {
  volumeName: nonzero(1, string),
  volumeNamespace: nonzero(2, string),
  fsType: nonzero(3, string),
  readOnly: nonzero(4, boolean),
  secretRef: optional(5, LocalObjectReference),
});
export interface StorageOSVolumeSource extends Infer<typeof StorageOSVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = object('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource', '', {
  volumePath: required(1, string),
  fsType: nonzero(2, string),
  storagePolicyName: nonzero(3, string),
  storagePolicyID: nonzero(4, string),
});
export interface VsphereVirtualDiskVolumeSource extends Infer<typeof VsphereVirtualDiskVolumeSource> {}

export const Volume = object('io.k8s.api.core.v1.Volume', '', {
  name: required(1, string),
  ...embedded(2, {
    hostPath: optional(1, HostPathVolumeSource),
    emptyDir: optional(2, EmptyDirVolumeSource),
    gcePersistentDisk: optional(3, GCEPersistentDiskVolumeSource),
    awsElasticBlockStore: optional(4, AWSElasticBlockStoreVolumeSource),
    gitRepo: optional(5, GitRepoVolumeSource),
    secret: optional(6, SecretVolumeSource),
    nfs: optional(7, NFSVolumeSource),
    iscsi: optional(8, ISCSIVolumeSource),
    glusterfs: optional(9, GlusterfsVolumeSource),
    persistentVolumeClaim: optional(10, PersistentVolumeClaimVolumeSource),
    rbd: optional(11, RBDVolumeSource),
    flexVolume: optional(12, FlexVolumeSource),
    cinder: optional(13, CinderVolumeSource),
    cephfs: optional(14, CephFSVolumeSource),
    flocker: optional(15, FlockerVolumeSource),
    downwardAPI: optional(16, DownwardAPIVolumeSource),
    fc: optional(17, FCVolumeSource),
    azureFile: optional(18, AzureFileVolumeSource),
    configMap: optional(19, ConfigMapVolumeSource),
    vsphereVolume: optional(20, VsphereVirtualDiskVolumeSource),
    quobyte: optional(21, QuobyteVolumeSource),
    azureDisk: optional(22, AzureDiskVolumeSource),
    photonPersistentDisk: optional(23, PhotonPersistentDiskVolumeSource),
    portworxVolume: optional(24, PortworxVolumeSource),
    scaleIO: optional(25, ScaleIOVolumeSource),
    projected: optional(26, ProjectedVolumeSource),
    storageos: optional(27, StorageOSVolumeSource),
    csi: optional(28, CSIVolumeSource),
    ephemeral: optional(29, EphemeralVolumeSource),
    image: optional(30, ImageVolumeSource),
  }),
});
export interface Volume extends Infer<typeof Volume> {}
