import type { Api, Attributes, RequestContext } from '#api/api.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Impersonated, Impersonation, Wish } from '#server/impersonation-modes.ts';
import type { Request } from '#wire/listener.ts';

const prefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';

/** The user to go on as: the one of the Impersonate headers, if `context.user` may impersonate them; undefined if there are none
 *  (spec: api.md section 16, item 8). `attributes` are those of the request itself. Throws BadRequest or Forbidden. */
export async function impersonated(
  ways: Impersonation,
  api: Api,
  context: RequestContext,
  request: Request,
  attributes: Attributes,
): Promise<Impersonated | undefined> {
  const wish = readWish(request);
  return wish && ways.go({ api, context, wish, attributes });
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
  const wish = { name, uid: values('impersonate-uid')[0] ?? '', groups: values('impersonate-group'), extra };
  if (name !== '') return wish;
  if (wish.uid === '' && wish.groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  throw apiErrors.badRequest(`requested ${shown(wish)} without impersonating a user name`);
}

/** A wish as upstream shows it. */
function shown({ uid, groups, extra }: Wish): string {
  const list = (items: readonly string[]): string => `{${items.map((item) => JSON.stringify(item)).join(', ')}}`;
  const entries = Object.entries(extra).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const pairs = entries.map(([key, items]) => `${JSON.stringify(key)}:[]string${list(items)}`);
  const fields = [
    'Name:""',
    `UID:${JSON.stringify(uid)}`,
    `Groups:[]string${groups.length === 0 ? '(nil)' : list(groups)}`,
    `Extra:map[string][]string${pairs.length === 0 ? '(nil)' : `{${pairs.join(', ')}}`}`,
  ];
  return `&user.DefaultInfo{${fields.join(', ')}}`;
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
