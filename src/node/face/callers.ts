import type { TLSSocket } from 'node:tls';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { tokenReviews } from '#kinds/authentication/reviews.ts';
import type { UserInfo } from '#kinds/authentication/schema.ts';
import { subjectAccessReviews } from '#kinds/authorization/reviews.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { Request } from '#wire/listener.ts';
import { peerSubject } from '#wire/peer.ts';

export interface CallersDeps {
  /** The node's name. */
  readonly name: string;
  readonly client: Client;
  readonly clock: Clock;
}

/** What a caller wants of the node, in the words of access reviews (spec: node-agent.md section 28, Authz). */
export interface Wish {
  readonly verb: string;
  /** Of `nodes`; permission for any one of them will do. */
  readonly subresources: readonly string[];
}

interface Answer<T> {
  readonly value: T;
  readonly until: Millis;
}

/** Members of this group may do everything, the API server among them; nobody is asked about them, so that logs can be read
 *  while the API has other troubles. */
const mastersGroup = 'system:masters';

/** How long an answer of the API is believed (spec: node-agent.md section 28). */
const tokenMs: Millis = 2 * 60_000;
const allowedMs: Millis = 5 * 60_000;
const deniedMs: Millis = 30_000;
const answersMax = 1_000;

/** Decides who may ask this node for something: whoever has a certificate of the cluster or a token that the API knows, and
 *  may do to this node what he asks. */
export class Callers {
  private readonly deps: CallersDeps;
  private readonly users = new Map<string, Answer<UserInfo | undefined>>();
  private readonly decisions = new Map<string, Answer<boolean>>();

  constructor(deps: CallersDeps) {
    this.deps = deps;
  }

  /** Throws Unauthorized for somebody unknown, Forbidden for somebody who may not. */
  async require(request: Request, wish: Wish): Promise<void> {
    const user = await this.identify(request);
    if (user.groups?.includes(mastersGroup)) return;
    const { verb, subresources } = wish;
    for (const subresource of subresources) if (await this.mayDo(user, verb, subresource)) return;
    const what = `user=${user.username}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}]`;
    throw new ApiError({ code: 403, reason: 'Forbidden', message: `Forbidden (${what})` });
  }

  private async identify(request: Request): Promise<UserInfo> {
    const subject = peerSubject(request.socket as TLSSocket);
    if (subject === 'untrusted') throw apiErrors.unauthorized();
    if (subject !== undefined) {
      return { username: subject.name, groups: [...subject.organizations, 'system:authenticated'] };
    }
    const token = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    const user = token === undefined ? undefined : await this.reviewed(token);
    if (user === undefined) throw apiErrors.unauthorized();
    return user;
  }

  private reviewed(token: string): Promise<UserInfo | undefined> {
    return this.remembered(this.users, token, async () => {
      const { status } = await this.deps.client.create(tokenReviews, { metadata: { name: '' }, spec: { token } });
      const user = status?.authenticated === true ? status.user : undefined;
      return { value: user, forMs: tokenMs };
    });
  }

  private mayDo(user: UserInfo, verb: string, subresource: string): Promise<boolean> {
    const { username = '', groups = [], uid } = user;
    return this.remembered(this.decisions, JSON.stringify([username, groups, verb, subresource]), async () => {
      const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name: this.deps.name };
      const spec = { user: username, groups, resourceAttributes, ...(uid === undefined ? {} : { uid }) };
      const { status } = await this.deps.client.create(subjectAccessReviews, { metadata: { name: '' }, spec });
      const allowed = status?.allowed === true;
      return { value: allowed, forMs: allowed ? allowedMs : deniedMs };
    });
  }

  private async remembered<T>(
    answers: Map<string, Answer<T>>,
    key: string,
    ask: () => Promise<{ readonly value: T; readonly forMs: Millis }>,
  ): Promise<T> {
    const now = this.deps.clock.now();
    const known = answers.get(key);
    if (known !== undefined && now < known.until) return known.value;
    const { value, forMs } = await ask();
    if (answers.size >= answersMax) answers.clear();
    answers.set(key, { value, until: now + forMs });
    return value;
  }
}
