import type { PolicyRule } from '#kinds/rbac/schema.ts';
import { keeps, listWatch, on, patchUpdate, read, recordEvents, runsPods } from './rule.ts';

const storage = 'storage.k8s.io';
const networking = 'networking.k8s.io';
const dynamicResources = 'resource.k8s.io';
const workloads = ['apps', 'extensions'];

/** Roles for controllers of Kubernetes that are none of ours: every cluster has them, and whoever brings such a controller
 *  finds its rights where they are elsewhere (spec: api.md section 17.4). */
export const absentControllerRules: { readonly [account: string]: readonly PolicyRule[] } = {
  'attachdetach-controller': [
    on('', ['persistentvolumeclaims', 'persistentvolumes'], listWatch),
    on('', ['nodes'], read),
    on('', ['nodes/status'], patchUpdate),
    on('', ['pods'], listWatch),
    recordEvents,
    on(storage, ['volumeattachments'], ['create', 'delete', ...read]),
    on(storage, ['csidrivers'], read),
    on(storage, ['csinodes'], read),
  ],
  'deployment-controller': [
    ...keeps(workloads, 'deployments', ['update', ...read]),
    on(workloads, ['replicasets'], ['create', 'delete', ...patchUpdate, ...read]),
    on('', ['pods'], ['update', ...read]),
    recordEvents,
  ],
  'device-taint-eviction-controller': [
    on('', ['pods'], ['delete', ...read]),
    on('', ['pods/status'], patchUpdate),
    on(dynamicResources, ['resourceclaims'], read),
    on(dynamicResources, ['resourceslices'], read),
    on(dynamicResources, ['deviceclasses'], read),
    recordEvents,
  ],
  'endpointslicemirroring-controller': [
    on('', ['endpoints', 'services'], read),
    on('', ['services/finalizers'], ['update']),
    on('', ['endpoints/finalizers'], ['update']),
    on('discovery.k8s.io', ['endpointslices'], ['create', 'delete', 'update', ...read]),
    on('discovery.k8s.io', ['endpointslices/restricted'], ['create']),
    recordEvents,
  ],
  'expand-controller': [
    on('', ['persistentvolumes'], [...patchUpdate, ...read]),
    on('', ['persistentvolumeclaims/status'], patchUpdate),
    on('', ['persistentvolumeclaims'], read),
    recordEvents,
  ],
  'horizontal-pod-autoscaler': [
    on('autoscaling', ['horizontalpodautoscalers'], read),
    on('autoscaling', ['horizontalpodautoscalers/status'], ['update']),
    on('*', ['*/scale'], ['get', 'update']),
    on('', ['pods'], listWatch),
    on('metrics.k8s.io', ['pods'], listWatch),
    on('custom.metrics.k8s.io', ['*'], read),
    on('external.metrics.k8s.io', ['*'], read),
    recordEvents,
  ],
  'legacy-service-account-token-cleaner': [
    {
      ...on('', ['configmaps'], ['get']),
      resourceNames: ['kube-apiserver-legacy-service-account-token-tracking'],
    },
    on('', ['secrets'], ['delete', 'patch']),
  ],
  'replicaset-controller': [...keeps(workloads, 'replicasets', ['update', ...read]), runsPods, recordEvents],
  'replication-controller': [...keeps('', 'replicationcontrollers', ['update', ...read]), runsPods, recordEvents],
  'resource-claim-controller': [
    on('', ['pods'], read),
    on('', ['pods/finalizers'], ['update']),
    on(dynamicResources, ['resourceclaims'], ['create', 'delete', ...read]),
    on(dynamicResources, ['resourceclaims', 'resourceclaims/status'], patchUpdate),
    on('', ['pods/status'], patchUpdate),
    recordEvents,
    on(dynamicResources, ['resourceclaims/binding'], patchUpdate),
  ],
  'route-controller': [on('', ['nodes'], listWatch), on('', ['nodes/status'], ['patch']), recordEvents],
  'selinux-warning-controller': [
    recordEvents,
    on('', ['persistentvolumes'], read),
    on('', ['persistentvolumeclaims'], read),
    on('', ['pods'], read),
    on(storage, ['csidrivers'], read),
  ],
  'service-cidrs-controller': [
    on(networking, ['servicecidrs'], [...patchUpdate, ...read]),
    on(networking, ['servicecidrs/finalizers'], patchUpdate),
    on(networking, ['servicecidrs/status'], patchUpdate),
    on(networking, ['ipaddresses'], read),
    recordEvents,
  ],
  'service-controller': [
    on('', ['services'], read),
    on('', ['services/status'], patchUpdate),
    on('', ['nodes'], listWatch),
    recordEvents,
  ],
  'statefulset-controller': [
    on('', ['pods'], listWatch),
    ...keeps('apps', 'statefulsets', read),
    on('', ['pods'], ['create', 'delete', 'get', ...patchUpdate]),
    on('apps', ['controllerrevisions'], ['create', 'delete', ...patchUpdate, ...read]),
    on('', ['persistentvolumeclaims'], ['create', ...read]),
    on('', ['persistentvolumeclaims'], ['delete', 'update']),
    on('', ['pods/finalizers'], ['update']),
    recordEvents,
  ],
  'volumeattributesclass-protection-controller': [
    on('', ['persistentvolumeclaims'], read),
    on('', ['persistentvolumes'], read),
    on(storage, ['volumeattributesclasses'], ['update', ...read]),
    recordEvents,
  ],
};
