import type { Clock } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { TokenNotes, User } from '../api.ts';
import type { ObjectStore } from '../object-store.ts';
import { quotedList } from './rules.ts';
import {
  type SecretTokenClaims,
  secretTokenClaims,
  secretTokenIssuer,
  secretTokenProblem,
  secretTokenUser,
  type TokenAccount,
} from './secret-tokens.ts';
import type { BoundObject, TokenClaims, TokenFormat } from './token-format.ts';

/** Who issues our tokens, and whom they are for unless somebody asks otherwise. */
export const issuer = 'https://kubernetes.default.svc.cluster.local';
export const apiAudiences: readonly string[] = [issuer];

/** What is being deleted still counts for as long, so that its pods can finish their work (spec: api.md section 16). */
const deletionLeewayMs: Millis = 60_000;
/** Clocks differ: a token is good for as long before it begins and after it ends. */
const clockLeewaySeconds = 60;
const claimsCacheMax = 1000;

type Claims = TokenClaims | SecretTokenClaims;

function isOfSecret(claims: Claims): claims is SecretTokenClaims {
  return claims.iss === secretTokenIssuer;
}

export interface BoundTo {
  readonly pod?: BoundObject;
  readonly node?: BoundObject;
  readonly secret?: BoundObject;
}

export type Verified =
  | { readonly user: User; readonly audiences: readonly string[] }
  /** One of our tokens that does not hold, and why. */
  | { readonly problem: string };

export interface IssuedToken {
  readonly token: string;
  readonly id: string;
}

export interface ServiceAccountTokensParts {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ids: RandomStream;
  readonly format: TokenFormat;
}

/** Issues tokens in the name of service accounts and says whose a token is. A token holds only as long as its account and what
 *  it is bound to exist: both are looked up each time (spec: api.md section 16, item 3). */
export class ServiceAccountTokens {
  private readonly parts: ServiceAccountTokensParts;
  /** Signatures are checked once per token. The oldest go first. */
  private readonly known = new Map<string, Claims>();

  constructor(parts: ServiceAccountTokensParts) {
    this.parts = parts;
  }

  /** A token that ends after `seconds`, and its id; with `warnAfterSeconds` its use from then on is late, though not yet refused. */
  issue(
    account: ServiceAccount,
    audiences: readonly string[],
    seconds: number,
    bound: BoundTo,
    warnAfterSeconds?: number,
  ): IssuedToken {
    const { clock, ids, format } = this.parts;
    const { namespace, name, uid } = account.metadata;
    const now = Math.floor(clock.now() / 1000);
    const late = warnAfterSeconds === undefined ? {} : { warnafter: now + warnAfterSeconds };
    const id = ids.uuid();
    const token = format.issue({
      iss: issuer,
      aud: audiences,
      sub: `system:serviceaccount:${namespace}:${name}`,
      exp: now + seconds,
      iat: now,
      nbf: now,
      jti: id,
      'kubernetes.io': { namespace, serviceaccount: { name, uid }, ...bound, ...late },
    });
    return { token, id };
  }

  /** A token to be kept in a Secret, without an end of its own. */
  issueForSecret(namespace: string, secret: string, account: TokenAccount): string {
    return this.parts.format.issue(secretTokenClaims(namespace, secret, account));
  }

  /** Whose token it is, if it is meant for one of `audiences`; undefined for what does not even look like a token of ours. What is to be known of its
   *  use goes to `notes`. */
  verify(token: string, audiences: readonly string[], notes?: TokenNotes): Verified | undefined {
    const claims = this.claimsOf(token);
    if (claims === undefined) {
      const problem = this.parts.format.forgery(token, [issuer, secretTokenIssuer]);
      return problem === undefined ? undefined : { problem };
    }
    if (isOfSecret(claims)) notes?.annotate('authentication.k8s.io/legacy-token', claims.sub);
    const { aud } = isOfSecret(claims) ? { aud: apiAudiences } : claims;
    const meant = aud.filter((audience) => audiences.includes(audience));
    if (meant.length === 0) {
      const lists = `${quotedList(aud)} is invalid for the target audiences ${quotedList(audiences)}`;
      return { problem: `token audiences ${lists}` };
    }
    if (isOfSecret(claims)) {
      const problem = secretTokenProblem(this.parts.objects, claims, token, (object) => this.isGone(object), notes);
      return problem === undefined ? { user: secretTokenUser(claims), audiences: meant } : { problem };
    }
    const problem = this.timeProblem(claims) ?? this.objectProblem(claims);
    if (problem !== undefined) return { problem };
    this.noteLate(claims, notes);
    return { user: userOf(claims), audiences: meant };
  }

