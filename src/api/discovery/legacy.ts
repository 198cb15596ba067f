import { createHash } from 'node:crypto';
import type { ServedGroup, ServedVersion } from '#api/discovery/groups.ts';
import { shownVerbs } from '#api/discovery/shown-verbs.ts';
import type { ResourceDefinition, SubresourceDefinition } from '#kinds/definition.ts';

/** `GET /api` (spec: api.md section 3.1). `serverAddress` is "host:port". */
export function apiVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `GET /apis`. The core group is not among them. */
export function apiGroupList(groups: readonly ServedGroup[]): object {
  const named = groups.filter((group) => group.name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupBody) };
}

/** `GET /apis/{group}`. */
export function apiGroup(group: ServedGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) };
}

function groupBody(group: ServedGroup): object {
  const versions = group.versions.map(({ groupVersion, version }) => ({ groupVersion, version }));
  return { name: group.name, versions, preferredVersion: versions[0] };
}

/** `GET /api/v1` and `GET /apis/{group}/{version}`. */
export function apiResourceList(served: ServedVersion): object {
  return {
    kind: 'APIResourceList',
    ...(served.group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: served.groupVersion,
    resources: served.resources.flatMap((resource) => [
      apiResource(resource),
      ...resource.subresources.map((subresource) => apiSubresource(resource, subresource)),
    ]),
  };
}

function apiResource(resource: ResourceDefinition): object {
  return {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: shownVerbs(resource),
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(isStored(resource) ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
}

function apiSubresource(resource: ResourceDefinition, subresource: SubresourceDefinition): object {
  return {
    name: `${resource.plural}/${subresource.name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(subresource.group === undefined ? {} : { group: subresource.group }),
    ...(subresource.version === undefined ? {} : { version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs.toSorted(),
  };
}

/** Reviews are answered, component statuses observed. */
function isStored({ verbs }: ResourceDefinition): boolean {
  return verbs.includes('get') && verbs.includes('update');
}

/** Tells clients that the stored form has changed. */
function storageVersionHash(resource: ResourceDefinition): string {
  const { group, version, kind } = resource.custom === undefined ? resource : (resource.view?.of ?? resource);
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}
