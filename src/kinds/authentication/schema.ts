import type { Namespaced, Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  int64,
  list,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const BoundObjectReference = object(
  'io.k8s.api.authentication.v1.BoundObjectReference',
  'The object that a token lives and dies with.',
  {
    kind: nonzero(1, string, 'Pod, Secret or Node.'),
    apiVersion: nonzero(2, string, 'The group and version of that kind.'),
    uid: nonzero(4, string, 'The uid of the object; must be right if given.'),
    name: nonzero(3, string, 'The name of the object.'),
  },
);
export interface BoundObjectReference extends Infer<typeof BoundObjectReference> {}

export const UserInfo = object('io.k8s.api.authentication.v1.UserInfo', 'Who somebody is, as authentication found.', {
  username: nonzero(1, string, 'The name that tells the user from all others.'),
  uid: nonzero(2, string, 'Tells users of the same name apart, over time.'),
  groups: optional(3, list(string), 'The groups the user belongs to.'),
  extra: optional(4, map(list(string)), 'What else the authenticator knows.'),
});
export interface UserInfo extends Infer<typeof UserInfo> {}

export const SelfSubjectReviewStatus = object('io.k8s.api.authentication.v1.SelfSubjectReviewStatus', 'The answer.', {
  userInfo: always(1, UserInfo, 'Who asked.'),
});
export interface SelfSubjectReviewStatus extends Infer<typeof SelfSubjectReviewStatus> {}

export const SelfSubjectReview = object(
  'io.k8s.api.authentication.v1.SelfSubjectReview',
  'Asks who the server takes the caller for. It is answered and not stored.',
  {
    ...objectFields,
    status: always(2, SelfSubjectReviewStatus, 'Filled in by the server.'),
  },
);
export interface SelfSubjectReview extends Stored<Infer<typeof SelfSubjectReview>> {}

export const TokenRequestSpec = object('io.k8s.api.authentication.v1.TokenRequestSpec', 'What token is wanted.', {
  audiences: always(
    1,
    list(string),
    'For whom the token is meant: they must refuse tokens for others. None: the API server.',
  ),
  boundObjectRef: optional(3, BoundObjectReference, 'The token is good only as long as this object exists.'),
  expirationSeconds: optional(4, int64, 'How long the token is to last; the server may decide otherwise.', {
    default: 3600,
  }),
});
export interface TokenRequestSpec extends Infer<typeof TokenRequestSpec> {}

export const TokenRequestStatus = object('io.k8s.api.authentication.v1.TokenRequestStatus', 'The token.', {
  token: always(1, string, 'The token itself.'),
  expirationTimestamp: always(2, timeOrNull, 'When it ends.'),
});
export interface TokenRequestStatus extends Infer<typeof TokenRequestStatus> {}

export const TokenRequest = object(
  'io.k8s.api.authentication.v1.TokenRequest',
  'Asks for a token of a service account. It is answered and not stored.',
  {
    ...objectFields,
    spec: always(2, TokenRequestSpec, 'What token is wanted.'),
    status: always(3, TokenRequestStatus, 'Filled in by the server.'),
  },
);
export interface TokenRequest extends Namespaced<Infer<typeof TokenRequest>> {}

export const TokenReviewSpec = object('io.k8s.api.authentication.v1.TokenReviewSpec', 'What is to be reviewed.', {
  token: required(1, string, 'The token.'),
  audiences: optional(2, list(string), 'Whom the token must be meant for; none: the API server.'),
});
export interface TokenReviewSpec extends Infer<typeof TokenReviewSpec> {}

export const TokenReviewStatus = object('io.k8s.api.authentication.v1.TokenReviewStatus', 'What was found.', {
  authenticated: nonzero(1, boolean, 'Whether the token is good.'),
  user: always(2, UserInfo, 'Whose token it is.'),
  error: nonzero(3, string, 'Why it could not be checked.'),
  audiences: optional(4, list(string), 'Those of the asked audiences that the token is meant for.'),
});
export interface TokenReviewStatus extends Infer<typeof TokenReviewStatus> {}

export const TokenReview = object(
  'io.k8s.api.authentication.v1.TokenReview',
  'Asks whose token it is. It is answered and not stored.',
  {
    ...objectFields,
    spec: required(2, TokenReviewSpec, 'The token.'),
    status: always(3, TokenReviewStatus, 'Filled in by the server.'),
  },
);
export interface TokenReview extends Stored<Infer<typeof TokenReview>> {}
