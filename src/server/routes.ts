import type { ResourceDefinition, SubresourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { ResourceInfo } from '#server/request-info.ts';

/** Where a resource request goes: the kind it is about and the verb the method means there. */
export interface Route {
  readonly resource: ResourceDefinition;
  readonly subresource: SubresourceDefinition | undefined;
  readonly verb: string;
}

export type RouteResult =
  | { readonly found: 'route'; readonly route: Route }
  /** Nobody serves the group, or what is asked for of a group that users define: plain text, not a Status. */
  | { readonly found: 'nothing' };

/** Resources by path; made once for each set of resources. */
export class RouteTable {
  private readonly resources = new Map<string, ResourceDefinition>();
  /** Every group, and whether some resource in it is built in. */
  private readonly groups = new Map<string, boolean>();
  private readonly versions = new Set<string>();

  constructor(resources: readonly ResourceDefinition[]) {
    for (const resource of resources) {
      const isBuiltIn = resource.custom === undefined || this.groups.get(resource.group) === true;
      this.groups.set(resource.group, isBuiltIn);
      this.versions.add(`${resource.group}/${resource.version}`);
      this.resources.set(`${resource.group}/${resource.version}/${resource.plural}`, resource);
    }
  }

  /** Whether that version of the group is served. */
  hasVersion({ group, version }: ResourceInfo): boolean {
    return this.versions.has(`${group}/${version}`);
  }

  /** Whether any version of the group is served. */
  hasGroup(group: string): boolean {
    return this.groups.has(group);
  }

  /** Finds what serves `info`. Throws NotFound or MethodNotAllowed, as upstream tells them apart (spec: api.md section 5):
   *  a path that no method reaches is not found; one that another method reaches does not allow this one. */
  find(info: ResourceInfo, method: string): RouteResult {
    const isBuiltIn = this.groups.get(info.group);
    if (isBuiltIn === undefined) return { found: 'nothing' };
    const resource = this.resources.get(`${info.group}/${info.version}/${info.plural}`);
    const subresource = resource?.subresources.find(({ name }) => name === info.subresource);
    if (resource === undefined || !reaches(resource, subresource, info)) {
      if (isBuiltIn) throw apiErrors.noSuchResource();
      return { found: 'nothing' };
    }
    if (info.subresource !== undefined && subresource === undefined) {
      // For upstream it is the object of a custom resource that is not found there.
      throw resource.custom === undefined ? apiErrors.noSuchResource() : apiErrors.notFound(resource, info.name ?? '');
    }
    if (!allows(resource, subresource, info, method)) throw refusedMethod(resource, info);
    return { found: 'route', route: { resource, subresource, verb: info.verb } };
  }
}

/** Custom resources have a handler of their own upstream, which names the verb, or asks for the name that is missing. */
function refusedMethod(resource: ResourceDefinition, { verb, name }: ResourceInfo): Error {
  if (resource.custom === undefined) return apiErrors.methodNotAllowed();
  if ((verb === 'update' || verb === 'patch') && name === undefined) {
    return apiErrors.badRequest('name must be provided');
  }
  return apiErrors.verbNotSupported(resource, verb);
}

/** Whether some method is served at the path. */
function reaches(
  resource: ResourceDefinition,
  subresource: SubresourceDefinition | undefined,
  info: ResourceInfo,
): boolean {
  if (info.rest.length > 0 && !subresource?.proxies) return false;
  const inNamespace = info.namespace !== undefined && resource.plural !== 'namespaces';
  if (inNamespace && !resource.namespaced) return false;
  if (info.watchPrefix && (!resource.verbs.includes('watch') || info.subresource !== undefined)) return false;
  if (info.name !== undefined && info.subresource === undefined && !resource.verbs.includes('get')) return false;
  if (!resource.namespaced || info.namespace !== undefined) return true;
  // All namespaces at once can only be listed.
  if (resource.custom !== undefined && info.verb !== 'list' && info.verb !== 'watch') return false;
  return info.name === undefined && resource.verbs.includes('list');
}

function allows(
  resource: ResourceDefinition,
  subresource: SubresourceDefinition | undefined,
  info: ResourceInfo,
  method: string,
): boolean {
  if (subresource?.proxies && ['HEAD', 'OPTIONS'].includes(method)) return true;
  if (method === 'HEAD' || info.verb === '') return false;
  if (info.watchPrefix) return method === 'GET';
  if (subresource !== undefined) return subresource.verbs.includes(info.verb);
  const named = info.name !== undefined;
  if (info.verb === 'create' && named) return false;
  if ((info.verb === 'update' || info.verb === 'patch') && !named) return false;
  const everywhere = resource.namespaced && info.namespace === undefined;
  if (everywhere && info.verb !== 'list' && info.verb !== 'watch') return false;
  return (resource.verbs as readonly string[]).includes(info.verb);
}
