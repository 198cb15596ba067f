import type { User } from '../api.ts';
import { mastersGroup } from '../authorize.ts';
import type { Authorizer } from '../core.ts';

/** The authorizers in their order (spec: api.md section 17.2). The first that allows wins; when none does, the request is
 *  refused with the reasons of all. */
export function authorizerChain(authorizers: readonly Authorizer[]): Authorizer {
  return async (user, attributes) => {
    if (isMaster(user)) return { allowed: true };
    const reasons: string[] = [];
    for (const authorizer of authorizers) {
      const decision = await authorizer(user, attributes);
      if (decision.allowed) return decision;
      if (decision.reason !== undefined) reasons.push(decision.reason);
    }
    return reasons.length === 0 ? { allowed: false } : { allowed: false, reason: reasons.join('\n') };
  };
}

/** Members of system:masters may do everything, whatever the policy says. */
export function isMaster(user: User): boolean {
  return user.groups.includes(mastersGroup);
}