  /** What others check our tokens with. */
  keySet(): object {
    return this.parts.format.keySet();
  }

  private claimsOf(token: string): Claims | undefined {
    const cached = this.known.get(token);
    if (cached !== undefined) return cached;
    const claims = this.parts.format.read(token) as Claims | undefined;
    if (claims?.iss !== issuer && claims?.iss !== secretTokenIssuer) return undefined;
    if (this.known.size >= claimsCacheMax) this.known.delete(this.known.keys().next().value ?? '');
    this.known.set(token, claims);
    return claims;
  }

  private timeProblem({ exp, nbf }: TokenClaims): string | undefined {
    const now = this.parts.clock.now() / 1000;
    if (now - clockLeewaySeconds > exp) return 'service account token has expired';
    return now + clockLeewaySeconds < nbf ? 'service account token is not valid yet' : undefined;
  }

  /** Whoever shows a token after that time has not read its file again, though it has changed since. */
  private noteLate({ sub, 'kubernetes.io': { warnafter } }: TokenClaims, notes: TokenNotes | undefined): void {
    const late = warnafter === undefined ? 0 : Math.floor(this.parts.clock.now() / 1000) - warnafter;
    if (late <= 0) return;
    notes?.annotate('authentication.k8s.io/stale-token', `subject: ${sub}, seconds after warning threshold: ${late}`);
  }

  private objectProblem({ 'kubernetes.io': claims }: TokenClaims): string | undefined {
    const { objects } = this.parts;
    const { namespace, serviceaccount: account, pod, node, secret } = claims;
    const { name, uid } = account;
    const found = objects.peek(serviceAccounts, namespace, name);
    if (found === undefined) return `serviceaccounts ${JSON.stringify(name)} not found`;
    if (found.metadata.uid !== uid) return `service account UID (${found.metadata.uid}) does not match claim (${uid})`;
    if (this.isGone(found)) return `service account ${namespace}/${name} has been deleted`;
    // A node beside a pod says only where the pod ran.
    return (
      this.boundProblem('secret', secret, () => objects.peek(secrets, namespace, secret?.name ?? '')) ??
      this.boundProblem('pod', pod, () => objects.peek(pods, namespace, pod?.name ?? '')) ??
      this.boundProblem('node', pod ? undefined : node, () => objects.peek(nodes, undefined, node?.name ?? ''))
    );
  }

  /** Why what a token is bound to does not hold any more. */
  private boundProblem(
    what: string,
    reference: BoundObject | undefined,
    look: () => KubeObject | undefined,
  ): string | undefined {
    if (reference === undefined) return undefined;
    const found = look();
    if (found === undefined) return 'service account token has been invalidated';
    const { uid } = found.metadata;
    if (uid !== reference.uid) {
      return `${what} UID (${uid}) does not match service account ${what} ref claim (${reference.uid ?? ''})`;
    }
    return this.isGone(found) ? 'service account token has been invalidated' : undefined;
  }

  private isGone({ metadata }: KubeObject): boolean {
    const { deletionTimestamp } = metadata;
    if (!deletionTimestamp) return false;
    return Date.parse(deletionTimestamp) + deletionLeewayMs < this.parts.clock.now();
  }
}

const extraPrefix = 'authentication.kubernetes.io/';

function userOf({ sub, jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: TokenClaims): User {
  const about = (what: string, object: BoundObject | undefined): { readonly [key: string]: readonly string[] } =>
    object === undefined
      ? {}
      : {
          [`${extraPrefix}${what}-name`]: [object.name],
          ...(object.uid === undefined ? {} : { [`${extraPrefix}${what}-uid`]: [object.uid] }),
        };
  return {
    name: sub,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: { [`${extraPrefix}credential-id`]: [`JTI=${jti}`], ...about('node', node), ...about('pod', pod) },
  };
}
