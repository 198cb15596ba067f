import { jsonEqual } from '#base/json.ts';
import { checkImmutable } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { compareQuantities, quantityValue } from '#kinds/meta/quantity.ts';
import { oldClassAnnotation } from '#kinds/persistent-volume/table.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { validateClaimSpec } from '#kinds/persistent-volume-claim/validate-spec.ts';
import { PersistentVolumeClaimSpec } from '#kinds/pod/schema/volumes.ts';
import { describeSpecChange } from '#kinds/pod/validate/internal-form.ts';

type Findings = readonly FieldError[];

/** Findings on a new claim, as upstream words them. */
export function validateClaim({ spec }: PersistentVolumeClaim): Findings {
  return validateClaimSpec(spec, 'spec');
}

/** Findings on a change. A claim stays what it is, so that quotas and limits hold: its volume is named once, it gets a class
 *  once if it had none, and a claim that is bound may ask for more. */
export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): Findings {
  return [
    ...validateClaim(claim),
    ...validateClassAnnotation(claim, old),
    ...validateSameSpec(claim, old),
    ...validateSize(claim, old),
    ...checkImmutable('volumeMode', claim.spec.volumeMode, old.spec.volumeMode),
    ...validateAttributesClass(claim.spec, old),
  ];
}

const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].toSorted();

/** Findings on what a claim got. */
export function validateClaimStatus({ spec, status }: PersistentVolumeClaim): Findings {
  const { capacity = {}, allocatedResources = {}, allocatedResourceStatuses = {} } = status;
  const at = 'status.allocatedResourceStatuses';
  const allocated = 'status.allocatedResources';
  return [
    ...(spec.accessModes?.length ? [] : [fieldError.required('Spec.accessModes')]),
    ...validateAmounts(capacity, 'status.capacity'),
    ...Object.entries(allocatedResourceStatuses).flatMap(([resource, state]) => [
      ...validateResource(resource, at),
      ...(resizeStates.includes(state) ? [] : [fieldError.notSupported(at, resource, resizeStates)]),
    ]),
    ...Object.entries(allocatedResources).flatMap(([resource, amount]) => {
      const unknown = validateResource(resource, allocated);
      return unknown.length > 0 ? unknown : validateAmounts({ [resource]: amount }, allocated);
    }),
  ];
}

function validateAmounts(amounts: { readonly [resource: string]: string }, field: string): Findings {
  return Object.entries(amounts)
    .filter(([, amount]) => quantityValue(amount) < 0)
    .map(([resource, amount]) =>
      // Upstream shows whole units here.
      fieldError.invalid(`${field}[${resource}]`, quantityValue(amount), 'must be a valid resource quantity'),
    );
}

function validateResource(resource: string, field: string): Findings {
  const problems = validateQualifiedName(resource, field);
  if (problems.length > 0) return problems;
  const ours = !resource.includes('/') || resource.includes('kubernetes.io/');
  return ours && resource !== 'storage' ? [fieldError.notSupported(field, resource, ['storage'])] : [];
}

const classOf = ({ metadata }: PersistentVolumeClaim): string | undefined => metadata.annotations?.[oldClassAnnotation];

/** The class moves from the annotation into its field. */
function movesClass(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const [before, now] = [classOf(old), classOf(claim)];
  if (before === undefined || old.spec.storageClassName !== undefined) return false;
  return claim.spec.storageClassName === before && (now === undefined || now === before);
}

function validateClassAnnotation(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): Findings {
  if (movesClass(claim, old)) return [];
  return checkImmutable(`metadata.${oldClassAnnotation}`, classOf(claim) ?? '', classOf(old) ?? '');
}

function validateSameSpec(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): Findings {
  const before = allowed(claim, old);
  if (jsonEqual(claim.spec, before)) return [];
  const text =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    fieldError.forbidden('spec', `${text}\n${describeSpecChange(PersistentVolumeClaimSpec, before, claim.spec)}`),
  ];
}

/** The old spec with those changes of the new one that are allowed. */
function allowed({ spec, status, ...claim }: PersistentVolumeClaim, old: PersistentVolumeClaim): object {
  const { storageClassName, volumeName, volumeAttributesClassName, resources } = spec;
  const bound = status.phase === 'Bound';
  const oldClass = classOf(old);
  const gains = old.spec.storageClassName === undefined && storageClassName !== undefined;
  const takesClass = gains && (oldClass === undefined || oldClass === storageClassName);
  const moves = movesClass({ ...claim, spec, status }, old);
  const size = resources.requests?.storage;
  return {
    ...old.spec,
    ...(!old.spec.volumeName && volumeName ? { volumeName } : {}),
    ...(takesClass || moves ? { storageClassName } : {}),
    ...(bound && volumeAttributesClassName !== undefined ? { volumeAttributesClassName } : {}),
    ...(bound && size !== undefined
      ? { resources: { ...old.spec.resources, requests: { ...old.spec.resources.requests, storage: size } } }
      : {}),
  };
}

function validateSize({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): Findings {
  const [now, before] = [spec.resources.requests?.storage ?? '0', old.spec.resources.requests?.storage ?? '0'];
  const has = old.status.capacity?.storage ?? '0';
  if (compareQuantities(now, before) >= 0 || compareQuantities(now, has) > 0) return [];
  return [fieldError.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

/** A class that is in force gives way to another one only. */
function validateAttributesClass(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaim): Findings {
  const [now, before] = [spec.volumeAttributesClassName, old.spec.volumeAttributesClassName];
  const { currentVolumeAttributesClassName: current } = old.status;
  if (current === undefined || now === before || (now !== undefined && now !== '')) return [];
  const what = now === undefined ? 'nil' : 'empty string';
  const text = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [fieldError.forbidden('spec.volumeAttributesClassName', text)];
}
