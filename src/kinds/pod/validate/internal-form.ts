import { goJson, isObject, type JsonObject } from '#base/json.ts';
import { unifiedDiff } from '#base/unified-diff.ts';
import type { Field, ObjectType, Type } from '#schema/type.ts';

/** What a user changed, as upstream shows it: a unified diff of the API server's own form of both values, which has every
 *  field under its Go name. Ends with a line end. */
export function describeSpecChange(type: ObjectType, old: object, now: object): string {
  return unifiedDiff(linesOf(type, old), linesOf(type, now));
}

function linesOf(type: ObjectType, value: object): readonly string[] {
  return objectLines(type, value as JsonObject, '');
}

/** Names that are not the published one with a capital. */
const odd: { readonly [published: string]: string } = {
  apiGroup: 'APIGroup',
  apiVersion: 'APIVersion',
  awsElasticBlockStore: 'AWSElasticBlockStore',
  cephfs: 'CephFS',
  chapAuthDiscovery: 'DiscoveryCHAPAuth',
  chapAuthSession: 'SessionCHAPAuth',
  csi: 'CSI',
  diskURI: 'DataDiskURI',
  dnsConfig: 'DNSConfig',
  dnsPolicy: 'DNSPolicy',
  fc: 'FC',
  fsGroup: 'FSGroup',
  fsGroupChangePolicy: 'FSGroupChangePolicy',
  fsType: 'FSType',
  gcePersistentDisk: 'GCEPersistentDisk',
  gmsaCredentialSpec: 'GMSACredentialSpec',
  gmsaCredentialSpecName: 'GMSACredentialSpecName',
  grpc: 'GRPC',
  httpGet: 'HTTPGet',
  httpHeaders: 'HTTPHeaders',
  ip: 'IP',
  iqn: 'IQN',
  iscsi: 'ISCSI',
  iscsiInterface: 'ISCSIInterface',
  nfs: 'NFS',
  os: 'OS',
  pdName: 'PDName',
  rbd: 'RBD',
  seLinuxChangePolicy: 'SELinuxChangePolicy',
  seLinuxOptions: 'SELinuxOptions',
  sslEnabled: 'SSLEnabled',
  storageos: 'StorageOS',
  tcpSocket: 'TCPSocket',
  tty: 'TTY',
  wwids: 'WWIDs',
  'GlusterfsVolumeSource.endpoints': 'EndpointsName',
  'RBDVolumeSource.monitors': 'CephMonitors',
  'RBDVolumeSource.image': 'RBDImage',
  'RBDVolumeSource.pool': 'RBDPool',
  'RBDVolumeSource.user': 'RadosUser',
};

const container =
  'name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules ' +
  'volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle';

/** Fields that come first, of the types whose fields stand in another order than in their schema. */
const order: { readonly [type: string]: string } = {
  PodSpec:
    'volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds ' +
    'activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName automountServiceAccountToken nodeName ' +
    'securityContext imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations ' +
    'hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead',
  PodSecurityContext:
    'seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy ' +
    'fsGroup fsGroupChangePolicy sysctls',
  SecurityContext: 'capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup',
  Container: `${container} terminationMessagePath terminationMessagePolicy`,
  EphemeralContainer: `${container} terminationMessagePath terminationMessagePolicy`,
  VolumeMount: 'name readOnly recursiveReadOnly',
  Volume:
    'name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs ' +
    'persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap ' +
    'vsphereVolume azureDisk photonPersistentDisk projected',
  ISCSIVolumeSource:
    'targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery chapAuthSession secretRef',
  AzureDiskVolumeSource: 'diskName diskURI cachingMode fsType readOnly',
  ClusterTrustBundleProjection: 'name signerName labelSelector optional',
  PersistentVolumeClaimSpec: 'accessModes selector',
  TypedLocalObjectReference: 'apiGroup',
  TypedObjectReference: 'apiGroup',
};

/** Published in the spec, kept in its security context. */
const shared = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];
const unkept = ['serviceAccount', ...shared];

type Entry = readonly [name: string, lines: readonly string[]];

