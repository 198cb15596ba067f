import { checkOneOf, checkPresent, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedLocalObjectReference,
} from '#kinds/pod/schema/volumes.ts';

type Findings = readonly FieldError[];

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const;
export const volumeModes = ['Block', 'Filesystem'] as const;

/** Findings on what is claimed, of a claim or of the template that claims are made from. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string): Findings {
  const { selector, storageClassName, volumeMode, volumeAttributesClassName } = spec;
  const modes = spec.accessModes ?? [];
  return [
    ...(modes.length === 0 ? [fieldError.required(`${field}.accessModes`, 'at least 1 access mode is required')] : []),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...validateAccessModes(modes, `${field}.accessModes`),
    ...validateSize(spec.resources.requests?.storage, `${field}.resources[storage]`),
    ...checkSubdomain(`${field}.storageClassName`, storageClassName),
    ...checkOneOf(`${field}.volumeMode`, volumeMode, volumeModes),
    ...validateSources(spec, field),
    ...checkSubdomain(`${field}.volumeAttributesClassName`, volumeAttributesClassName),
  ];
}

/** Findings on how a volume may be mounted; that it can be mounted at all is for the caller to say. */
export function validateAccessModes(modes: readonly string[], field: string): Findings {
  const alone = modes.includes('ReadWriteOncePod');
  const shared = modes.some((mode) => mode !== 'ReadWriteOncePod' && (accessModes as readonly string[]).includes(mode));
  return [
    ...modes.flatMap((mode) => checkOneOf(field, mode, accessModes)),
    ...(alone && shared ? [fieldError.forbidden(field, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

/** Findings on a template for claims: of its metadata, labels and annotations alone mean something. */
export function validateClaimTemplate(template: PersistentVolumeClaimTemplate, field: string): Findings {
  const { labels, annotations, ...others } = template.metadata;
  const at = `${field}.metadata`;
  const set = Object.entries(others).filter(([, value]) => value !== undefined && value !== null);
  return [
    ...validateAnnotations(annotations, `${at}.annotations`),
    ...validateLabels(labels, `${at}.labels`),
    ...set.map(([name]) => fieldError.forbidden(`${at}.${name}`, 'cannot be set')),
    ...validateClaimSpec(template.spec, `${field}.spec`),
  ];
}

function validateSize(size: string | undefined, field: string): Findings {
  if (size === undefined) return [fieldError.required(field)];
  return compareQuantities(size, '0') > 0 ? [] : [fieldError.invalid(field, size, 'must be greater than zero')];
}

/** What the volume is to be filled with, said in the old way, in the new one or in both. */
function validateSources({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, field: string): Findings {
  const at = `${field}.dataSourceRef`;
  const namespace = dataSourceRef?.namespace;
  return [
    ...(dataSource === undefined ? [] : validateSource(dataSource, `${field}.dataSource`)),
    ...(dataSourceRef === undefined ? [] : validateSource(dataSourceRef, at)),
    ...(namespace ? invalidEach(`${at}.namespace`, namespace, labelProblems(namespace)) : []),
    ...validateBothSources(dataSource, dataSourceRef, field),
  ];
}

function validateSource({ apiGroup, kind, name }: TypedLocalObjectReference, field: string): Findings {
  const text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
  const core = !apiGroup && kind !== 'PersistentVolumeClaim';
  return [
    ...checkPresent(`${field}.name`, name),
    ...checkPresent(`${field}.kind`, kind),
    ...(core ? [fieldError.invalid(field, kind, text)] : []),
    ...checkSubdomain(`${field}.apiGroup`, apiGroup),
  ];
}

function validateBothSources(
  source: PersistentVolumeClaimSpec['dataSource'],
  ref: PersistentVolumeClaimSpec['dataSourceRef'],
  field: string,
): Findings {
  if (source === undefined || ref === undefined) return [];
  // Upstream shows the path of the field where its value would stand.
  const invalid = (text: string): Findings => [fieldError.invalid(field, `${field}.dataSource`, text)];
  if (ref.namespace) return invalid('may not be specified when dataSourceRef.namespace is specified');
  const same = source.apiGroup === ref.apiGroup && source.kind === ref.kind && source.name === ref.name;
  return same ? [] : invalid('must match dataSourceRef');
}
