import type { ResourceRule, SubjectAccessReviewSpec, SubjectAccessReviewStatus } from '#kinds/authorization/schema.ts';
import { internally } from '#kinds/meta/checks.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';
import type { Attributes, RequestContext, User } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { rulesOfUser } from './authorizer.ts';
import { joined } from './rbac.ts';

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
    ...checkSpec(spec),
    ...(nobody ? [fieldError.invalid('spec.user', '', 'at least one of user or group must be specified')] : []),
    ...checkMetadata(metadata, namespace !== undefined),
    ...(namespace === undefined ? [] : checkNamespace(spec, namespace)),
  ]);
  const who: User = { name: user, groups, ...(uid === '' ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
  return { ...review, status: await judge(core, who, spec) };
}

/** Everything the caller may do in a namespace. */
export function reviewOwnRules(core: ApiCore, context: RequestContext, namespace: string) {
  if (namespace === '') throw apiErrors.badRequest('no namespace on request');
  const { rules, errors } = rulesOfUser(core.rbac, context.user, namespace);
  const resourceRules = rules
    .filter(({ resources = [] }) => resources.length > 0)
    .map(({ nonResourceURLs: _urls, ...rule }): ResourceRule => rule);
  const nonResourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }));
  const evaluationError = errors.length === 0 ? {} : { evaluationError: joined(errors) };
  return { metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false, ...evaluationError } };
}

async function judge(core: ApiCore, user: User, spec: Spec): Promise<SubjectAccessReviewStatus> {
  const { allowed, reason = '' } = await core.decide(user, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: Spec): Attributes {
  if (resourceAttributes === undefined) {
    return { verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes;
  return { verb, group, plural: resource, namespace, name, subresource };
}

function checkSpec({ resourceAttributes: resource, nonResourceAttributes: path }: Spec): readonly FieldError[] {
  if (resource !== undefined && path !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    return [fieldError.invalid('spec.nonResourceAttributes', internally(path), why)];
  }
  if (resource !== undefined || path !== undefined) return selectorFindings(resource);
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [fieldError.invalid('spec.resourceAttributes', undefined, why)];
}

/** A selector comes as a text or taken apart, not as both or neither. */
function selectorFindings(attributes: Spec['resourceAttributes'] = {}): readonly FieldError[] {
  return (['fieldSelector', 'labelSelector'] as const).flatMap((name): readonly FieldError[] => {
    const selector = attributes[name];
    if (selector === undefined) return [];
    const { rawSelector = '', requirements = [] } = selector;
    const field = `spec.resourceAttributes.${name}`;
    if (rawSelector !== '' && requirements.length > 0) {
      const why = 'may not specified at the same time as requirements';
      return [fieldError.invalid(`${field}.rawSelector`, rawSelector, why)];
    }
    if (rawSelector !== '' || requirements.length > 0) return [];
    const why = `when ${field} is specified, requirements or rawSelector is required`;
    return [fieldError.required(`${field}.requirements`, why)];
  });
}

function checkMetadata(metadata: ObjectMeta, local: boolean): readonly FieldError[] {
  const { managedFields: _fields, ...given } = metadata;
  const { namespace: _namespace, ...rest } = given;
  if (Object.keys(local ? rest : given).length === 0) return [];
  const why = local ? 'must be empty except for namespace and managedFields' : 'must be empty';
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
