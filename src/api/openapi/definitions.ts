import { commonDefinitions, type Definitions, type Reference } from '#api/openapi/common-definitions.ts';
import type { GroupVersionKind } from '#api/openapi/operations.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { DeleteOptions, ListMeta, Status } from '#kinds/meta/schema.ts';
import type { ObjectType } from '#schema/type.ts';

/** All that a document about these resources defines, sorted by name. `derive` makes the definitions of schemas and of what they
 *  lead to, in the document's own version of OpenAPI. */
export function definitionsOf(
  resources: readonly ResourceDefinition[],
  derive: (roots: readonly ObjectType[]) => Definitions,
  ref: Reference,
): Definitions {
  const roots = [
    ...resources.map(({ schema }) => schema),
    ...resources.flatMap(({ subresources }) =>
      subresources.flatMap(({ schema }) => (schema === undefined ? [] : [schema])),
    ),
    DeleteOptions,
    ListMeta,
    Status,
  ];
  const kinds = kindsByDefinition(resources);
  const marked = Object.entries(derive(roots)).map(([name, schema]) => {
    const stands = kinds.get(name);
    return [name, stands === undefined ? schema : { ...schema, 'x-kubernetes-group-version-kind': stands }] as const;
  });
  const all = [...marked, ...Object.entries(commonDefinitions(resources, ref))] as const;
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1))) as Definitions;
}

/** Which kinds each definition stands for: `x-kubernetes-group-version-kind`, by which clients find the schema of a kind. */
function kindsByDefinition(resources: readonly ResourceDefinition[]): ReadonlyMap<string, readonly GroupVersionKind[]> {
  const kinds = new Map<string, readonly GroupVersionKind[]>();
  const add = (name: string, kind: GroupVersionKind): void => {
    const known = kinds.get(name) ?? [];
    const isKnown = known.some(
      (other) => other.group === kind.group && other.version === kind.version && other.kind === kind.kind,
    );
    if (!isKnown) kinds.set(name, [...known, kind]);
  };
  for (const resource of resources) {
    const { group, version, kind, schema, subresources } = resource;
    add(schema.name, { group, version, kind });
    // Every group takes the same options.
    add(DeleteOptions.name, { group, version, kind: 'DeleteOptions' });
    for (const sub of subresources) {
      if (sub.schema !== undefined)
        add(sub.schema.name, { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind });
    }
  }
  add(Status.name, { group: '', version: 'v1', kind: 'Status' });
  return kinds;
}
