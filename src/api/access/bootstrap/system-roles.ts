import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { lead, on, paths, read, recordEvents } from './rule.ts';
import type { RoleSketch } from './user-roles.ts';

const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';
const certificates = 'certificates.k8s.io';
const requests = 'certificatesigningrequests';

const delegate: readonly PolicyRule[] = [
  on(authentication, ['tokenreviews'], ['create']),
  on(authorization, ['subjectaccessreviews'], ['create']),
];

function approver(signer: string): RoleSketch {
  const rule = { ...on(certificates, ['signers'], ['approve']), resourceNames: [`kubernetes.io/${signer}`] };
  return { name: `system:${certificates}:${signer}-approver`, rules: [rule] };
}

/** Roles of everybody, of the cluster's parts and of those that look after it (spec: api.md section 17.4). */
export const systemRoles: readonly RoleSketch[] = [
  { name: 'cluster-admin', rules: [on('*', ['*'], ['*']), { verbs: ['*'], nonResourceURLs: ['*'] }] },
  {
    name: 'system:discovery',
    rules: [
      paths(
        ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*'],
        ...['/readyz', '/version', '/version/'],
      ),
    ],
  },
  { name: 'system:public-info-viewer', rules: [paths('/healthz', '/livez', '/readyz', '/version', '/version/')] },
  {
    name: 'system:basic-user',
    rules: [
      on(authorization, ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
      on(authentication, ['selfsubjectreviews'], ['create']),
    ],
  },
  {
    name: 'system:service-account-issuer-discovery',
    rules: [paths('/.well-known/openid-configuration', '/openid/v1/jwks')],
  },
  {
    name: 'system:monitoring',
    rules: [
      paths(
        ...['/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis'],
        ...['/readyz', '/readyz/*'],
      ),
    ],
  },
  { name: 'system:auth-delegator', rules: delegate },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      on('', ['nodes'], read),
      on('', ['nodes'], ['proxy']),
      on('', ['nodes/log', 'nodes/metrics', 'nodes/proxy', 'nodes/stats'], ['*']),
    ],
  },
  { name: 'system:node', rules: nodeRules() },
  { name: 'system:node-bootstrapper', rules: [on(certificates, [requests], ['create', ...read])] },
  // Our own: who may ask for the certificate of a node.
  { name: 'sampan:node-joiner', rules: [{ verbs: ['post'], nonResourceURLs: ['/join/nodes/*'] }] },
  {
    name: 'system:node-problem-detector',
    rules: [on('', ['nodes'], ['get']), on('', ['nodes/status'], ['patch']), recordEvents],
  },
  ...['nodeclient', 'selfnodeclient'].map((name) => ({
    name: `system:${certificates}:${requests}:${name}`,
    rules: [on(certificates, [`${requests}/${name}`], ['create'])],
  })),
  ...['kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving', 'legacy-unknown'].map(approver),
  { name: 'system:kube-controller-manager', rules: controllerManagerRules() },
  { name: 'system:kube-scheduler', rules: schedulerRules() },
  { name: 'system:volume-scheduler', rules: volumeSchedulerRules() },
];

/** What the node authorizer allows, without its ties to one node: for nodes of the old kind. */
export function nodeRules(): readonly PolicyRule[] {
  return [
    on(authentication, ['tokenreviews'], ['create']),
    on(authorization, ['localsubjectaccessreviews', 'subjectaccessreviews'], ['create']),
    on('', ['services'], read),
    on('', ['nodes'], ['create', ...read]),
    on('', ['nodes/status'], ['patch', 'update']),
    on('', ['nodes'], ['patch', 'update']),
    on('', ['events'], ['create', 'patch', 'update']),
    on('', ['pods'], read),
    on('', ['pods'], ['create', 'delete']),
    on('', ['pods/status'], ['patch', 'update']),
    on('', ['pods/eviction'], ['create']),
    on('', ['configmaps', 'secrets'], read),
    on('', ['persistentvolumeclaims', 'persistentvolumes'], ['get']),
    on('', ['endpoints'], ['get']),
    on(certificates, [requests], ['create', ...read]),
    on('coordination.k8s.io', ['leases'], ['create', 'delete', 'get', 'patch', 'update']),
    on('storage.k8s.io', ['volumeattachments'], ['get']),
    on('', ['serviceaccounts/token'], ['create']),
    on('', ['persistentvolumeclaims/status'], ['get', 'patch', 'update']),
    on('storage.k8s.io', ['csidrivers'], read),
    on('storage.k8s.io', ['csinodes'], ['create', 'delete', 'get', 'patch', 'update']),
    on('node.k8s.io', ['runtimeclasses'], read),
  ];
}

function controllerManagerRules(): readonly PolicyRule[] {
  return [
    recordEvents,
    ...lead('kube-controller-manager'),
    on('', ['secrets', 'serviceaccounts'], ['create']),
    on('', ['secrets'], ['delete']),
    on('', ['configmaps', 'namespaces', 'secrets', 'serviceaccounts'], ['get']),
    on('', ['secrets', 'serviceaccounts'], ['update']),
    ...delegate,
    on('*', ['*'], ['list', 'watch']),
    on('', ['serviceaccounts/token'], ['create']),
  ];
}

/** Scheduling a pod may mean to choose where its volumes are. */
function volumeSchedulerRules(): readonly PolicyRule[] {
  return [
    on('', ['persistentvolumes'], ['patch', 'update', ...read]),
    on('storage.k8s.io', ['storageclasses'], read),
    on('', ['persistentvolumeclaims'], ['patch', 'update', ...read]),
  ];
}

function schedulerRules(): readonly PolicyRule[] {
  return [
    recordEvents,
    ...lead('kube-scheduler'),
    on('', ['nodes'], read),
    on('', ['pods'], ['delete', ...read]),
    on('', ['bindings', 'pods/binding'], ['create']),
    on('', ['pods/status'], ['patch', 'update']),
    on('', ['replicationcontrollers', 'services'], read),
    on(['apps', 'extensions'], ['replicasets'], read),
    on('apps', ['statefulsets'], read),
    on('policy', ['poddisruptionbudgets'], read),
    on('', ['persistentvolumeclaims', 'persistentvolumes'], read),
    ...delegate,
    on('storage.k8s.io', ['csinodes'], read),
    on('', ['namespaces'], read),
    on('storage.k8s.io', ['csidrivers'], read),
    on('storage.k8s.io', ['csistoragecapacities'], read),
  ];
}
