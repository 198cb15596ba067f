import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { Attributes, RequestContext, User } from './api.ts';
import type { Authorizer } from './core.ts';

/** Members of this group may do everything, before anyone else is asked (spec: api.md section 17.2). */
export const mastersGroup = 'system:masters';

/** A user whose name has been proven, which is a group of its own. */
export function authenticated(user: User): User {
  const group = 'system:authenticated';
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] };
}

/** Throws Forbidden in upstream's words unless `authorizer` lets the user (spec: api.md section 17.1). */
export async function requireAllowed(
  authorizer: Authorizer,
  { user, audit }: RequestContext,
  attributes: Attributes,
): Promise<void> {
  const decision = await authorizer(user, attributes);
  if (audit !== undefined) {
    audit.annotate('authorization.k8s.io/decision', decision.allowed ? 'allow' : 'forbid');
    audit.annotate('authorization.k8s.io/reason', decision.reason ?? '');
  }
  if (!decision.allowed) throw forbidden(user, attributes, decision.reason);
}

/** The refusal of a request, in upstream's words (spec: api.md section 17.1). */
export function forbidden(user: User, attributes: Attributes, reason: string | undefined): ApiError {
  const who = `User ${quoted(user.name)} cannot ${escaped(attributes.verb)}`;
  const because = reason === undefined ? '' : `: ${reason}`;
  if ('path' in attributes) {
    const message = `forbidden: ${who} path ${quoted(attributes.path)}${because}`;
    return new ApiError({ code: 403, reason: 'Forbidden', message, details: {} });
  }
  const { group, plural, subresource, namespace, name = '' } = attributes;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`;
  const why = `${who} resource ${quoted(resource)} in API group ${quoted(group)} ${where}${because}`;
  return apiErrors.forbidden({ group, plural }, name, why);
}

function quoted(text: string): string {
  return escaped(JSON.stringify(text));
}

/** Texts from outside are made harmless for browsers, as upstream does. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
