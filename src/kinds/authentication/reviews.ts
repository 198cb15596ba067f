import { SelfSubjectReview, TokenReview } from '#kinds/authentication/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { plainTable } from '#kinds/table.ts';

const common = {
  group: 'authentication.k8s.io',
  version: 'v1',
  namespaced: false,
  verbs: ['create'],
  table: plainTable,
} as const;

/** Whose token is this? */
export const tokenReviews = defineResource<TokenReview>({
  ...common,
  kind: 'TokenReview',
  plural: 'tokenreviews',
  schema: TokenReview,
});

/** Who am I? */
export const selfSubjectReviews = defineResource<SelfSubjectReview>({
  ...common,
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  schema: SelfSubjectReview,
});
