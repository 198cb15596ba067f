import type { Api, Attributes, RequestContext, User } from '#api/api.ts';
import { forbidden, mastersGroup } from '#api/authorize.ts';
import { type ApiError, isApiError } from '#kinds/meta/errors.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';

/** Who a request asks to be taken for. */
export interface Wish {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
}

/** As whom to go on, and by which narrow right, if it was one. */
export interface Impersonated {
  readonly user: User;
  readonly constraint?: string;
}

interface Asked {
  readonly api: Api;
  readonly context: RequestContext;
  readonly wish: Wish;
  /** Of the request that is to be made in the other's name. */
  readonly attributes: Attributes;
}

/** One way of being allowed: undefined where it does not apply; throws Forbidden if it does and is not given. */
type Mode = (asked: Asked) => Promise<Impersonated> | undefined;

/** The ways in the order in which they are tried: narrow rights, which hold for certain verbs on certain things only, come before
 *  the old one that holds for everything (spec: api.md section 16, item 8). */
export const impersonationModes: readonly Mode[] = [
  constrained('associated-node', ({ wish, context }) => isBare(wish) && isOwnNode(context.user, wish.name)),
  constrained('arbitrary-node', ({ wish }) => isBare(wish) && nodeOf(wish.name) !== undefined),
  constrained('serviceaccount', ({ wish }) => isBare(wish) && serviceAccountOf(wish.name) !== undefined),
  constrained('user-info', ({ wish: { name } }) => nodeOf(name) === undefined && serviceAccountOf(name) === undefined),
  async (asked) => {
    for (const needed of neededFor(asked.wish, '')) await allow(asked, { verb: 'impersonate', ...needed });
    return { user: userOf(asked.wish, false) };
  },
];

const authentication = 'authentication.k8s.io';

function constrained(mode: string, applies: (asked: Asked) => boolean): Mode {
  const verb = `impersonate:${mode}`;
  return (asked) => (applies(asked) ? attempt(asked) : undefined);

  async function attempt(asked: Asked): Promise<Impersonated> {
    const { attributes, wish } = asked;
    await allow(asked, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
    for (const needed of neededFor(wish, authentication)) {
      refuseWhatIsTooMuch(asked, verb, needed);
      // Whoever speaks for the node he runs on may do so wherever he runs.
      const name = mode === 'associated-node' ? '*' : needed.name;
      await allow(asked, { ...needed, name, verb });
    }
    return { user: userOf(wish, true), constraint: verb };
  }
}

type Needed = Omit<Extract<Attributes, { plural: string }>, 'verb'>;

/** Some things no narrow right is for. */
function refuseWhatIsTooMuch({ context, wish }: Asked, verb: string, { plural, group }: Needed): void {
  const refuse = (why: string, name?: string): never => {
    throw forbidden(context.user, { verb, group, plural, name }, why);
  };
  if (plural === 'groups') {
    if (wish.groups.includes('')) refuse('impersonating the empty string group is not allowed');
    if (wish.groups.includes(mastersGroup)) {
      refuse(`impersonating the ${mastersGroup} group is not allowed`, mastersGroup);
    }
  }
  if (plural !== 'userextras') return;
  for (const [key, values] of Object.entries(wish.extra)) {
    if (key === '') refuse('impersonating the empty string key in extra is not allowed');
    const [domain = '', ...path] = key.split('/');
    if (subdomainProblems(domain).length > 0 || path.length === 0 || path.includes('')) {
      const why = `extra.key: Invalid value: ${JSON.stringify(key)}: must be a domain-prefixed path (such as "acme.io/foo")`;
      refuse(`impersonating an invalid key in extra is not allowed: ${why}`);
    }
    if (values.includes('')) refuse('impersonating the empty string value in extra is not allowed');
  }
}

/** Throws Forbidden, in the words of a refused request, unless whoever asks may. */
function allow({ api, context }: Asked, attributes: Attributes): Promise<void> {
  // The audit log shows what was decided of the request itself.
  return api.authorize({ user: context.user, agent: context.agent, warn: context.warn }, attributes);
}

/** What one must be allowed to impersonate, piece by piece. Users and groups are of `group`. */
function neededFor({ name, uid, groups, extra }: Wish, group: string): readonly Needed[] {
  return [
    whoseName(name, group),
    ...(uid === '' ? [] : [{ group: authentication, plural: 'uids', name: uid }]),
    ...groups.map((one) => ({ group, plural: 'groups', name: one })),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ group: authentication, plural: 'userextras', subresource: key, name: value })),
    ),
  ];
}

function whoseName(name: string, group: string): Needed {
  const account = serviceAccountOf(name);
  if (account !== undefined) return { group, plural: 'serviceaccounts', ...account };
  const node = group === '' ? undefined : nodeOf(name);
  return node === undefined ? { group, plural: 'users', name } : { group, plural: 'nodes', name: node };
}

function isBare({ uid, groups, extra }: Wish): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
}

function nodeOf(user: string): string | undefined {
  const name = /^system:node:(.*)$/s.exec(user)?.[1];
  return name !== undefined && subdomainProblems(name).length === 0 ? name : undefined;
}

/** Whether a service account's token was made for a pod on that node. */
function isOwnNode({ name, extra = {} }: User, user: string): boolean {
  const [node, another] = extra['authentication.kubernetes.io/node-name'] ?? [];
  return serviceAccountOf(name) !== undefined && another === undefined && node !== undefined && nodeOf(user) === node;
}

function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return match === null ? undefined : { namespace: match[1] ?? '', name: match[2] ?? '' };
}

/** With the groups that authentication would have given, too. */
function userOf({ name, uid, groups, extra }: Wish, withNodes: boolean): User {
  const own = groups.length > 0 ? groups : ownGroups(name, withNodes);
  const isAnonymous = name === 'system:anonymous';
  const kind = isAnonymous ? 'system:unauthenticated' : 'system:authenticated';
  // Whoever is impersonated as one that has not proved who he is stays that; nobody proves to be nobody.
  const isTold = own.includes(kind) || (!isAnonymous && own.includes('system:unauthenticated'));
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: [...own, ...(isTold ? [] : [kind])],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function ownGroups(name: string, withNodes: boolean): readonly string[] {
  const account = serviceAccountOf(name);
  if (account !== undefined) return ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  return withNodes && nodeOf(name) !== undefined ? ['system:nodes'] : [];
}

/** Tries the ways one after the other, and first the one by which whoever asks was let through the last time. */
export class Impersonation {
  private readonly lastWays = new Map<string, Mode>();

  /** Throws what was said against the first way that applies if none is given. */
  async go(asked: Asked): Promise<Impersonated> {
    const requestor = asked.context.user.name;
    const last = this.lastWays.get(requestor);
    const ways = last === undefined ? impersonationModes : [last, ...impersonationModes.filter((one) => one !== last)];
    let first: ApiError | undefined;
    for (const way of ways) {
      try {
        const found = await way(asked);
        if (found === undefined) continue;
        this.remember(requestor, way);
        return found;
      } catch (error) {
        if (!isApiError(error) || error.code !== 403) throw error;
        first ??= error;
      }
    }
    throw first ?? new Error('No way of impersonating somebody applies, though one always does');
  }

  private remember(requestor: string, way: Mode): void {
    if (this.lastWays.size >= requestorsMax) this.lastWays.clear();
    this.lastWays.set(requestor, way);
  }
}

const requestorsMax = 10_000;
