import type { ServedGroup, ServedVersion } from '#api/discovery/groups.ts';
import { shownVerbs } from '#api/discovery/shown-verbs.ts';
import type { ResourceDefinition, SubresourceDefinition } from '#kinds/definition.ts';

/** All of a root in one document: `GET /api` (the core group) or `GET /apis` (the others) for clients that ask for
 *  `APIGroupDiscoveryList` (spec: api.md section 3.2). */
export function aggregatedDiscovery(groups: readonly ServedGroup[]): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === '' ? {} : { name: group.name },
      versions: group.versions.map(versionDiscovery),
    })),
  };
}

function versionDiscovery(served: ServedVersion): object {
  if (served.isRemote) return { version: served.version, freshness: 'Stale' };
  return { version: served.version, freshness: 'Current', resources: served.resources.map(resourceDiscovery) };
}

function resourceDiscovery(resource: ResourceDefinition): object {
  return {
    resource: resource.plural,
    responseKind: { ...placeOf(resource), kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: shownVerbs(resource),
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.subresources.length === 0
      ? {}
      : { subresources: resource.subresources.map((one) => subresourceDiscovery(resource, one)) }),
  };
}

/** Empty is of the group and version this stands in; of custom resources upstream says it. */
function placeOf({ group, version, custom }: ResourceDefinition): { readonly group: string; readonly version: string } {
  return custom === undefined ? { group: '', version: '' } : { group, version };
}

function subresourceDiscovery(resource: ResourceDefinition, subresource: SubresourceDefinition): object {
  const { name, kind, verbs } = subresource;
  const { group, version } = placeOf(resource);
  return {
    subresource: name,
    responseKind: { group: subresource.group ?? group, version: subresource.version ?? version, kind },
    verbs: verbs.toSorted(),
  };
}