function objectLines(type: ObjectType, value: JsonObject, indent: string): readonly string[] {
  return braced('{', '}', entriesOf(type, value, `${indent} `), indent);
}

function entriesOf(type: ObjectType, value: JsonObject, indent: string): readonly Entry[] {
  const name = type.name.slice(type.name.lastIndexOf('.') + 1);
  if (!type.name.startsWith('io.k8s.api.')) return publishedEntries(type, value, indent);
  return namesOf(type, name).flatMap((field): readonly Entry[] => {
    const known = type.fields[field];
    if (known === undefined) return [];
    if (field === 'metadata') return publishedEntries(known.type as ObjectType, asObject(value[field]), indent);
    if (name === 'PodSpec' && field === 'securityContext')
      return [['SecurityContext', podSecurity(type, value, indent)]];
    return [[odd[`${name}.${field}`] ?? goName(field), fieldLines(known, value[field], indent)]];
  });
}

function namesOf(type: ObjectType, name: string): readonly string[] {
  const first = order[name]?.split(' ') ?? [];
  const all = new Set([...first, ...Object.keys(type.fields)]);
  return name === 'PodSpec' ? [...all].filter((field) => !unkept.includes(field)) : [...all];
}

function goName(field: string): string {
  return odd[field] ?? `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}

function podSecurity(spec: ObjectType, value: JsonObject, indent: string): readonly string[] {
  const type = spec.fields.securityContext?.type as ObjectType;
  const flags = shared.flatMap((field): readonly Entry[] => {
    const known = spec.fields[field];
    return known === undefined ? [] : [[goName(field), fieldLines(known, value[field], `${indent} `)]];
  });
  const entries = [...flags, ...entriesOf(type, asObject(value.securityContext), `${indent} `)];
  return braced('{', '}', entries, indent);
}

/** The types that all APIs share keep their published names, and leave out what is not set. */
function publishedEntries(type: ObjectType, value: JsonObject, indent: string): readonly Entry[] {
  return Object.entries(type.fields).flatMap(([field, known]): readonly Entry[] =>
    value[field] === undefined ? [] : [[field, fieldLines(known, value[field], indent)]],
  );
}

function fieldLines(field: Field, value: unknown, indent: string): readonly string[] {
  if (value !== undefined) return valueLines(field.type, value, indent);
  const isPointer = field.presence === 'optional' && field.options.plain !== true;
  return isPointer ? ['null'] : zeroLines(field.type, indent);
}

function zeroLines(type: Type, indent: string): readonly string[] {
  switch (type.is) {
    case 'object':
      return objectLines(type, {}, indent);
    case 'string':
      return ['""'];
    case 'quantity':
      return ['"0"'];
    case 'boolean':
      return ['false'];
    case 'int32':
    case 'int64':
    case 'intOrString':
      return ['0'];
    default:
      return ['null'];
  }
}

function valueLines(type: Type, value: unknown, indent: string): readonly string[] {
  if (type.is === 'object') return objectLines(type, asObject(value), indent);
  if (type.is === 'list' && Array.isArray(value)) {
    const items = value.map((item): Entry => ['', valueLines(type.item, item, `${indent} `)]);
    return braced('[', ']', items, indent);
  }
  if (type.is === 'map' && isObject(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key): Entry => [key, valueLines(type.value, value[key], `${indent} `)]);
    return braced('{', '}', entries, indent, true);
  }
  return [goJson(value)];
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? (value as JsonObject) : {};
}

/** Entries between brackets, one a line, as Go indents them by one. */
function braced(
  open: string,
  close: string,
  entries: readonly Entry[],
  indent: string,
  isMap = false,
): readonly string[] {
  if (entries.length === 0) return [`${open}${close}`];
  const lines = entries.flatMap(([name, [first = '', ...rest]], index) => {
    const all = [`${indent} ${name === '' && !isMap ? '' : `${goJson(name)}: `}${first}`, ...rest];
    return index === entries.length - 1 ? all : [...all.slice(0, -1), `${all.at(-1)},`];
  });
  return [open, ...lines, `${indent}${close}`];
}
