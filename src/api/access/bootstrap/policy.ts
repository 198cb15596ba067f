import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import type { PolicyRule, RoleRef, Subject } from '#kinds/rbac/schema.ts';
import type { ServedName } from '../../object-store.ts';
import { controllerRules } from './controller-roles.ts';
import { on, read, recordEvents } from './rule.ts';
import { systemRoles } from './system-roles.ts';
import { userRoles } from './user-roles.ts';

/** An object of the policy that every cluster starts with. */
export interface PolicyObject {
  readonly resource: ServedName;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: { readonly [name: string]: string };
    readonly annotations: { readonly [name: string]: string };
  };
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: object;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** Set to "false" by users who want an object of the policy left as they made it. */
export const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

const system = 'kube-system';

function metadata(name: string, more: { labels?: object; namespace?: string } = {}): PolicyObject['metadata'] {
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...more.labels };
  const place = more.namespace === undefined ? {} : { namespace: more.namespace };
  return { name, ...place, labels, annotations: { [autoUpdate]: 'true' } };
}

const user = (name: string): Subject => ({ kind: 'User', apiGroup: rbacGroup, name });
const group = (name: string): Subject => ({ kind: 'Group', apiGroup: rbacGroup, name });
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: system });

const authenticated = group('system:authenticated');

/** Who holds the system roles from the start. */
const holders: { readonly [clusterRole: string]: readonly Subject[] } = {
  'cluster-admin': [group('system:masters')],
  'system:discovery': [authenticated],
  'system:public-info-viewer': [authenticated, group('system:unauthenticated')],
  'system:basic-user': [authenticated],
  'system:service-account-issuer-discovery': [group('system:serviceaccounts')],
  'system:monitoring': [group('system:monitoring')],
  // Nodes are allowed what is theirs by the node authorizer.
  'system:node': [],
  'sampan:node-joiner': [group('system:bootstrappers'), group('system:nodes')],
  'system:kube-controller-manager': [user('system:kube-controller-manager')],
  'system:kube-scheduler': [user('system:kube-scheduler')],
  'system:volume-scheduler': [user('system:kube-scheduler')],
};

function clusterBinding(name: string, subjects: readonly Subject[]): PolicyObject {
  const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name };
  return { resource: clusterRoleBindings, metadata: metadata(name), roleRef, subjects };
}

function systemRole(name: string, rules: readonly PolicyRule[]): PolicyObject {
  return { resource: roles, metadata: metadata(name, { namespace: system }), rules };
}

function systemBinding(name: string, role: string, subjects: readonly Subject[]): PolicyObject {
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name: role };
  return { resource: roleBindings, metadata: metadata(name, { namespace: system }), roleRef, subjects };
}

const authenticationReader = 'extension-apiserver-authentication-reader';

const tokenCleaner = 'system:controller:token-cleaner';

/** Roles in kube-system: who reads how clients authenticate, and the locks of the control plane's programs. */
function systemNamespacePolicy(): readonly PolicyObject[] {
  const readerRule = { ...on('', ['configmaps'], read), resourceNames: ['extension-apiserver-authentication'] };
  const programs = ['kube-controller-manager', 'kube-scheduler'];
  return [
    systemRole(authenticationReader, [readerRule]),
    systemBinding(`system::${authenticationReader}`, authenticationReader, [
      ...programs.map((program) => user(`system:${program}`)),
    ]),
    systemRole(tokenCleaner, [on('', ['secrets'], ['get', 'watch', 'list', 'delete']), recordEvents]),
    systemBinding(tokenCleaner, tokenCleaner, [account('token-cleaner')]),
    ...programs.flatMap((program) => {
      const name = `system::leader-locking-${program}`;
      const lock = { ...on('', ['configmaps'], ['get', 'update']), resourceNames: [program] };
      return [
        systemRole(name, [on('', ['configmaps'], ['watch']), lock]),
        systemBinding(name, name, [user(`system:${program}`), account(program)]),
      ];
    }),
  ];
}

/** The roles and bindings of a new cluster (spec: api.md section 17.4). */
export function bootstrapPolicy(): readonly PolicyObject[] {
  const sketches = [
    ...systemRoles,
    ...userRoles,
    ...Object.entries(controllerRules).map(([name, rules]) => ({ name: `system:controller:${name}`, rules })),
  ];
  return [
    ...sketches.map(
      ({ name, labels, rules, aggregationRule }: (typeof userRoles)[number]): PolicyObject => ({
        resource: clusterRoles,
        metadata: metadata(name, labels === undefined ? {} : { labels }),
        rules,
        ...(aggregationRule === undefined ? {} : { aggregationRule }),
      }),
    ),
    ...Object.entries(holders).map(([name, subjects]) => clusterBinding(name, subjects)),
    ...Object.keys(controllerRules).map((name) => clusterBinding(`system:controller:${name}`, [account(name)])),
    ...systemNamespacePolicy(),
  ];
}
