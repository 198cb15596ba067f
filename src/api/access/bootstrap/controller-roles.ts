import { signerNames } from '#kinds/certificate-signing-request/signers.ts';
import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { absentControllerRules } from './absent-controller-roles.ts';
import { keeps, listWatch, on, patchUpdate, read, recordEvents, runsPods } from './rule.ts';

const admissionGroup = 'admissionregistration.k8s.io';
const certificates = 'certificates.k8s.io';
const workloads = ['apps', 'extensions'];

/** What each controller may do, by the name of its service account in kube-system. Our own ask in these names, too. */
export const controllerRules: { readonly [account: string]: readonly PolicyRule[] } = {
  ...absentControllerRules,
  'certificate-controller': [
    on(certificates, ['certificatesigningrequests'], ['delete', ...read]),
    on(certificates, ['certificatesigningrequests/approval', 'certificatesigningrequests/status'], ['update']),
    { ...on(certificates, ['signers'], ['approve']), resourceNames: [signerNames.nodeClient] },
    { ...on(certificates, ['signers'], ['sign']), resourceNames: Object.values(signerNames).toSorted() },
    on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
    recordEvents,
  ],
  'clusterrole-aggregation-controller': [
    on('rbac.authorization.k8s.io', ['clusterroles'], ['escalate', 'get', 'list', 'patch', 'update', 'watch']),
  ],
  'cronjob-controller': [
    on('batch', ['cronjobs'], ['get', 'list', 'update', 'watch']),
    on('batch', ['jobs'], ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
    on('batch', ['cronjobs/status'], ['update']),
    on('batch', ['cronjobs/finalizers'], ['update']),
    on('', ['pods'], ['delete', 'list', 'watch']),
    recordEvents,
  ],
  'daemon-set-controller': [
    ...keeps(workloads, 'daemonsets', read),
    on('', ['nodes'], listWatch),
    runsPods,
    on('', ['pods/binding'], ['create']),
    on('apps', ['controllerrevisions'], ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
    recordEvents,
  ],
  'disruption-controller': [
    on(workloads, ['deployments'], read),
    on(workloads, ['replicasets'], read),
    on('', ['replicationcontrollers'], read),
    on('policy', ['poddisruptionbudgets'], read),
    on('apps', ['statefulsets'], read),
    on('policy', ['poddisruptionbudgets/status'], ['update']),
    on('', ['pods/status'], patchUpdate),
    on('*', ['*/scale'], ['get']),
    recordEvents,
  ],
  'endpoint-controller': [
    on('', ['pods', 'services'], read),
    on('', ['endpoints'], ['create', 'delete', 'update', ...read]),
    on('', ['endpoints/restricted'], ['create']),
    recordEvents,
  ],
  'endpointslice-controller': [
    on('', ['nodes', 'pods', 'services'], read),
    on('', ['services/finalizers'], ['update']),
    on('discovery.k8s.io', ['endpointslices'], ['create', 'delete', 'update', ...read]),
    on('discovery.k8s.io', ['endpointslices/restricted'], ['create']),
    recordEvents,
  ],
  'ephemeral-volume-controller': [
    on('', ['pods'], read),
    on('', ['pods/finalizers'], ['update']),
    on('', ['persistentvolumeclaims'], ['create', ...read]),
    recordEvents,
  ],
  'generic-garbage-collector': [on('*', ['*'], ['delete', 'get', 'list', 'patch', 'update', 'watch']), recordEvents],
  'job-controller': [...keeps('batch', 'jobs', ['patch', 'update', ...read]), runsPods, recordEvents],
  // Ours alone: it holds and releases Jobs that wait for others.
  'job-order-controller': [
    on('batch', ['jobs'], ['get', 'list', 'update', 'watch']),
    on('batch', ['jobs/status'], ['update']),
    recordEvents,
  ],
  'namespace-controller': [
    on('', ['namespaces'], ['delete', ...read]),
    on('', ['namespaces/finalize', 'namespaces/status'], ['update']),
    on('*', ['*'], ['delete', 'deletecollection', ...read]),
  ],
  'node-controller': [
    on('', ['nodes'], ['delete', 'get', 'list', 'patch', 'update', 'watch']),
    on('', ['nodes/status'], patchUpdate),
    on('', ['pods/status'], patchUpdate),
    on('', ['pods'], ['delete', ...read]),
    recordEvents,
  ],
  'persistent-volume-binder': [
    on('', ['persistentvolumes'], ['create', 'delete', 'get', 'list', 'update', 'watch']),
    on('', ['persistentvolumes/status'], ['update']),
    on('', ['persistentvolumeclaims'], ['get', 'list', 'update', 'watch']),
    on('', ['persistentvolumeclaims/status'], ['update']),
    on('', ['pods'], ['create', 'delete', 'get', 'list', 'watch']),
    on('storage.k8s.io', ['storageclasses'], read),
    on('', ['nodes'], listWatch),
    recordEvents,
    on('', ['events'], ['watch']),
  ],
  'pod-garbage-collector': [
    on('', ['pods'], ['delete', 'list', 'watch']),
    on('', ['nodes'], read),
    on('', ['pods/status'], ['patch']),
  ],
  'pv-protection-controller': [on('', ['persistentvolumes'], ['get', 'list', 'update', 'watch']), recordEvents],
  'pvc-protection-controller': [
    on('', ['persistentvolumeclaims'], ['get', 'list', 'update', 'watch']),
    on('', ['persistentvolumeclaims/status'], ['update']),
    on('', ['pods'], read),
    recordEvents,
  ],
  'resourcequota-controller': [on('*', ['*'], listWatch), on('', ['resourcequotas/status'], ['update']), recordEvents],
  'root-ca-cert-publisher': [on('', ['configmaps'], ['create', 'update']), recordEvents],
  'service-account-controller': [on('', ['serviceaccounts'], ['create']), recordEvents],
  'ttl-after-finished-controller': [on('batch', ['jobs'], ['delete', ...read]), recordEvents],
  'ttl-controller': [on('', ['nodes'], ['list', 'patch', 'update', 'watch']), recordEvents],
  'validatingadmissionpolicy-status-controller': [
    on(admissionGroup, ['validatingadmissionpolicies'], read),
    on(admissionGroup, ['validatingadmissionpolicies/status'], ['get', ...patchUpdate]),
    recordEvents,
  ],
  // Ours alone: it makes directories of nodes into volumes.
  'volume-provisioner': [
    on('', ['persistentvolumes'], ['create', 'delete', 'get', 'list', 'update', 'watch']),
    on('', ['persistentvolumeclaims'], ['get', 'list', 'update', 'watch']),
    on('storage.k8s.io', ['storageclasses'], ['create', ...read]),
    on('', ['nodes'], read),
    recordEvents,
  ],
};
