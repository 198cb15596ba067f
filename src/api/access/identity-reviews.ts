import type { TokenReview, TokenReviewStatus, UserInfo } from '#kinds/authentication/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { RequestContext, TokenNotes, User } from '../api.ts';
import { authenticated } from '../authorize.ts';
import type { ApiCore } from '../core.ts';
import { apiAudiences } from './service-account-tokens.ts';

const invalidToken = 'invalid bearer token';

/** Who is asking? (spec: api.md section 16, item 9) */
export function reviewSelf(core: ApiCore, { user }: RequestContext) {
  return { metadata: { creationTimestamp: timestamp(core.clock.now()) }, status: { userInfo: userInfo(user) } };
}

/** Whose token is it? A token that is not good is an answer too (spec: api.md section 16, item 5). */
export async function reviewToken(
  core: ApiCore,
  { audit, warn }: RequestContext,
  review: Pick<TokenReview, 'metadata' | 'spec'>,
) {
  const { token, audiences = [] } = review.spec;
  if (token === '') throw apiErrors.badRequest('token is required for TokenReview in authentication');
  const notes = { annotate: (key: string, value: string) => audit?.annotate(key, value), warn };
  return { ...review, status: await judge(core, token, audiences.length === 0 ? apiAudiences : audiences, notes) };
}

async function judge(
  core: ApiCore,
  token: string,
  audiences: readonly string[],
  notes: TokenNotes,
): Promise<TokenReviewStatus> {
  const known = await core.knownToken(token);
  const ours = apiAudiences.filter((audience) => audiences.includes(audience));
  if (known !== undefined && ours.length > 0)
    return { authenticated: true, user: userInfo(authenticated(known)), audiences: ours };
  const verified = core.tokens.verify(token, audiences, notes);
  if (verified === undefined) return { user: {}, error: invalidToken };
  if ('problem' in verified) return { user: {}, error: `[${invalidToken}, ${verified.problem}]` };
  return { authenticated: true, user: userInfo(verified.user), audiences: verified.audiences };
}

function userInfo({ name, uid, groups, extra }: User): UserInfo {
  return {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(extra === undefined ? {} : { extra }),
  };
}
