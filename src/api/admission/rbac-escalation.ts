import { jsonEqual } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import type { ClusterRole, PolicyRule, RoleBinding } from '#kinds/rbac/schema.ts';
import type { Draft } from '#schema/type.ts';
import { isMaster } from '../access/authorizer.ts';
import type { Rbac } from '../access/rbac.ts';
import { joined } from '../access/rbac.ts';
import { compact, quotedList, ruleText, uncovered } from '../access/rules.ts';
import type { Authorizer } from '../core.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

/** Held by whoever may write roles made up of others: such a role can come to hold anything. */
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export interface EscalationParts {
  readonly rbac: Rbac;
  readonly decide: Authorizer;
}

/** Nobody gives away rights that he does not have: a role may hold only what its writer may do, unless he may `escalate`, and
 *  may be bound only by who holds its rules or may `bind` it (spec: api.md section 17.3). It comes last before validation. */
export function rbacEscalation(parts: EscalationParts): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    handles: ({ group }, subresource, operation) =>
      group === rbacGroup && subresource === undefined && operation !== 'DELETE',
    admit: async (draft, request) => {
      if (isMaster(request.context.user)) return;
      if (request.resource.kind.endsWith('Binding')) await checkBinding(parts, draft, request);
      else await checkRole(parts, draft, request);
    },
  };
}

async function checkRole(parts: EscalationParts, draft: Draft<KubeObject>, request: AdmissionRequest): Promise<void> {
  const role = draft as unknown as ClusterRole;
  const old = request.old as ClusterRole | undefined;
  const { context, namespace } = request;
  const { group, plural } = request.resource;
  // The name in the path: a new role has none there.
  const name = old?.metadata.name;
  if ((await parts.decide(context.user, { verb: 'escalate', group, plural, namespace, name })).allowed) return;
  if (old !== undefined && onlyReleases(draft, old)) return;
  refuseMore(parts.rbac, request, ownName(draft), role.rules ?? []);
  const isMadeUp = [role, old].some((one) => (one?.aggregationRule?.clusterRoleSelectors ?? []).length > 0);
  if (!isMadeUp || missing(parts.rbac, request, everything).length === 0) return;
  const why = 'must have cluster-admin privileges to use the aggregationRule';
  throw apiErrors.forbidden(request.resource, ownName(draft), why);
}

async function checkBinding(
  parts: EscalationParts,
  draft: Draft<KubeObject>,
  request: AdmissionRequest,
): Promise<void> {
  const { roleRef } = draft as unknown as RoleBinding;
  const { namespace, old } = request;
  if (old !== undefined && onlyReleases(draft, old)) return;
  const role = { group: rbacGroup, plural: roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles' };
  const attributes = { verb: 'bind', ...role, namespace, name: roleRef.name };
  if ((await parts.decide(request.context.user, attributes)).allowed) return;
  const rules = parts.rbac.rulesOfRole(roleRef, namespace);
  if (rules === undefined) throw apiErrors.notFound(role, roleRef.name);
  refuseMore(parts.rbac, request, ownName(draft), rules);
}

/** Whether an update changes nothing but what the garbage collector changes to let go of an object. */
function onlyReleases(draft: Draft<KubeObject>, old: KubeObject): boolean {
  const rest = ({ metadata, ...others }: KubeObject) => {
    const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...kept } = metadata;
    return { ...others, metadata: kept };
  };
  return jsonEqual(rest(draft as KubeObject), rest(old));
}

/** A name that is still to be generated is not told. */
function ownName(draft: Draft<KubeObject>): string {
  return draft.metadata.name ?? '';
}

function missing(rbac: Rbac, request: AdmissionRequest, wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return uncovered(rbac.rulesOf(request.context.user, request.namespace).rules, wanted);
}

function refuseMore(rbac: Rbac, request: AdmissionRequest, name: string, wanted: readonly PolicyRule[]): void {
  const more = missing(rbac, request, wanted);
  if (more.length === 0) return;
  const { user } = request.context;
  const { errors } = rbac.rulesOf(user, request.namespace);
  const lines = [...new Set(compact(more).map(ruleText))].toSorted().join('\n');
  const resolution = errors.length === 0 ? '' : `; resolution errors: ${joined(errors)}`;
  const who = `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)})`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${lines}${resolution}`;
  throw apiErrors.forbidden(request.resource, name, why);
}
