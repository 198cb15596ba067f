import type { ObjectList } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';

/** A list as clients are shown it, for the audit log. */
export function shownList(
  resource: Pick<ResourceDefinition, 'kind' | 'group' | 'version'>,
  list: ObjectList<object>,
): object {
  const { items, ...metadata } = list;
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items };
}
