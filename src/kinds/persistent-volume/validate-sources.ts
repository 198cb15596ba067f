import { checkLabelName, checkPresent, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { PersistentVolumeSpec } from '#kinds/persistent-volume/schema.ts';
import type {
  CSIPersistentVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
} from '#kinds/persistent-volume/sources.ts';
import {
  validateAwsDisk,
  validateAzureDisk,
  validateFc,
  validateFlexVolume,
  validateFlocker,
  validateGceDisk,
  validateIscsi,
  validateMonitors,
  validateNfs,
  validateQuobyte,
  validateScaleIo,
} from '#kinds/pod/validate/network-volumes.ts';
import { checkNoBacksteps } from '#kinds/pod/validate/paths.ts';
import { ruleFor, type SourceRule, validateSource } from '#kinds/pod/validate/volume-sources.ts';
import { validateHostPath } from '#kinds/pod/validate/volumes.ts';

type Findings = readonly FieldError[];

const rule = ruleFor<PersistentVolumeSpec>();

/** In the order in which upstream looks. */
const sourceRules: readonly SourceRule<PersistentVolumeSpec>[] = [
  rule('hostPath', validateHostPath),
  rule('gcePersistentDisk', validateGceDisk),
  rule('awsElasticBlockStore', validateAwsDisk),
  rule('glusterfs', ({ endpoints, path, endpointsNamespace }, field) => [
    ...checkPresent(`${field}.endpoints`, endpoints),
    ...checkPresent(`${field}.path`, path),
    ...(endpointsNamespace === undefined
      ? []
      : invalidEach(`${field}.endpointsNamespace`, endpointsNamespace, labelProblems(endpointsNamespace))),
  ]),
  rule('flocker', validateFlocker),
  rule('nfs', validateNfs),
  rule('rbd', ({ monitors, image }, field) => validateMonitors(monitors, image, field)),
  rule('quobyte', validateQuobyte),
  rule('cephfs', ({ monitors }, field) => validateMonitors(monitors, undefined, field)),
  rule('iscsi', validateIscsi),
  rule('cinder', ({ volumeID, secretRef }, field) => [
    ...checkPresent(`${field}.volumeID`, volumeID),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.name`, secretRef.name)),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.namespace`, secretRef.namespace)),
  ]),
  rule('fc', validateFc),
  rule('flexVolume', validateFlexVolume),
  rule('azureFile', ({ secretName, shareName, secretNamespace }, field) => [
    ...checkPresent(`${field}.secretName`, secretName),
    ...checkPresent(`${field}.shareName`, shareName),
    ...(secretNamespace === '' ? [fieldError.required(`${field}.secretNamespace`)] : []),
  ]),
  rule('vsphereVolume', ({ volumePath }, field) => checkPresent(`${field}.volumePath`, volumePath)),
  rule('photonPersistentDisk', ({ pdID }, field) => checkPresent(`${field}.pdID`, pdID)),
  rule('portworxVolume', ({ volumeID }, field) => checkPresent(`${field}.volumeID`, volumeID)),
  rule('azureDisk', validateAzureDisk),
  rule('scaleIO', validateScaleIo),
  { name: 'local', check: validateLocal },
  rule('storageos', validateStorageOs),
  rule('csi', validateCsi),
];

/** Findings on where the data of a volume is: in exactly one place. */
export function validateVolumeSource(spec: PersistentVolumeSpec, field: string): Findings {
  return validateSource(spec, sourceRules, field);
}

/** The part of a spec that says where the data is. */
export function volumeSourceOf(spec: PersistentVolumeSpec): object {
  const entries = sourceRules.map(({ name }) => [name, spec[name]] as const);
  return Object.fromEntries(entries.filter(([, source]) => source !== undefined));
}

function validateLocal({ local, nodeAffinity }: PersistentVolumeSpec, field: string, parent: string): Findings {
  const path = local?.path ?? '';
  return [
    ...(path === '' ? [fieldError.required(`${field}.path`)] : checkNoBacksteps(`${field}.path`, path)),
    ...(nodeAffinity === undefined
      ? [fieldError.required(`${parent}.nodeAffinity`, 'Local volume requires node affinity')]
      : []),
  ];
}

function validateStorageOs(source: StorageOSPersistentVolumeSource, field: string): Findings {
  const { volumeName = '', volumeNamespace, secretRef } = source;
  return [
    ...checkLabelName(`${field}.volumeName`, volumeName),
    ...(volumeNamespace
      ? invalidEach(`${field}.volumeNamespace`, volumeNamespace, labelProblems(volumeNamespace))
      : []),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.name`, secretRef.name)),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.namespace`, secretRef.namespace)),
  ];
}

const driverBytesMax = 63;
const secrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

/** Findings on the name that a storage driver goes by. */
export function checkDriverName(field: string, name: string): Findings {
  if (name === '') return [fieldError.required(field)];
  return [
    ...(Buffer.byteLength(name) > driverBytesMax ? [fieldError.tooLong(field, driverBytesMax)] : []),
    ...invalidEach(field, name, subdomainProblems(name.toLowerCase())),
  ];
}

function validateCsi(source: CSIPersistentVolumeSource, field: string): Findings {
  const { driver, volumeHandle } = source;
  return [
    ...checkDriverName(`${field}.driver`, driver),
    ...checkPresent(`${field}.volumeHandle`, volumeHandle),
    ...secrets.flatMap((name) => validateSecret(source[name], `${field}.${name}`)),
  ];
}

function validateSecret(secret: SecretReference | undefined, field: string): Findings {
  if (secret === undefined) return [];
  return [
    ...checkPresent(`${field}.name`, secret.name),
    ...checkSubdomain(`${field}.name`, secret.name),
    ...checkLabelName(`${field}.namespace`, secret.namespace ?? ''),
  ];
}
