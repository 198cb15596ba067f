import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ObjectMeta, OwnerReference } from '#kinds/meta/schema.ts';

type HasMeta = { readonly metadata: ObjectMeta };

/** The reference to the one owner that manages `object`, if it has one. */
export function controllerOf(object: HasMeta): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether `owner` is the controller of `object`. Names do not count: a successor of the same name is another owner. */
export function isControlledBy(object: HasMeta, owner: { readonly metadata: { readonly uid: string } }): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The reference by which `owner` controls an object and holds back its own foreground deletion until that is gone. */
export function ownerReference(
  owner: KubeObject,
  definition: Pick<ResourceDefinition, 'group' | 'version' | 'kind'>,
): OwnerReference {
  return {
    apiVersion: apiVersionOf(definition),
    kind: definition.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Findings on owner references (spec: api.md section 6.4). Paths carry no index, as upstream reports them. */
export function validateOwnerReferences(
  references: readonly OwnerReference[] | undefined,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  let controller: OwnerReference | undefined;
  for (const reference of references ?? []) {
    errors.push(...validateOwnerReference(reference, field));
    if (reference.controller !== true) continue;
    if (controller === undefined) controller = reference;
    else
      errors.push(
        fieldError.invalid(field, (references ?? []).map(shownReference), twoControllers(controller, reference)),
      );
  }
  return errors;
}

function twoControllers(first: OwnerReference, second: OwnerReference): string {
  const names = `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return `Only one reference can have Controller set to true. Found "true" in references for ${names}`;
}

function validateOwnerReference(reference: OwnerReference, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const parts = reference.apiVersion.split('/');
  // Of what is no group and version, no part counts.
  const version = parts.length > 2 ? '' : parts.at(-1);
  if (version === '')
    errors.push(fieldError.invalid(`${field}.apiVersion`, reference.apiVersion, 'version must not be empty'));
  for (const key of ['kind', 'name', 'uid'] as const) {
    if (reference[key] === '') errors.push(fieldError.invalid(`${field}.${key}`, '', 'must not be empty'));
  }
  if (reference.apiVersion === 'v1' && reference.kind === 'Event') {
    const text = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(fieldError.invalid(field, shownReference(reference), text));
  }
  return errors;
}

/** In the field order of upstream's messages. */
function shownReference({
  apiVersion,
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion,
}: OwnerReference): OwnerReference {
  return {
    apiVersion,
    kind,
    name,
    uid,
    ...(controller === undefined ? {} : { controller }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
  };
}
