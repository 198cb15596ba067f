import { defineResource } from '#kinds/define.ts';
import { defaultPod } from '#kinds/pod/defaults.ts';
import { mountHints } from '#kinds/pod/hints.ts';
import { oldProfileWarnings } from '#kinds/pod/old-profiles.ts';
import { ephemeralContainersUpdate, resizeUpdate } from '#kinds/pod/part-updates.ts';
import { podDeletionGrace, preparePodCreate, preparePodStatusUpdate } from '#kinds/pod/prepare.ts';
import { Eviction } from '#kinds/pod/schema/eviction.ts';
import { Binding, Pod } from '#kinds/pod/schema/pod.ts';
import { podTable } from '#kinds/pod/table.ts';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { validatePodStatusUpdate } from '#kinds/pod/validate/status.ts';
import { validatePodUpdate } from '#kinds/pod/validate/update.ts';
import { hostnameWarnings, podStatusWarnings, podWarnings } from '#kinds/pod/warnings.ts';

export const pods = defineResource<Pod>({
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: Pod,
  subresources: [
    { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'], connects: true },
    { name: 'binding', kind: 'Binding', verbs: ['create'], schema: Binding },
    { name: 'ephemeralcontainers', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    {
      name: 'eviction',
      kind: 'Eviction',
      group: 'policy',
      version: 'v1',
      olderVersions: ['v1beta1'],
      verbs: ['create'],
      schema: Eviction,
    },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'], connects: true },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'], connects: true },
    { name: 'proxy', kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'], proxies: true },
    { name: 'resize', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  ],
  rules: {
    hasStatus: true,
    managesGeneration: true,
    answersDeleted: true,
    revalidatesMetadata: true,
    unowned: {
      status: [
        ['metadata', 'deletionTimestamp'],
        ['metadata', 'ownerReferences'],
      ],
    },
    defaults: defaultPod,
    askedWarnings: oldProfileWarnings,
    prepareCreate: preparePodCreate,
    prepareStatusUpdate: preparePodStatusUpdate,
    validate: validatePod,
    validateUpdate: validatePodUpdate,
    validateStatusUpdate: validatePodStatusUpdate,
    subresourceUpdates: {
      ephemeralcontainers: ephemeralContainersUpdate,
      resize: resizeUpdate,
    },
    deletionGrace: podDeletionGrace,
    // Updates of pods come from programs, which read no warnings.
    warnings: (pod, old) =>
      old === undefined ? [...hostnameWarnings(pod.metadata.name), ...podWarnings(pod, '')] : [],
    statusWarnings: podStatusWarnings,
    hints: (pod, errors) => mountHints(pod.spec, errors, 'spec'),
  },
  table: podTable,
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status.phase ?? '',
    'status.podIP': (pod) => pod.status.podIP ?? '',
    'status.podIPs': (pod) => pod.status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': (pod) => pod.status.nominatedNodeName ?? '',
  },
  fieldAliases: { 'spec.host': 'spec.nodeName' },
});
