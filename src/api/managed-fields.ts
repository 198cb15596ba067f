import type { Json } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { type FieldSet, fieldSetOfPaths } from '#patch/fields/field-set.ts';
import { managedFieldsAfterUpdate, type Writer } from '#patch/managed/after-update.ts';
import type { ManagedFields } from '#patch/managed/entry.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, WriteRequest } from './api.ts';
import type { ApiCore } from './core.ts';

const managerBytesMax = 128;

/** The writer of a request, as managed fields name it (spec: api.md section 9.2). */
export function writerOf(
  core: ApiCore,
  context: RequestContext,
  definition: ResourceDefinition,
  request: WriteRequest,
  subresource: string | undefined,
  { ignored, only }: Pick<Writer, 'ignored' | 'only'>,
): Writer {
  const manager = (request.fieldManager || context.agent).slice(0, managerBytesMax);
  return {
    manager,
    apiVersion: apiVersionOf(definition),
    subresource,
    ignored,
    only,
    time: timestamp(core.clock.now()),
  };
}

/** Notes in `draft` who set which of its fields; `old` is absent on create. */
export function trackWrite(
  writer: Writer,
  definition: ResourceDefinition,
  draft: Draft<KubeObject>,
  old: KubeObject | undefined,
  requested: unknown,
): void {
  const asked = (requested ?? draft.metadata.managedFields) as Json | undefined;
  setManagedFields(
    draft,
    managedFieldsAfterUpdate({ ...writer, type: definition.schema, old, new: draft, requested: asked }),
  );
}

/** Writes `entries` into the metadata of a draft; an empty list is not written at all. */
export function setManagedFields(draft: Draft<KubeObject>, entries: ManagedFields): void {
  const { metadata } = draft as unknown as { readonly metadata: { managedFields?: ManagedFields } };
  if (entries.length === 0) delete metadata.managedFields;
  else metadata.managedFields = entries;
}

/** Whole top-level fields that an endpoint does not write, and what else its kind says of it. */
export function unownedFields(fields: readonly string[], more: readonly (readonly string[])[] = []): FieldSet {
  return fieldSetOfPaths([...fields.map((field) => [field]), ...more].map((path) => path.map((name) => `f:${name}`)));
}

/** The set of whole top-level fields. */
export function topLevel(fields: readonly string[]): FieldSet {
  return fieldSetOfPaths(fields.map((field) => [`f:${field}`]));
}
