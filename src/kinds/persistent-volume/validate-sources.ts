import { checkLabelName, checkPresent, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { PersistentVolumeSpec, volumeSources } from '#kinds/persistent-volume/schema.ts';
import type {
  CSIPersistentVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
} from '#kinds/persistent-volume/sources.ts';
import {
  checkPartition,
  validateAzureDisk,
  validateFc,
  validateFlexVolume,
  validateFlocker,
  validateIscsi,
  validateMonitors,
  validateNfs,
  validateQuobyte,
} from '#kinds/pod/validate/network-volumes.ts';
import { checkNoBacksteps } from '#kinds/pod/validate/paths.ts';
import { validateHostPath } from '#kinds/pod/validate/volumes.ts';

type Findings = readonly FieldError[];
export type SourceName = keyof typeof volumeSources;

interface SourceRule {
  readonly name: SourceName;
  readonly check: (spec: PersistentVolumeSpec, field: string) => Findings;
}

function rule<Name extends SourceName>(
  name: Name,
  check: (source: NonNullable<PersistentVolumeSpec[Name]>, field: string) => Findings,
): SourceRule {
  return {
    name,
    check: (spec, field) => {
      const source = spec[name];
      return source === undefined ? [] : check(source as NonNullable<PersistentVolumeSpec[Name]>, field);
    },
  };
}

/** In the order in which upstream looks: the first source is checked, any further one refused. */
const sourceRules: readonly SourceRule[] = [
  rule('hostPath', validateHostPath),
  rule('gcePersistentDisk', ({ pdName, partition }, field) => [
    ...checkPresent(`${field}.pdName`, pdName),
    ...checkPartition(`${field}.partition`, partition),
  ]),
  rule('awsElasticBlockStore', ({ volumeID, partition }, field) => [
    ...checkPresent(`${field}.volumeID`, volumeID),
    ...checkPartition(`${field}.partition`, partition),
  ]),
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
  rule('scaleIO', ({ gateway, system, volumeName }, field) => [
    ...checkPresent(`${field}.gateway`, gateway),
    ...checkPresent(`${field}.system`, system),
    ...checkPresent(`${field}.volumeName`, volumeName),
  ]),
  rule('local', ({ path }, field) =>
    path === '' ? [fieldError.required(`${field}.path`)] : checkNoBacksteps(`${field}.path`, path),
  ),
  rule('storageos', validateStorageOs),
  rule('csi', validateCsi),
];

/** Where upstream's messages name a source otherwise than the API does. */
const checkedAs: { readonly [name: string]: string } = { gcePersistentDisk: 'persistentDisk' };
const refusedAs: { readonly [name: string]: string } = { cephfs: 'cephFS' };

/** Findings on where the data of a volume is: in exactly one place. */
export function validateVolumeSource(spec: PersistentVolumeSpec, field: string): Findings {
  const [first, ...others] = sourceRules.filter(({ name }) => spec[name] !== undefined);
  if (first === undefined) return [fieldError.required(field, 'must specify a volume type')];
  const affinity = fieldError.required(`${field}.nodeAffinity`, 'Local volume requires node affinity');
  return [
    ...first.check(spec, `${field}.${checkedAs[first.name] ?? first.name}`),
    ...(first.name === 'local' && spec.nodeAffinity === undefined ? [affinity] : []),
    ...others.map(({ name }) =>
      fieldError.forbidden(`${field}.${refusedAs[name] ?? name}`, 'may not specify more than 1 volume type'),
    ),
  ];
}

/** The part of a spec that says where the data is. */
export function volumeSourceOf(spec: PersistentVolumeSpec): object {
  const entries = sourceRules.map(({ name }) => [name, spec[name]] as const);
  return Object.fromEntries(entries.filter(([, source]) => source !== undefined));
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

function validateCsi(source: CSIPersistentVolumeSource, field: string): Findings {
  const { driver, volumeHandle } = source;
  return [
    ...checkPresent(`${field}.driver`, driver),
    ...(driver.length > driverBytesMax ? [fieldError.tooLong(`${field}.driver`, driverBytesMax)] : []),
    ...invalidEach(`${field}.driver`, driver, subdomainProblems(driver.toLowerCase())),
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
