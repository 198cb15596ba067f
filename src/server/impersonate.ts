import type { Api, Attributes, RequestContext, User } from '#api/api.ts';
import { apiErrors, isApiError } from '#kinds/meta/errors.ts';
import type { Request } from '#wire/listener.ts';

/** Who a request asks to be taken for. */
interface Wish {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
}

const prefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';

/** The user to go on as: the one of the Impersonate headers, if `context.user` may impersonate them, otherwise the same
 *  (spec: api.md section 16, item 8). `attributes` are those of the request itself. Throws BadRequest or Forbidden. */
export async function impersonated(
  api: Api,
  context: RequestContext,
  request: Request,
  attributes: Attributes,
): Promise<User> {
  const wish = readWish(request);
  if (wish === undefined) return context.user;
  // The audit log shows what was decided of the request itself.
  const asker: RequestContext = { user: context.user, agent: context.agent, warn: context.warn };
  try {
    for (const needed of neededFor(wish)) await api.authorize(asker, { verb: 'impersonate', ...needed });
  } catch (error) {
    if (!isApiError(error) || error.code !== 403) throw error;
    await authorizeConstrained(api, asker, wish, attributes);
  }
  return userOf(wish);
}

/** The newer, narrower right: to impersonate somebody, for certain verbs on certain things only. */
async function authorizeConstrained(
  api: Api,
  context: RequestContext,
  wish: Wish,
  attributes: Attributes,
): Promise<void> {
  const mode = serviceAccountOf(wish.name) === undefined ? 'user-info' : 'serviceaccount';
  await api.authorize(context, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
  const group = mode === 'user-info' ? 'authentication.k8s.io' : '';
  for (const needed of neededFor(wish)) {
    await api.authorize(context, {
      ...needed,
      group: needed.group === '' ? group : needed.group,
      verb: `impersonate:${mode}`,
    });
  }
}

function readWish(request: Request): Wish | undefined {
  const found = headersOf(request);
  if (found.length === 0) return undefined;
  const values = (name: string): readonly string[] => found.filter(([key]) => key === name).map(([, value]) => value);
  const extra: { [key: string]: string[] } = {};
  for (const [key, value] of found) {
    if (!key.startsWith(extraPrefix)) continue;
    const name = percentDecoded(key.slice(extraPrefix.length));
    extra[name] = [...(extra[name] ?? []), value];
  }
  const name = values('impersonate-user')[0] ?? '';
  if (name === '')
    throw apiErrors.badRequest(`requested ${found.map(([key]) => key).join(', ')} without impersonating a user`);
  return { name, uid: values('impersonate-uid')[0] ?? '', groups: values('impersonate-group'), extra };
}

/** Repeated headers one by one: a group's name may hold a comma. */
function headersOf({ rawHeaders }: Request): readonly (readonly [name: string, value: string])[] {
  const found: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (name.startsWith(prefix)) found.push([name, rawHeaders[at + 1] ?? '']);
  }
  return found;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Needed = Omit<Extract<Attributes, { plural: string }>, 'verb'>;

/** What one must be allowed to impersonate, piece by piece. */
function neededFor({ name, uid, groups, extra }: Wish): readonly Needed[] {
  const account = serviceAccountOf(name);
  const group = 'authentication.k8s.io';
  return [
    account === undefined ? { group: '', plural: 'users', name } : { group: '', plural: 'serviceaccounts', ...account },
    ...groups.map((one) => ({ group: '', plural: 'groups', name: one })),
    ...(uid === '' ? [] : [{ group, plural: 'uids', name: uid }]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ group, plural: 'userextras', subresource: key, name: value })),
    ),
  ];
}

function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return match === null ? undefined : { namespace: match[1] ?? '', name: match[2] ?? '' };
}

/** The groups that authentication would have given, too. */
function userOf({ name, uid, groups, extra }: Wish): User {
  const account = serviceAccountOf(name);
  const own =
    account === undefined || groups.length > 0
      ? []
      : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  const isAnonymous = name === 'system:anonymous';
  const kind = isAnonymous ? 'system:unauthenticated' : 'system:authenticated';
  // Whoever is impersonated as one that has not proved who he is stays that; nobody proves to be nobody.
  const isTold = groups.includes(kind) || (!isAnonymous && groups.includes('system:unauthenticated'));
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: [...groups, ...own, ...(isTold ? [] : [kind])],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
