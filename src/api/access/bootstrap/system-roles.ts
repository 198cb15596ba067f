import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { lead, listWatch, on, patchUpdate, paths, read, readWrite, recordEvents } from './rule.ts';
import type { RoleSketch } from './user-roles.ts';

const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';
const certificates = 'certificates.k8s.io';
const requests = 'certificatesigningrequests';
const storage = 'storage.k8s.io';
const readUpdate = [...patchUpdate, ...read];
const dynamicResources = 'resource.k8s.io';

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
    rules: [
      paths(
        ...['/.well-known/openid-configuration', '/.well-known/openid-configuration/'],
        ...['/openid/v1/jwks', '/openid/v1/jwks/'],
      ),
    ],
  },
  {
    name: 'system:monitoring',
    rules: [
      paths(
        ...['/flagz', '/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis'],
        ...['/readyz', '/readyz/*', '/statusz'],
      ),
      on('', ['nodes/metrics'], ['get']),
    ],
  },
  { name: 'system:auth-delegator', rules: delegate },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      on('', ['nodes'], read),
      on('', ['nodes'], ['proxy']),
      on('', ['nodes/log', 'nodes/metrics', 'nodes/proxy', 'nodes/stats'], ['*']),
      on('', ['nodes/configz', 'nodes/healthz', 'nodes/pods'], ['*']),
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
  {
    name: 'system:heapster',
    rules: [on('', ['events', 'namespaces', 'nodes', 'pods'], read), on('extensions', ['deployments'], read)],
  },
  { name: 'system:kube-aggregator', rules: [on('', ['endpoints', 'services'], read)] },
  { name: 'system:kube-dns', rules: [on('', ['endpoints', 'services'], listWatch)] },
  {
    name: 'system:node-proxier',
    rules: [
      on('', ['endpoints', 'services'], listWatch),
      on('', ['nodes'], read),
      recordEvents,
      on('networking.k8s.io', ['servicecidrs'], listWatch),
      on('discovery.k8s.io', ['endpointslices'], listWatch),
    ],
  },
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      on('', ['persistentvolumes'], ['create', 'delete', ...read]),
      on('', ['persistentvolumeclaims'], ['update', ...read]),
      on(storage, ['storageclasses'], read),
      on('', ['events'], ['watch']),
      recordEvents,
    ],
  },
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
    recordEvents,
    on('', ['pods'], read),
    on('', ['pods'], ['create', 'delete']),
    on('', ['pods/status'], ['patch', 'update']),
    on('', ['pods/eviction'], ['create']),
    on('', ['configmaps', 'secrets'], read),
    on('', ['persistentvolumeclaims', 'persistentvolumes'], ['get']),
    on('', ['endpoints'], ['get']),
    on(certificates, [requests], ['create', ...read]),
    on('coordination.k8s.io', ['leases'], ['create', 'delete', 'get', 'patch', 'update']),
    on(storage, ['volumeattachments'], ['get']),
    on('', ['serviceaccounts/token'], ['create']),
    on('', ['persistentvolumeclaims/status'], ['get', 'patch', 'update']),
    on(storage, ['csidrivers'], read),
    on(storage, ['csinodes'], ['create', 'delete', 'get', 'patch', 'update']),
    on('node.k8s.io', ['runtimeclasses'], read),
    on(dynamicResources, ['resourceclaims'], ['get']),
    on(dynamicResources, ['resourceslices'], ['deletecollection']),
    on('', ['serviceaccounts'], ['get']),
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
    on('', ['persistentvolumes'], readUpdate),
    on(storage, ['storageclasses'], read),
    on('', ['persistentvolumeclaims'], readUpdate),
  ];
}

function schedulerRules(): readonly PolicyRule[] {
  return [
    recordEvents,
    ...lead('kube-scheduler', ['get', 'list', 'update', 'watch']),
    on('coordination.k8s.io', ['leasecandidates'], readWrite),
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
    on(storage, ['csinodes'], read),
    on(storage, ['volumeattachments'], read),
    on('', ['namespaces'], read),
    on(storage, ['csidrivers'], read),
    on(storage, ['csistoragecapacities'], read),
    on(dynamicResources, ['deviceclasses'], read),
    on(dynamicResources, ['resourceclaims'], readUpdate),
    on(dynamicResources, ['resourceclaims/status'], readUpdate),
    on('', ['pods/finalizers'], ['update']),
    on(dynamicResources, ['resourceslices'], read),
    on(dynamicResources, ['resourceclaims'], ['create', 'delete']),
    on(dynamicResources, ['resourceclaims/binding'], patchUpdate),
  ];
}
