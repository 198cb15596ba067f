import { jsonEqual } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateFinalizerDomains, validateFinalizers, validateNoNewFinalizers } from '#kinds/meta/finalizers.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import { labelProblems, pathSegmentProblems } from '#kinds/meta/names.ts';
import { validateOwnerReferences } from '#kinds/meta/owners.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';

type Checked = {
  readonly namespaced: boolean;
  readonly rules: Pick<
    ResourceDefinition['rules'],
    'nameProblems' | 'plainFinalizers' | 'revalidatesMetadata' | 'sharedMetadataOnly'
  >;
};

const root = 'metadata';

/** Findings on a new object whose name has already been generated (spec: api.md section 6). `others` are those on the rest of it. */
export function validateNew(
  definition: Checked,
  meta: ObjectMeta,
  others: readonly FieldError[],
): readonly FieldError[] {
  if (!definition.rules.sharedMetadataOnly?.includes('create'))
    return [...validateMetadata(definition, meta), ...others];
  return others.length > 0 ? others : validateShared(definition, meta);
}

/** Findings on the metadata of a new object (spec: api.md section 6). */
export function validateMetadata(definition: Checked, meta: ObjectMeta): readonly FieldError[] {
  return [...validateContent(definition, meta, definition.rules.nameProblems), ...validateDomains(definition, meta)];
}

/** Findings on a change of metadata. What the server owns has been restored in `meta` before; what still differs is
 *  something a client must not change. Findings repeat as often as upstream's layers repeat the checks: message texts are
 *  de-duplicated later, causes are not. `path` tells a change of the object from one of its status. */
export function validateMetadataUpdate(
  definition: Checked,
  meta: ObjectMeta,
  old: ObjectMeta,
  path: 'object' | 'status' = 'object',
): readonly FieldError[] {
  const { sharedMetadataOnly = [], revalidatesMetadata = false } = definition.rules;
  const change = validateChange(meta, old);
  const own = sharedMetadataOnly.includes(path === 'object' ? 'update' : 'status')
    ? []
    : [...change, ...validateDomains(definition, meta)];
  return [
    ...(sameContent(meta, old) ? [] : validateShared(definition, meta)),
    ...change,
    ...own,
    ...(path === 'object' && revalidatesMetadata ? validateMetadata(definition, meta) : []),
  ];
}

/** What is the stored value itself was checked when it was stored. */
function sameContent(meta: ObjectMeta, old: ObjectMeta): boolean {
  const { labels, annotations, ownerReferences, finalizers } = meta;
  return (
    labels === old.labels &&
    annotations === old.annotations &&
    ownerReferences === old.ownerReferences &&
    finalizers === old.finalizers
  );
}

/** Upstream's layer that all kinds share: any name will do that can stand in a path. */
function validateShared(definition: Checked, meta: ObjectMeta): readonly FieldError[] {
  return validateContent(definition, meta, pathSegmentProblems);
}

function validateContent(
  definition: Checked,
  meta: ObjectMeta,
  nameProblems: Checked['rules']['nameProblems'],
): readonly FieldError[] {
  return [
    ...validateName(meta, nameProblems),
    ...validateNamespace(definition, meta),
    ...validateGeneration(meta.generation ?? 0),
    ...validateLabels(meta.labels, `${root}.labels`),
    ...validateAnnotations(meta.annotations, `${root}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${root}.ownerReferences`),
    ...validateFinalizers(meta.finalizers, `${root}.finalizers`),
  ];
}

function validateDomains({ rules }: Checked, meta: ObjectMeta): readonly FieldError[] {
  return rules.plainFinalizers ? [] : validateFinalizerDomains(meta.finalizers, `${root}.finalizers`);
}

const immutableFields = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

function validateChange(meta: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const changed = immutableFields.filter((field) => !jsonEqual(meta[field], old[field]));
  const deleting = old.deletionTimestamp !== undefined;
  return [
    ...(deleting ? validateNoNewFinalizers(meta.finalizers, old.finalizers, `${root}.finalizers`) : []),
    ...((meta.generation ?? 0) < (old.generation ?? 0)
      ? [fieldError.invalid(`${root}.generation`, meta.generation ?? 0, 'must not be decremented')]
      : []),
    ...changed.map((field) => fieldError.invalid(`${root}.${field}`, meta[field], 'field is immutable')),
    // What is the stored value itself was checked when it was stored.
    ...(meta.labels === old.labels ? [] : validateLabels(meta.labels, `${root}.labels`)),
    ...(meta.annotations === old.annotations ? [] : validateAnnotations(meta.annotations, `${root}.annotations`)),
    ...(meta.ownerReferences === old.ownerReferences
      ? []
      : validateOwnerReferences(meta.ownerReferences, `${root}.ownerReferences`)),
  ];
}

function validateName(meta: ObjectMeta, nameProblems: Checked['rules']['nameProblems']): readonly FieldError[] {
  const { name = '', generateName = '' } = meta;
  const invalid = (field: string, value: string, prefix: boolean): readonly FieldError[] =>
    nameProblems(value, prefix).map((problem) => fieldError.invalid(`${root}.${field}`, value, problem));
  return [
    ...(generateName === '' ? [] : invalid('generateName', generateName, true)),
    ...(name === ''
      ? [fieldError.required(`${root}.name`, 'name or generateName is required')]
      : invalid('name', name, false)),
  ];
}

function validateNamespace(definition: Checked, meta: ObjectMeta): readonly FieldError[] {
  const { namespace = '' } = meta;
  const field = `${root}.namespace`;
  if (!definition.namespaced) return namespace === '' ? [] : [fieldError.forbidden(field, 'not allowed on this type')];
  if (namespace === '') return [fieldError.required(field)];
  return labelProblems(namespace).map((problem) => fieldError.invalid(field, namespace, problem));
}

function validateGeneration(generation: number): readonly FieldError[] {
  if (generation >= 0) return [];
  return [fieldError.invalid(`${root}.generation`, generation, 'must be greater than or equal to 0')];
}
