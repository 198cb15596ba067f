import { jsonEqual } from '#base/json.ts';
import { checkImmutable, checkOneOf, checkSubdomain, immutableText, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { compareQuantities, quantityValue } from '#kinds/meta/quantity.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '#kinds/persistent-volume/schema.ts';
import { validateVolumeSource, volumeSourceOf } from '#kinds/persistent-volume/validate-sources.ts';
import { validateAccessModes, volumeModes } from '#kinds/persistent-volume-claim/validate-spec.ts';
import { validateNodeSelector } from '#kinds/pod/validate/affinity.ts';
import { describeChange } from '#kinds/pod/validate/difference.ts';

type Findings = readonly FieldError[];

/** Findings on a new volume, as upstream words them. */
export function validatePersistentVolume({ spec }: PersistentVolume): Findings {
  const modes = spec.accessModes ?? [];
  return [
    ...(modes.length === 0 ? [fieldError.required('spec.accessModes')] : []),
    ...validateAccessModes(modes, 'spec.accessModes'),
    ...validateCapacity(spec),
    ...checkOneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, [
      'Delete',
      'Recycle',
      'Retain',
    ]),
    ...validateNodeAffinity(spec),
    ...validateVolumeSource(spec, 'spec'),
    ...validateRecycling(spec),
    ...checkSubdomain('spec.storageClassName', spec.storageClassName),
    ...checkOneOf('spec.volumeMode', spec.volumeMode, volumeModes),
    ...validateAttributesClass(spec),
  ];
}

/** Findings on what an attachment says of a volume itself: one of a storage driver, that nobody claims. */
export function validateInlineVolume(spec: PersistentVolumeSpec, field: string): Findings {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy = 'Retain', volumeMode = 'Filesystem' } = spec;
  const forbidden = (name: string, given: boolean, why = 'may not be specified'): Findings =>
    given ? [fieldError.forbidden(`${field}.${name}`, `${why} in the context of inline volumes`)] : [];
  const needsDriver = 'has to be specified in the context of inline volumes';
  return [
    ...forbidden('claimRef', spec.claimRef !== undefined),
    ...forbidden('capacity', spec.capacity !== undefined),
    ...(spec.csi === undefined ? [fieldError.required(`${field}.csi`, needsDriver)] : []),
    ...(accessModes.length === 0 ? [fieldError.required(`${field}.accessModes`)] : []),
    ...validateAccessModes(accessModes, `${field}.accessModes`),
    ...forbidden('persistentVolumeReclaimPolicy', policy !== 'Retain', 'may only be Retain'),
    ...forbidden('nodeAffinity', spec.nodeAffinity !== undefined),
    ...validateVolumeSource(spec, field),
    ...forbidden('storageClassName', spec.storageClassName !== undefined),
    ...forbidden('volumeMode', volumeMode !== 'Filesystem', 'may not specify volumeMode other than Filesystem'),
  ];
}

/** Findings on a change: where the data is and how it is reached stays. */
export function validatePersistentVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): Findings {
  const { volumeMode, volumeAttributesClassName } = volume.spec;
  const found = validatePersistentVolume(volume);
  const dropped = old.spec.volumeAttributesClassName !== undefined && volumeAttributesClassName === undefined;
  return [
    // Upstream looks twice.
    ...found,
    ...found,
    ...validateSameSource(volume.spec, old.spec),
    ...checkImmutable('volumeMode', volumeMode, old.spec.volumeMode),
    ...validateSameNodes(volume.spec, old.spec),
    ...(dropped
      ? [fieldError.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden')]
      : []),
  ];
}

const newNodeLabels: { readonly [label: string]: string } = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** Where a volume can be reached from is said once; only the labels of nodes may be brought up to date. */
function validateSameNodes(
  { nodeAffinity }: PersistentVolumeSpec,
  { nodeAffinity: old }: PersistentVolumeSpec,
): Findings {
  if (old === undefined || jsonEqual(nodeAffinity, old)) return [];
  const terms = nodeAffinity?.required?.nodeSelectorTerms;
  const before = old.required?.nodeSelectorTerms;
  const renamed = (before ?? []).map((term, at) => ({
    ...term,
    ...(term.matchExpressions === undefined
      ? {}
      : {
          matchExpressions: term.matchExpressions.map((one, place) => {
            const key = newNodeLabels[one.key];
            return terms?.[at]?.matchExpressions?.[place]?.key === key && key !== undefined ? { ...one, key } : one;
          }),
        }),
  }));
  if (terms !== undefined && before !== undefined && jsonEqual(terms, renamed)) return [];
  const text = `${immutableText}, except for updating from beta label to GA`;
  const shown = nodeAffinity === undefined ? undefined : internally({ required: nodeAffinity.required ?? null });
  return [fieldError.invalid('nodeAffinity', shown, text)];
}

function validateCapacity({ capacity = {} }: PersistentVolumeSpec): Findings {
  const resources = Object.keys(capacity);
  const onlyStorage = resources.length === 1 && capacity.storage !== undefined;
  return [
    ...(resources.length === 0 ? [fieldError.required('spec.capacity')] : []),
    ...(onlyStorage
      ? []
      : [fieldError.notSupported('spec.capacity', resources.length === 0 ? undefined : capacity, ['storage'])]),
    ...Object.entries(capacity).flatMap(([resource, amount]) => validateAmount(amount, `spec.capacity[${resource}]`)),
  ];
}

function validateAmount(amount: string, field: string): Findings {
  const order = compareQuantities(amount, '0');
  const value = quantityValue(amount);
  return [
    // Upstream shows whole units here.
    ...(value < 0 ? [fieldError.invalid(field, value, 'must be a valid resource quantity')] : []),
    ...(order <= 0 ? [fieldError.invalid(field, amount, 'must be greater than zero')] : []),
  ];
}

function validateNodeAffinity({ nodeAffinity }: PersistentVolumeSpec): Findings {
  if (nodeAffinity === undefined) return [];
  const field = 'spec.nodeAffinity.required';
  if (nodeAffinity.required !== undefined) return validateNodeSelector(nodeAffinity.required, field);
  return [fieldError.required(field, 'must specify required node constraints')];
}

/** Recycling a volume deletes all that is below its directory. */
function validateRecycling({ hostPath, persistentVolumeReclaimPolicy: policy }: PersistentVolumeSpec): Findings {
  if (policy !== 'Recycle' || hostPath === undefined || !/^\/[/.]*$/.test(hostPath.path)) return [];
  return [
    fieldError.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"),
  ];
}

function validateAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec): Findings {
  if (name === undefined) return [];
  const field = 'spec.volumeAttributesClassName';
  return [
    ...(name === '' ? [fieldError.required(field, 'an empty string is disallowed')] : checkSubdomain(field, name)),
    ...(csi === undefined
      ? [fieldError.required('spec.csi', 'has to be specified when using volumeAttributesClassName')]
      : []),
  ];
}

/** The source stays, except that a driver may be given its secret for making the volume larger. */
function validateSameSource(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): Findings {
  const [now, before] = [volumeSourceOf(spec), volumeSourceOf(old)];
  const { controllerExpandSecretRef: added, ...csi } = spec.csi ?? {};
  const expanded = added !== undefined && old.csi !== undefined && old.csi.controllerExpandSecretRef === undefined;
  if (jsonEqual(expanded ? { ...now, csi } : now, before)) return [];
  const text = `spec.persistentvolumesource is immutable after creation\n${describeChange(before, now)}`;
  return [fieldError.forbidden('spec.persistentvolumesource', text)];
}
