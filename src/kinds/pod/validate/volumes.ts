import {
  checkLabelName,
  checkOneOf,
  checkPresent,
  checkRequiredOneOf,
  checkSubdomain,
  invalidEach,
} from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { validateClaimTemplate } from '#kinds/persistent-volume-claim/validate-spec.ts';
import type { CSIVolumeSource } from '#kinds/pod/schema/storage-volumes.ts';
import type {
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  HostPathVolumeSource,
  KeyToPath,
  Volume,
} from '#kinds/pod/schema/volumes.ts';
import {
  validateAwsDisk,
  validateAzureDisk,
  validateFc,
  validateFlexVolume,
  validateFlocker,
  validateGceDisk,
  validateMonitors,
  validateNamedIscsi,
  validateNfs,
  validateQuobyte,
  validateScaleIo,
  validateStorageOs,
} from '#kinds/pod/validate/network-volumes.ts';
import { checkDescendingPath, checkFileMode, checkNoBacksteps } from '#kinds/pod/validate/paths.ts';
import { validateDownwardFiles, validateKeyToPaths, validateProjected } from '#kinds/pod/validate/projected.ts';
import { ruleFor, type SourceRule, validateSource } from '#kinds/pod/validate/volume-sources.ts';

type Findings = readonly FieldError[];

/** The volumes of a pod that mounts may refer to, and what is wrong with them all. `podName` is absent in a template. */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  podName: string | undefined,
  field: string,
): { readonly usable: ReadonlyMap<string, Volume>; readonly errors: Findings } {
  const usable = new Map<string, Volume>();
  const ephemeral = (volumes ?? []).filter((volume) => podName && volume.ephemeral !== undefined);
  const made = new Set(ephemeral.map(({ name }) => `${podName}-${name}`));
  const rules = rulesFor(podName);
  const errors = (volumes ?? []).flatMap((volume, index) => {
    const at = `${field}[${index}]`;
    const found = [
      ...validateSource(volume, rules, at),
      ...checkLabelName(`${at}.name`, volume.name),
      ...(usable.has(volume.name) ? [fieldError.duplicate(`${at}.name`, volume.name)] : []),
    ];
    if (found.length === 0) usable.set(volume.name, volume);
    return [...found, ...validateClaimOfAnother(volume, made, `${at}.persistentVolumeClaim.claimName`)];
  });
  return { usable, errors };
}

/** The claim behind an ephemeral volume is for that volume alone. */
function validateClaimOfAnother(
  { persistentVolumeClaim: claim }: Volume,
  made: ReadonlySet<string>,
  field: string,
): Findings {
  if (claim === undefined || !made.has(claim.claimName)) return [];
  return [
    fieldError.invalid(field, claim.claimName, 'must not reference a PVC that gets created for an ephemeral volume'),
  ];
}

const rule = ruleFor<Volume>();

