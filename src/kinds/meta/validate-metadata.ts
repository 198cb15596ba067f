import { jsonEqual } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateFinalizerDomains, validateFinalizers, validateNoNewFinalizers } from '#kinds/meta/finalizers.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { validateOwnerReferences } from '#kinds/meta/owners.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';

type Checked = Partial<Pick<ResourceDefinition, 'group' | 'custom'>> & {
  readonly namespaced: boolean;
  readonly rules: Pick<ResourceDefinition['rules'], 'nameProblems' | 'revalidatesMetadata'>;
};

const root = 'metadata';

/** Findings on the metadata of a new object whose name has already been generated (spec: api.md section 6). */
export function validateMetadata(definition: Checked, meta: ObjectMeta): readonly FieldError[] {
  return [
    ...validateName(definition, meta),
    ...validateNamespace(definition, meta),
    ...validateGeneration(meta.generation ?? 0),
    ...validateLabels(meta.labels, `${root}.labels`),
    ...validateAnnotations(meta.annotations, `${root}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${root}.ownerReferences`),
    ...validateFinalizers(meta.finalizers, `${root}.finalizers`),
    ...validateDomains(definition, meta),
  ];
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
  const change = validateChange(meta, old);
  return [
    // Upstream's layer that all kinds share looks at annotations once more than at the rest.
    ...validateAnnotations(meta.annotations, `${root}.annotations`),
    ...change,
    ...change,
    ...validateDomains(definition, meta),
    ...(path === 'object' && definition.rules.revalidatesMetadata ? validateMetadata(definition, meta) : []),
  ];
}

/** Upstream's layer for custom resources and their definitions takes finalizers without a domain. */
function validateDomains({ group, custom }: Checked, meta: ObjectMeta): readonly FieldError[] {
  if (custom !== undefined || group === 'apiextensions.k8s.io') return [];
  return validateFinalizerDomains(meta.finalizers, `${root}.finalizers`);
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

function validateName(definition: Checked, meta: ObjectMeta): readonly FieldError[] {
  const { nameProblems } = definition.rules;
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
