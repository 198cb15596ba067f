import type { ResourceRule, SubjectAccessReviewSpec, SubjectAccessReviewStatus } from '#kinds/authorization/schema.ts';
import { internally } from '#kinds/meta/checks.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';
import type { Attributes, RequestContext, User } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { nodeNameOf } from './node-identity.ts';
import { joined } from './rbac.ts';
import { askedSelectors, selectorFindings } from './review-selectors.ts';

type Spec = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

export interface AccessReview<S extends Spec> {
  readonly metadata: ObjectMeta;
  readonly spec: S;
}

/** May the caller do that? (spec: api.md section 17.6) */
export async function reviewOwnAccess(core: ApiCore, context: RequestContext, review: AccessReview<Spec>) {
  refuse([...checkSpec(review.spec), ...checkMetadata(review.metadata, false)]);
  return { ...review, status: await judge(core, context.user, review.spec) };
}

/** May the user do that? In one namespace if `namespace` is given. */
export async function reviewAccess(
  core: ApiCore,
  review: AccessReview<SubjectAccessReviewSpec>,
  namespace: string | undefined,
) {
  const { spec, metadata } = review;
  const { user = '', groups = [], uid = '', extra } = spec;
  const nobody = user === '' && groups.length === 0;
  refuse([
    ...checkSpec(
      spec,
      nobody ? [fieldError.invalid('spec.user', '', 'at least one of user or group must be specified')] : [],
    ),
    ...checkMetadata(metadata, namespace !== undefined),
    ...(namespace === undefined ? [] : checkNamespace(spec, namespace)),
  ]);
  const who: User = { name: user, groups, ...(uid === '' ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
  return { ...review, status: await judge(core, who, spec) };
}

/** Everything the caller may do in a namespace. What a node may depends on what it is to do, and is not told. */
export function reviewOwnRules(core: ApiCore, context: RequestContext, namespace: string) {
  if (namespace === '') throw apiErrors.badRequest('no namespace on request');
  const { rules, errors } = core.rbac.rulesOf(context.user, namespace);
  const resourceRules = rules
    .filter(({ resources = [] }) => resources.length > 0)
    .map(({ nonResourceURLs: _urls, ...rule }): ResourceRule => rule);
  const nonResourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }));
  const incomplete = nodeNameOf(context.user) !== undefined;
  const problems = [...(incomplete ? ['node authorizer does not support user rule resolution'] : []), ...errors];
  const evaluationError = problems.length === 0 ? {} : { evaluationError: joined(problems) };
  return { metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete, ...evaluationError } };
}

async function judge(core: ApiCore, user: User, spec: Spec): Promise<SubjectAccessReviewStatus> {
  const { fieldSelector, problems } = askedSelectors(spec.resourceAttributes ?? {});
  const { allowed, reason = '' } = await core.decide(user, attributesOf(spec, fieldSelector));
  return {
    allowed,
    ...(reason === '' ? {} : { reason }),
    ...(problems.length === 0 ? {} : { evaluationError: problems.join('; ') }),
  };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: Spec, selector: string | undefined): Attributes {
  if (resourceAttributes === undefined) {
    return { verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes;
  const fieldSelector = selector === undefined ? {} : { fieldSelector: selector };
  return { verb, group, plural: resource, namespace, name, subresource, ...fieldSelector };
}

function checkSpec(
  { resourceAttributes: resource, nonResourceAttributes: path }: Spec,
  others: readonly FieldError[] = [],
): readonly FieldError[] {
  const findings: FieldError[] = [];
  if (resource !== undefined && path !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    findings.push(fieldError.invalid('spec.nonResourceAttributes', internally(path), why));
  }
  if (resource === undefined && path === undefined) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    findings.push(fieldError.invalid('spec.resourceAttributes', undefined, why));
  }
  return [...findings, ...others, ...selectorFindings(resource ?? {})];
}

function checkMetadata(metadata: ObjectMeta, local: boolean): readonly FieldError[] {
  const { managedFields: _fields, ...given } = metadata;
  const { namespace: _namespace, ...rest } = given;
  if (Object.keys(local ? rest : given).length === 0) return [];
  const why = local ? 'must be empty except for namespace' : 'must be empty';
  return [fieldError.invalid('metadata', internally(given), why)];
}

function checkNamespace({ resourceAttributes, nonResourceAttributes }: Spec, namespace: string): readonly FieldError[] {
  const { namespace: asked = '' } = resourceAttributes ?? {};
  const elsewhere = resourceAttributes !== undefined && asked !== namespace;
  const field = 'spec.resourceAttributes.namespace';
  return [
    ...(elsewhere ? [fieldError.invalid(field, asked, 'must match metadata.namespace')] : []),
    ...(nonResourceAttributes === undefined
      ? []
      : [
          fieldError.invalid(
            'spec.nonResourceAttributes',
            internally(nonResourceAttributes),
            'disallowed on this kind of request',
          ),
        ]),
  ];
}

function refuse(findings: readonly FieldError[]): void {
  if (findings.length > 0) throw invalidReview(findings);
}

/** Upstream names the group alone here. */
function invalidReview(findings: readonly FieldError[]): ApiError {
  return apiErrors.invalid({ group: 'authorization.k8s.io', kind: '' }, '', findings);
}