/** In the order in which upstream looks. Some things are asked of pods alone, whose name is known. */
function rulesFor(podName: string | undefined): readonly SourceRule<Volume>[] {
  return [
    ...commonRules,
    {
      name: 'ephemeral',
      check: (volume, field, parent) => [
        ...validateEphemeral(volume.ephemeral ?? {}, field),
        ...validateClaimName(volume.name, podName, `${parent}.name`),
      ],
    },
    rule('image', ({ reference, pullPolicy }, field) => [
      ...(podName === undefined ? [] : checkPresent(`${field}.reference`, reference)),
      ...checkRequiredOneOf(`${field}.pullPolicy`, pullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ]),
  ];
}

const commonRules: readonly SourceRule<Volume>[] = [
  rule('emptyDir', validateEmptyDir),
  rule('hostPath', validateHostPath),
  rule('gitRepo', ({ repository, directory = '' }, field) => [
    ...checkPresent(`${field}.repository`, repository),
    ...checkDescendingPath(`${field}.directory`, directory),
  ]),
  rule('gcePersistentDisk', validateGceDisk),
  rule('awsElasticBlockStore', validateAwsDisk),
  rule('secret', (source, field) => validateKeyed(source, 'secretName', source.secretName, field)),
  rule('nfs', validateNfs),
  {
    name: 'iscsi',
    check: ({ name, iscsi }, field, parent) =>
      iscsi === undefined ? [] : validateNamedIscsi(iscsi, name, field, parent),
  },
  rule('glusterfs', ({ endpoints, path }, field) => [
    ...checkPresent(`${field}.endpoints`, endpoints),
    ...checkPresent(`${field}.path`, path),
  ]),
  rule('flocker', validateFlocker),
  rule('persistentVolumeClaim', ({ claimName }, field) => checkPresent(`${field}.claimName`, claimName)),
  rule('rbd', ({ monitors, image }, field) => validateMonitors(monitors, image, field)),
  rule('cinder', ({ volumeID, secretRef }, field) => [
    ...checkPresent(`${field}.volumeID`, volumeID),
    ...(secretRef === undefined ? [] : checkPresent(`${field}.secretRef.name`, secretRef.name)),
  ]),
  rule('cephfs', ({ monitors }, field) => validateMonitors(monitors, undefined, field)),
  rule('quobyte', validateQuobyte),
  rule('downwardAPI', validateDownwardApi),
  rule('fc', validateFc),
  rule('flexVolume', validateFlexVolume),
  rule('configMap', (source, field) => validateKeyed(source, 'name', source.name, field)),
  rule('azureFile', ({ secretName, shareName }, field) => [
    ...checkPresent(`${field}.secretName`, secretName),
    ...checkPresent(`${field}.shareName`, shareName),
  ]),
  rule('vsphereVolume', ({ volumePath }, field) => checkPresent(`${field}.volumePath`, volumePath)),
  rule('photonPersistentDisk', ({ pdID }, field) => checkPresent(`${field}.pdID`, pdID)),
  rule('portworxVolume', ({ volumeID }, field) => checkPresent(`${field}.volumeID`, volumeID)),
  rule('azureDisk', validateAzureDisk),
  rule('storageos', validateStorageOs),
  rule('projected', validateProjected),
  rule('scaleIO', validateScaleIo),
  rule('csi', validateCsi),
];

function validateEmptyDir({ sizeLimit }: EmptyDirVolumeSource, field: string): Findings {
  if (sizeLimit === undefined || compareQuantities(sizeLimit, '0') >= 0) return [];
  return [fieldError.forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
] as const;

/** Findings on a file or directory of the node. */
export function validateHostPath({ path, type }: HostPathVolumeSource, field: string): Findings {
  if (path === '') return [fieldError.required(`${field}.path`)];
  return [...checkNoBacksteps(`${field}.path`, path), ...checkOneOf(`${field}.type`, type, hostPathTypes)];
}

interface Keyed {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function validateKeyed(source: Keyed, nameKey: string, name: string | undefined, field: string): Findings {
  return [
    ...checkPresent(`${field}.${nameKey}`, name),
    ...checkFileMode(`${field}.defaultMode`, source.defaultMode),
    ...validateKeyToPaths(source.items, `${field}.items`),
  ];
}

function validateDownwardApi({ defaultMode, items }: DownwardAPIVolumeSource, field: string): Findings {
  return [...checkFileMode(`${field}.defaultMode`, defaultMode), ...validateDownwardFiles(items, field)];
}

function validateCsi({ driver, nodePublishSecretRef }: CSIVolumeSource, field: string): Findings {
  const name = nodePublishSecretRef?.name ?? '';
  return [
    ...validateDriverName(driver, `${field}.driver`),
    ...(nodePublishSecretRef !== undefined && name === ''
      ? [fieldError.required(`${field}.nodePublishSecretRef.name`)]
      : checkSubdomain(`${field}.name`, name)),
  ];
}

const driverNameMax = 63;

/** Findings on the name of a storage driver. */
function validateDriverName(driver: string, field: string): Findings {
  if (driver === '') return [fieldError.required(field)];
  return [
    ...(driver.length > driverNameMax ? [fieldError.tooLong(field, driverNameMax)] : []),
    ...invalidEach(field, driver, subdomainProblems(driver.toLowerCase())),
  ];
}

function validateEphemeral({ volumeClaimTemplate }: EphemeralVolumeSource, field: string): Findings {
  const at = `${field}.volumeClaimTemplate`;
  return volumeClaimTemplate === undefined ? [fieldError.required(at)] : validateClaimTemplate(volumeClaimTemplate, at);
}

/** An ephemeral volume gets a claim named after the pod and the volume. */
function validateClaimName(name: string, podName: string | undefined, field: string): Findings {
  if (!podName || name === '') return [];
  const claim = `${podName}-${name}`;
  const problems = subdomainProblems(claim).map((problem) => `PVC name ${goQuote(claim)}: ${problem}`);
  return invalidEach(field, name, problems);
}
