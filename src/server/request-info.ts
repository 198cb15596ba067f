/** What a request is about, read from its method and path alone (spec: api.md section 1.3). */
export type RequestInfo = ResourceInfo | PathInfo;

export interface ResourceInfo {
  readonly at: 'resource';
  /** For the authoriser: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** More segments than any route has, but for those that hand requests on. */
  readonly rest: readonly string[];
  /** Asked through the old `/watch/` prefix, where a name watches one object. */
  readonly watchPrefix: boolean;
}

export interface PathInfo {
  readonly at: 'path';
  /** The method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export interface SplitUrl {
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Path and query of a request target; undefined for one that is not valid percent-encoding. */
export function splitUrl(target: string): SplitUrl | undefined {
  const mark = target.indexOf('?');
  try {
    const path = decodeURIComponent(mark < 0 ? target : target.slice(0, mark));
    return { path, query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) };
  } catch {
    return undefined;
  }
}

/** Reads `/api/v1/…` and `/apis/{group}/{version}/…` as resources, all else as a path. */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path.replace(/^\/|\/$/g, '').split('/');
  const plain: PathInfo = { at: 'path', verb: method.toLowerCase(), path };
  const [root, ...afterRoot] = parts;
  if (root !== 'api' && root !== 'apis') return plain;
  const [group, version, ...rest] = root === 'api' ? ['', ...afterRoot] : afterRoot;
  if (group === undefined || version === undefined || rest.length === 0) return plain;
  const watchPrefix = rest[0] === 'watch' && rest.length > 1;
  const location = locate(watchPrefix ? rest.slice(1) : rest);
  // No cleaning and no redirect: a doubled slash or a dot segment is a path nobody serves. What follows `proxy` is not for us.
  const ours = location.subresource === proxy ? parts.slice(0, parts.length - location.rest.length) : parts;
  if (ours.some((part) => part === '' || part === '.' || part === '..')) return plain;
  const verb = watchPrefix && method === 'GET' ? 'watch' : verbOf(method, location.name !== undefined, query);
  return { at: 'resource', verb, group, version, watchPrefix, ...location };
}

/** What follows the subresource `proxy` in such a path, with its slash; empty when nothing does. */
export function proxiedPath(path: string, { rest }: ResourceInfo): string {
  const parts = path.replace(/^\/|\/$/g, '').split('/');
  return path.slice(`/${parts.slice(0, parts.length - rest.length).join('/')}`.length);
}

const proxy = 'proxy';

type Location = Pick<ResourceInfo, 'plural' | 'namespace' | 'name' | 'subresource' | 'rest'>;

/** The only things under a namespace that belong to the Namespace itself. */
const namespaceSubresources = new Set(['status', 'finalize']);

function locate(parts: readonly string[]): Location {
  const [first = '', second, third] = parts;
  if (first !== 'namespaces') return place(undefined, parts);
  if (second === undefined) return place(undefined, parts);
  if (third === undefined || namespaceSubresources.has(third)) return place(second, parts);
  return place(second, parts.slice(2));
}

function place(namespace: string | undefined, parts: readonly string[]): Location {
  const [plural = '', name, subresource, ...rest] = parts;
  return { plural, namespace, name, subresource, rest };
}

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (named) return 'get';
      return asksToWatch(query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return '';
  }
}

/** Any value but "false" and "0" watches, even none. */
function asksToWatch(query: URLSearchParams): boolean {
  return flag(query, 'watch') ?? false;
}

/** A boolean parameter as upstream reads it; undefined when it is not there. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value.toLowerCase() !== 'false' && value !== '0';
}
