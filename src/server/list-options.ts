import type { ListOptions, WatchOptions } from '#client/client.ts';
import { wholeNumber } from '#server/query-number.ts';
import { flag } from '#server/request-info.ts';

/** What a client may ask of a list by mistake; the API says so. */
type AskedListOptions = ListOptions & { readonly sendInitialEvents?: boolean };

/** The parameters of a list (spec: api.md section 12). Throws BadRequest for a number that is none; whether they fit
 *  together is for the API to judge. */
export function listOptions(query: URLSearchParams, namespace: string | undefined): AskedListOptions {
  const sendInitialEvents = flag(query, 'sendInitialEvents');
  const limit = wholeNumber(query, 'limit');
  // A list takes no notice of it, but it must be a number all the same.
  wholeNumber(query, 'timeoutSeconds');
  const match = query.get('resourceVersionMatch');
  return {
    namespace,
    ...selectors(query),
    ...(limit === undefined || limit <= 0 ? {} : { limit }),
    ...text(query, 'continue'),
    ...text(query, 'resourceVersion'),
    ...(match === null || match === '' ? {} : { resourceVersionMatch: match as 'Exact' | 'NotOlderThan' }),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
  };
}

/** The parameters of a watch (spec: api.md section 13), judged as above. `name` watches that object alone. */
export function watchOptions(
  query: URLSearchParams,
  namespace: string | undefined,
  name: string | undefined,
): WatchOptions {
  // A watch takes no notice of it, but it must be a number all the same.
  wholeNumber(query, 'limit');
  const timeoutSeconds = wholeNumber(query, 'timeoutSeconds');
  const sendInitialEvents = flag(query, 'sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  const own = name === undefined ? {} : { fieldSelector: [`metadata.name=${name}`, query.get('fieldSelector') ?? ''] };
  return {
    namespace,
    ...selectors(query),
    ...(own.fieldSelector === undefined ? {} : { fieldSelector: own.fieldSelector.filter((s) => s !== '').join(',') }),
    ...text(query, 'resourceVersion'),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
    ...(match === null || match === '' ? {} : { resourceVersionMatch: match as 'NotOlderThan' }),
    ...(flag(query, 'allowWatchBookmarks') ? { allowWatchBookmarks: true } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

/** The one name a `metadata.name=X` field selector asks for: authorisation counts it as the request's name. */
export function selectedName(query: URLSearchParams): string | undefined {
  for (const requirement of (query.get('fieldSelector') ?? '').split(',')) {
    const match = /^\s*metadata\.name\s*==?\s*([^=!,\\\s]+)\s*$/.exec(requirement);
    if (match !== null) return match[1];
  }
  return undefined;
}

function selectors(query: URLSearchParams): Pick<ListOptions, 'labelSelector' | 'fieldSelector'> {
  return { ...text(query, 'labelSelector'), ...text(query, 'fieldSelector') };
}

function text<Name extends string>(query: URLSearchParams, name: Name): { [K in Name]?: string } {
  const value = query.get(name);
  return (value === null || value === '' ? {} : { [name]: value }) as { [K in Name]?: string };
}
