import type { Clock } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import type { AdmissionChain } from './admission/chain.ts';
import type { Attributes, RequestContext, User } from './api.ts';
import type { ObjectStore } from './object-store.ts';

/** Says whether a user may do something; `reason` is added to the refusal. */
export type Authorizer = (user: User, attributes: Attributes) => Decision | Promise<Decision>;

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason?: string };

/** What every verb works with. */
export interface ApiCore {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly admission: AdmissionChain;
  readonly uids: RandomStream;
  readonly names: RandomStream;
  /** For kinds that draw while they prepare an object. */
  readonly kinds: RandomStream;
  /** Throws Forbidden unless the user may. */
  readonly authorize: (context: RequestContext, attributes: Attributes) => Promise<void>;
}
