import { defineResource } from '#kinds/define.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import { ClusterRole, type PolicyRule, Role } from '#kinds/rbac/schema.ts';
import { createdAtTable } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const common = {
  group: rbacGroup,
  version: 'v1',
  table: createdAtTable,
} as const;

const commonRules = {
  createOnUpdate: true,
  revalidatesMetadata: true,
  nameProblems: pathSegmentProblems,
  defaults: (role: Draft<Role | ClusterRole>) => {
    if (role.rules?.length === 0) role.rules = null;
  },
} as const;

export const roles = defineResource<Role>({
  ...common,
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  schema: Role,
  rules: { ...commonRules, validate: validateRole, validateUpdate: validateRole },
});

export const clusterRoles = defineResource<ClusterRole>({
  ...common,
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  schema: ClusterRole,
  rules: { ...commonRules, validate: validateClusterRole, validateUpdate: validateClusterRole },
});

/** Findings on a role (spec: api.md section 17.3). */
function validateRole({ rules }: Role): Findings {
  return (rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, true));
}

function validateClusterRole({ rules, aggregationRule }: ClusterRole): Findings {
  const findings = (rules ?? []).flatMap((rule, index) => validateRule(rule, `rules[${index}]`, false));
  if (aggregationRule === undefined) return findings;
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  const field = 'aggregationRule.clusterRoleSelectors';
  const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  if (selectors.length === 0) return [...findings, fieldError.required(field, why)];
  return [
    ...findings,
    ...selectors.flatMap((one, index) => {
      const at = `${field}[${index}]`;
      const unclear = validateLabelSelector(one, at);
      // Upstream shows what became of the selector: nothing.
      return unclear.length === 0 ? [] : [...unclear, fieldError.invalid(at, null, 'invalid label selector.')];
    }),
  ];
}

function validateRule(rule: PolicyRule, field: string, namespaced: boolean): Findings {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs: urls = [] } = rule;
  const missing = (name: string, items: readonly string[], why: string): Findings =>
    items.length === 0 ? [fieldError.required(`${field}.${name}`, why)] : [];
  const findings = missing('verbs', verbs, 'verbs must contain at least one value');
  if (urls.length === 0) {
    return [
      ...findings,
      ...missing('apiGroups', apiGroups, 'resource rules must supply at least one api group'),
      ...missing('resources', resources, 'resource rules must supply at least one resource'),
    ];
  }
  const wrong = (why: string): FieldError => fieldError.invalid(`${field}.nonResourceURLs`, urls, why);
  const mixed = apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0;
  return [
    ...findings,
    ...(namespaced ? [wrong('namespaced rules cannot apply to non-resource URLs')] : []),
    ...(mixed ? [wrong('rules cannot apply to both regular resources and non-resource URLs')] : []),
  ];
}
