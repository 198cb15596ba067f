import type { Clock } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import type { Rbac } from './access/rbac.ts';
import type { ServiceAccountTokens } from './access/service-account-tokens.ts';
import type { AdmissionChain } from './admission/chain.ts';
import type { Attributes, RequestContext, User } from './api.ts';
import type { ObjectStore } from './object-store.ts';
import type { Registry } from './registry.ts';

/** Says whether a user may do something, and why; the reason is added to a refusal. */
export type Authorizer = (user: User, attributes: Attributes) => Decision | Promise<Decision>;

export interface Decision {
  readonly allowed: boolean;
  readonly reason?: string;
}

/** Whose token it is; undefined when it is not one that is known. */
export type TokenLookup = (token: string) => Promise<User | undefined>;

/** What every verb works with. */
export interface ApiCore {
  readonly objects: ObjectStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly admission: AdmissionChain;
  readonly uids: RandomStream;
  readonly names: RandomStream;
  /** For kinds that draw while they prepare an object. */
  readonly kinds: RandomStream;
  /** For the choice between the pods of a service. */
  readonly backends: RandomStream;
  /** All authorizers, one after the other. */
  readonly decide: Authorizer;
  readonly rbac: Rbac;
  readonly tokens: ServiceAccountTokens;
  /** Tokens other than those of service accounts. */
  readonly knownToken: TokenLookup;
  /** Throws Forbidden unless the user may. */
  readonly authorize: (context: RequestContext, attributes: Attributes) => Promise<void>;
}
