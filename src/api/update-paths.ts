import type { ResourceDefinition, SubresourceUpdate } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { validateMetadataUpdate } from '#kinds/meta/validate-metadata.ts';
import { patternOf } from '#patch/fields/field-pattern.ts';
import type { Draft } from '#schema/type.ts';
import { unownedFields } from './managed-fields.ts';
import { countGeneration } from './metadata.ts';
import type { UpdatePath } from './update.ts';

type Open = { [field: string]: unknown };

/** The resource itself: everything but the status (spec: api.md section 7.4). */
export function mainPath(resource: ResourceDefinition): UpdatePath {
  const { rules } = resource;
  return {
    ignored: unownedFields(rules.hasStatus ? ['status'] : [], rules.unowned?.main),
    restored: rules.hasStatus ? ['status'] : [],
    prepare: (draft, current, context) => {
      if (rules.hasStatus) (draft as unknown as Open).status = (current as unknown as Open).status;
      rules.prepareUpdate?.(draft, current, context);
      if (rules.managesGeneration) countGeneration(draft, current);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'object'),
      ...(rules.validateUpdate?.(object, current) ?? []),
    ],
  };
}

/** `/status`: the status and what metadata the kind lets through. */
export function statusPath(resource: ResourceDefinition): UpdatePath {
  const { rules } = resource;
  const others = Object.keys(resource.schema.fields).filter((field) => field !== 'metadata' && field !== 'status');
  return {
    ignored: unownedFields(['spec'], rules.unowned?.status),
    restored: others,
    prepare: (draft, current, context) => {
      keepAllBut(draft, current, ['metadata', 'status']);
      rules.prepareStatusUpdate?.(draft, current, context);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...(rules.validateStatusUpdate?.(object, current) ?? []),
    ],
  };
}

/** A subresource that writes a part of the object. */
function partPath(resource: ResourceDefinition, update: SubresourceUpdate<KubeObject>): UpdatePath {
  const { rules } = resource;
  const others = Object.keys(resource.schema.fields).filter(
    (field) => !isWritten(update, field) && field !== 'metadata',
  );
  return {
    ignored: unownedFields(others, update.unowned),
    ...(update.owned === undefined ? {} : { only: patternOf(update.owned) }),
    restored: others,
    prepare: (draft, current, context) => {
      const { managedFields } = draft.metadata;
      keepAllBut(draft, current, update.writes);
      if (!isWritten(update, 'metadata'))
        draft.metadata = { ...current.metadata, managedFields } as Draft<KubeObject>['metadata'];
      update.prepare?.(draft, current, context);
      if (rules.managesGeneration) countGeneration(draft, current);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...(update.validate?.(object, current) ?? []),
    ],
  };
}

function isWritten({ writes }: SubresourceUpdate<KubeObject>, field: string): boolean {
  return (writes as readonly string[]).includes(field);
}

const paths = new WeakMap<ResourceDefinition, ReadonlyMap<string, UpdatePath>>();

/** What each endpoint of a resource lets through, by the name of the subresource, which is empty for the resource itself. Worked out
 *  once per resource. */
export function updatePathsOf(resource: ResourceDefinition): ReadonlyMap<string, UpdatePath> {
  const known = paths.get(resource);
  if (known !== undefined) return known;
  const { hasStatus, subresourceUpdates = {} } = resource.rules;
  const all = new Map([
    ['', mainPath(resource)],
    ...(hasStatus ? [['status', statusPath(resource)] as const] : []),
    ...Object.entries(subresourceUpdates).map(([name, update]) => [name, partPath(resource, update)] as const),
  ]);
  paths.set(resource, all);
  return all;
}

/** Gives `draft` the stored values of all fields but those named. */
function keepAllBut(draft: Draft<KubeObject>, current: KubeObject, fields: readonly string[]): void {
  const open = draft as unknown as Open;
  for (const field of Object.keys(open)) if (!fields.includes(field)) delete open[field];
  for (const [field, value] of Object.entries(current)) if (!fields.includes(field)) open[field] = value;
}
