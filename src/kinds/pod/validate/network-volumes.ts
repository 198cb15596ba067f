import {
  checkLabelName,
  checkNotEmpty,
  checkOneOf,
  checkPresent,
  checkRange,
  invalidEach,
} from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
} from '#kinds/pod/schema/storage-volumes.ts';

/** Findings on volumes that live on other machines. We only carry them for nodes that can mount them. */

type Findings = readonly FieldError[];

export function validateGceDisk({ pdName, partition }: GCEPersistentDiskVolumeSource, field: string): Findings {
  return [...checkPresent(`${field}.pdName`, pdName), ...checkPartition(`${field}.partition`, partition)];
}

export function validateAwsDisk({ volumeID, partition }: AWSElasticBlockStoreVolumeSource, field: string): Findings {
  return [...checkPresent(`${field}.volumeID`, volumeID), ...checkPartition(`${field}.partition`, partition)];
}

type ScaleIO = Pick<ScaleIOVolumeSource, 'gateway' | 'system' | 'volumeName'>;

export function validateScaleIo({ gateway, system, volumeName }: ScaleIO, field: string): Findings {
  return [
    ...checkPresent(`${field}.gateway`, gateway),
    ...checkPresent(`${field}.system`, system),
    ...checkPresent(`${field}.volumeName`, volumeName),
  ];
}

export function validateNfs({ server, path }: NFSVolumeSource, field: string): Findings {
  return [
    ...checkPresent(`${field}.server`, server),
    ...checkPresent(`${field}.path`, path),
    ...(path.startsWith('/') ? [] : [fieldError.invalid(`${field}.path`, path, 'must be an absolute path')]),
  ];
}

/** The portal and the name of the volume together name a session. */
const sessionNameMax = 64;
const sessionNameText =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

/** `holder` is the place of the volume, whose name is `name`. */
export function validateNamedIscsi(source: ISCSIVolumeSource, name: string, field: string, holder: string): Findings {
  const { initiatorName, targetPortal } = source;
  const long = initiatorName !== undefined && `${name}:${targetPortal}`.length > sessionNameMax;
  return [
    ...validateIscsi(source, field),
    ...(long ? [fieldError.invalid(`${holder}.name`, name, sessionNameText)] : []),
  ];
}

export function validateIscsi(source: ISCSIVolumeSource, field: string): Findings {
  const { targetPortal, iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = source;
  const authenticates = chapAuthDiscovery === true || chapAuthSession === true;
  return [
    ...checkPresent(`${field}.targetPortal`, targetPortal),
    ...(iqn === '' ? [fieldError.required(`${field}.iqn`)] : validateInitiator(`${field}.iqn`, iqn)),
    ...checkRange(`${field}.lun`, lun, 0, 255),
    ...(authenticates && secretRef === undefined ? [fieldError.required(`${field}.secretRef`)] : []),
    ...(initiatorName === undefined ? [] : validateInitiator(`${field}.initiatorname`, initiatorName)),
  ];
}

const initiators: { readonly [prefix: string]: RegExp } = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};

function validateInitiator(field: string, name: string): Findings {
  const pattern = initiators[name.slice(0, 3)];
  if (pattern === undefined)
    return [fieldError.invalid(field, name, 'must be valid format starting with iqn, eui, or naa')];
  return pattern.test(name) ? [] : [fieldError.invalid(field, name, 'must be valid format')];
}

export function validateFc({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, field: string): Findings {
  const at = `${field}.targetWWNs`;
  const errors: FieldError[] = [];
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(fieldError.required(at, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length > 0 && wwids.length > 0) {
    errors.push(fieldError.invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (targetWWNs.length > 0) {
    const missing = [fieldError.required(`${field}.lun`, 'lun is required if targetWWNs is specified')];
    errors.push(...(lun === undefined ? missing : checkRange(`${field}.lun`, lun, 0, 255)));
  }
  return errors;
}

export function validateQuobyte({ registry, volume, tenant = '' }: QuobyteVolumeSource, field: string): Findings {
  return [...validateRegistry(registry, tenant, field), ...checkPresent(`${field}.volume`, volume)];
}

function validateRegistry(registry: string, tenant: string, field: string): Findings {
  const text = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') return [fieldError.required(`${field}.registry`, text)];
  if (tenant.length > 64) {
    return [fieldError.required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')];
  }
  const bad = registry.split(',').filter((pair) => !/^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair));
  return bad.map(() => fieldError.invalid(`${field}.registry`, registry, text));
}

export function validateFlocker({ datasetName = '', datasetUUID = '' }: FlockerVolumeSource, field: string): Findings {
  const errors: FieldError[] = [];
  if (datasetName === '' && datasetUUID === '') {
    errors.push(fieldError.required(field, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName !== '' && datasetUUID !== '') {
    const text = 'datasetName and datasetUUID can not be specified simultaneously';
    errors.push(fieldError.invalid(field, 'resource', text));
  }
  if (datasetName.includes('/')) {
    errors.push(fieldError.invalid(`${field}.datasetName`, datasetName, "must not contain '/'"));
  }
  return errors;
}

export function validateFlexVolume({ driver, options }: FlexVolumeSource, field: string): Findings {
  const reserved = Object.keys(options ?? {}).filter((key) =>
    /(^|\.)(kubernetes\.io|k8s\.io)$/i.test(key.split('/')[0] ?? ''),
  );
  const text = 'kubernetes.io and k8s.io namespaces are reserved';
  return [
    ...checkPresent(`${field}.driver`, driver),
    ...reserved.map((key) => fieldError.invalid(`${field}.options[${key}]`, key, text)),
  ];
}

const managedUri = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobUri = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function validateAzureDisk(source: AzureDiskVolumeSource, field: string): Findings {
  const { diskName, diskURI, cachingMode, kind } = source;
  const managed = kind === 'Managed';
  const misplaced = kind !== undefined && !diskURI.startsWith(managed ? '/subscriptions/' : 'https://');
  return [
    ...checkPresent(`${field}.diskName`, diskName),
    ...checkPresent(`${field}.diskURI`, diskURI),
    ...checkOneOf(`${field}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite']),
    ...checkOneOf(`${field}.kind`, kind, ['Dedicated', 'Managed', 'Shared']),
    ...(misplaced ? [fieldError.notSupported(`${field}.diskURI`, diskURI, [managed ? managedUri : blobUri])] : []),
  ];
}

export function validateStorageOs(source: StorageOSVolumeSource, field: string): Findings {
  const { volumeName = '', volumeNamespace = '', secretRef } = source;
  return [
    ...checkLabelName(`${field}.volumeName`, volumeName),
    ...invalidEach(
      `${field}.volumeNamespace`,
      volumeNamespace,
      volumeNamespace === '' ? [] : labelProblems(volumeNamespace),
    ),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.name`, secretRef.name)),
  ];
}

/** Partition numbers of disks in the cloud. */
function checkPartition(field: string, partition: number | undefined): Findings {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return [];
  return [fieldError.invalid(field, partition, 'must be between 1 and 255, inclusive')];
}

/** A Ceph volume: who to ask, and for what. */
export function validateMonitors(monitors: readonly string[], image: string | undefined, field: string): Findings {
  return [
    ...checkNotEmpty(`${field}.monitors`, monitors),
    ...(image === undefined ? [] : checkPresent(`${field}.image`, image)),
  ];
}
