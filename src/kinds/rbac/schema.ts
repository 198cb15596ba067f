import type { Namespaced, Stored } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { always, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const common = {
  ...objectFields,
};

export const PolicyRule = object(
  'io.k8s.api.rbac.v1.PolicyRule',
  'What may be done with what. Rules only allow; nothing can be taken away by a rule.',
  {
    verbs: required(1, list(string), 'What may be done, such as "get"; "*" for everything.'),
    apiGroups: optional(2, list(string), 'Groups of the resources: "" for the core group, "*" for all.'),
    resources: optional(
      3,
      list(string),
      'Resources by plural name, "pods/log" for a subresource, "*/scale" for that of all resources, "*" for everything.',
    ),
    resourceNames: optional(4, list(string), 'Names of single objects; none: all of them.'),
    nonResourceURLs: optional(
      5,
      list(string),
      'Paths outside of resources, such as "/metrics"; a "*" at the end stands for anything. For cluster roles only.',
    ),
  },
);
export interface PolicyRule extends Infer<typeof PolicyRule> {}

const rules = always(2, list(PolicyRule), 'What whoever has the role may do.');

export const Role = object('io.k8s.api.rbac.v1.Role', 'Rights within one namespace, to be given by role bindings.', {
  ...common,
  rules,
});
export interface Role extends WithRules<Namespaced<Infer<typeof Role>>> {}

/** Upstream writes `null` for a role without rules. */
export type WithRules<T> = Omit<T, 'rules'> & { readonly rules: readonly PolicyRule[] | null };

export const AggregationRule = object(
  'io.k8s.api.rbac.v1.AggregationRule',
  'Says of which other cluster roles a cluster role is made up.',
  {
    clusterRoleSelectors: optional(
      1,
      list(LabelSelector),
      'Each selects cluster roles by their labels; the rules of all of them are put together.',
    ),
  },
);
export interface AggregationRule extends Infer<typeof AggregationRule> {}

export const ClusterRole = object(
  'io.k8s.api.rbac.v1.ClusterRole',
  'Rights on all namespaces and on what is in none, to be given by bindings.',
  {
    ...common,
    rules,
    aggregationRule: optional(3, AggregationRule, 'If there is one, a controller writes the rules.'),
  },
);
export interface ClusterRole extends WithRules<Stored<Infer<typeof ClusterRole>>> {}

export const RoleRef = object(
  'io.k8s.api.rbac.v1.RoleRef',
  'The role that a binding gives.',
  {
    apiGroup: always(1, string, 'The group of the role: rbac.authorization.k8s.io.'),
    kind: required(2, string, 'Role or ClusterRole.'),
    name: required(3, string, 'The name of the role.'),
  },
  { atomic: true },
);
export interface RoleRef extends Infer<typeof RoleRef> {}

export const Subject = object(
  'io.k8s.api.rbac.v1.Subject',
  'Who gets a role.',
  {
    kind: required(1, string, 'User, Group or ServiceAccount.'),
    apiGroup: nonzero(2, string, 'rbac.authorization.k8s.io for users and groups, "" for service accounts.'),
    name: required(3, string, 'The name of the user, group or service account.'),
    namespace: nonzero(4, string, 'The namespace of the service account.'),
  },
  { atomic: true },
);
export interface Subject extends Infer<typeof Subject> {}

const binding = {
  ...common,
  subjects: optional(2, list(Subject), 'Who gets the role.'),
  roleRef: required(3, RoleRef, 'The role; it cannot be changed later.'),
};

export const RoleBinding = object(
  'io.k8s.api.rbac.v1.RoleBinding',
  'Gives a role to users within one namespace.',
  binding,
);
export interface RoleBinding extends Namespaced<Infer<typeof RoleBinding>> {}

export const ClusterRoleBinding = object(
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  'Gives a cluster role to users everywhere.',
  binding,
);
export interface ClusterRoleBinding extends Stored<Infer<typeof ClusterRoleBinding>> {}
