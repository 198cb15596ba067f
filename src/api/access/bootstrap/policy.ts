import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import type { ClusterRole, PolicyRule, RoleRef, Subject } from '#kinds/rbac/schema.ts';
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
  readonly aggregationRule?: ClusterRole['aggregationRule'];
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** Set to "false" by users who want an object of the policy left as they made it. */
export const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

const system = 'kube-system';
const everyone = 'kube-public';

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
  'system:kube-dns': [account('kube-dns')],
  'system:node-proxier': [user('system:kube-proxy')],
};

function clusterBinding(name: string, subjects: readonly Subject[]): PolicyObject {
  const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name };
  return { resource: clusterRoleBindings, metadata: metadata(name), roleRef, subjects };
}

/** A role in a namespace of the system, and who holds it. */
function localRole(
  namespace: string,
  name: string,
  rules: readonly PolicyRule[],
  holders: readonly Subject[],
  binding = name,
): readonly PolicyObject[] {
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name };
  return [
    { resource: roles, metadata: metadata(name, { namespace }), rules },
    { resource: roleBindings, metadata: metadata(binding, { namespace }), roleRef, subjects: holders },
  ];
}

const authenticationReader = 'extension-apiserver-authentication-reader';
const tokenCleaner = 'system:controller:token-cleaner';
const bootstrapSigner = 'system:controller:bootstrap-signer';
const cloudProvider = 'system:controller:cloud-provider';

/** Roles in the system's namespaces: who reads how clients authenticate, who looks after the tokens that nodes join with, and the
 *  locks of the control plane's programs. */
function systemNamespacePolicy(): readonly PolicyObject[] {
  const readerRule = { ...on('', ['configmaps'], read), resourceNames: ['extension-apiserver-authentication'] };
  const infoRule = { ...on('', ['configmaps'], ['update']), resourceNames: ['cluster-info'] };
  const signer = [account('bootstrap-signer')];
  const manager = 'kube-controller-manager';
  const scheduler = 'kube-scheduler';
  const locks = ['leases', 'leasecandidates'].map((kind) =>
    on('coordination.k8s.io', [kind], ['create', 'update', ...read]),
  );
  const lock = (program: string, ...others: readonly Subject[]) =>
    localRole(system, `system::leader-locking-${program}`, locks, [
      user(`system:${program}`),
      account(program),
      ...others,
    ]);
  const readers = [user(`system:${manager}`), user(`system:${scheduler}`)];
  return [
    ...localRole(system, authenticationReader, [readerRule], readers, `system::${authenticationReader}`),
    ...localRole(
      system,
      tokenCleaner,
      [on('', ['secrets'], ['delete', ...read]), recordEvents],
      [account('token-cleaner')],
    ),
    ...localRole(system, bootstrapSigner, [on('', ['secrets'], read)], signer),
    ...localRole(everyone, bootstrapSigner, [on('', ['configmaps'], read), infoRule, recordEvents], signer),
    ...localRole(system, cloudProvider, [on('', ['configmaps'], ['create', ...read])], [account('cloud-provider')]),
    ...lock(manager, account('leader-election-controller')),
    ...lock(scheduler),
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
