import { selfSubjectReviews, tokenReviews } from '#kinds/authentication/reviews.ts';
import type { TokenReview } from '#kinds/authentication/schema.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from '#kinds/authorization/reviews.ts';
import type {
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '#kinds/authorization/schema.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { qualifiedResource, type ResourceName } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, Target, WriteRequest } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { trackWrite, writerOf } from '../managed-fields.ts';
import { settleNamespace } from '../metadata.ts';
import { reviewAccess, reviewOwnAccess, reviewOwnRules } from './access-reviews.ts';
import { reviewSelf, reviewToken } from './identity-reviews.ts';

type Answer = (core: ApiCore, context: RequestContext, target: Target, body: KubeObject) => object | Promise<object>;

const answers = new Map<string, Answer>(
  (
    [
      [tokenReviews, (core, context, _target, body) => reviewToken(core, context, body as TokenReview)],
      [selfSubjectReviews, reviewSelf],
      [
        selfSubjectAccessReviews,
        (core, context, _target, body) => reviewOwnAccess(core, context, body as SelfSubjectAccessReview),
      ],
      [
        selfSubjectRulesReviews,
        (core, context, _target, body) =>
          reviewOwnRules(core, context, (body as SelfSubjectRulesReview).spec.namespace ?? ''),
      ],
      [
        subjectAccessReviews,
        (core, _context, _target, body) => reviewAccess(core, body as SubjectAccessReview, undefined),
      ],
      [
        localSubjectAccessReviews,
        (core, _context, { namespace }, body) => reviewAccess(core, body as SubjectAccessReview, namespace),
      ],
    ] satisfies readonly (readonly [ResourceName, Answer])[]
  ).map(([resource, answer]) => [qualifiedResource(resource), answer]),
);

/** Whether creates of the resource are questions: answered, and never stored. */
export function isReview(resource: ResourceName): boolean {
  return answers.has(qualifiedResource(resource));
}

/** Answers a question about users and their rights (spec: api.md sections 16 and 17.6). */
export async function answerReview(
  core: ApiCore,
  context: RequestContext,
  target: Target,
  draft: Draft<KubeObject>,
  request: WriteRequest,
): Promise<object> {
  const { resource } = target;
  settleNamespace(target, draft);
  trackWrite(writerOf(core, context, resource, request, undefined, {}), resource, draft, undefined, undefined);
  const answer = answers.get(qualifiedResource(resource)) as Answer;
  const { kind } = resource;
  return { kind, apiVersion: apiVersionOf(resource), ...(await answer(core, context, target, draft as KubeObject)) };
}
