import type { ClusterRole, PolicyRule } from '#kinds/rbac/schema.ts';
import { eventGroups, on, read, readWrite, write } from './rule.ts';

/** The part of a cluster role that matters here. */
export interface RoleSketch {
  readonly name: string;
  readonly rules: readonly PolicyRule[] | null;
  readonly labels?: { readonly [name: string]: string };
  readonly aggregationRule?: ClusterRole['aggregationRule'];
}

type Audience = 'admin' | 'edit' | 'view';

const aggregateTo = (audience: Audience) => ({ [`rbac.authorization.k8s.io/aggregate-to-${audience}`]: 'true' });

/** A role that is made up of all that are labelled for it; also of those that charts and operators add. */
function aggregated(name: Audience, partOf?: Audience): RoleSketch {
  return {
    name,
    rules: null,
    labels: partOf === undefined ? {} : aggregateTo(partOf),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
  };
}

function partOf(audience: Audience, rules: readonly PolicyRule[]): RoleSketch {
  return { name: `system:aggregate-to-${audience}`, labels: aggregateTo(audience), rules };
}

const scalable = ['deployments', 'deployments/scale', 'replicasets', 'replicasets/scale'];
/** What once was in group `extensions`. */
const formerly = ['daemonsets', ...scalable, 'ingresses', 'networkpolicies', 'replicationcontrollers/scale'];
const sets = ['statefulsets', 'statefulsets/scale'];

/** Roles for people: `view` sees what is no secret, `edit` runs things too, `admin` also gives rights to others
 *  (spec: api.md section 17.4). */
export const userRoles: readonly RoleSketch[] = [
  aggregated('admin'),
  aggregated('edit', 'admin'),
  aggregated('view', 'edit'),
  partOf('admin', [
    on('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
    on('rbac.authorization.k8s.io', ['rolebindings', 'roles'], readWrite),
  ]),
  partOf('edit', [
    on('', ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'], read),
    on('', ['serviceaccounts'], ['impersonate']),
    on('', ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], write),
    on('', ['pods/eviction'], ['create']),
    on(
      '',
      [
        'configmaps',
        'persistentvolumeclaims',
        'replicationcontrollers',
        'replicationcontrollers/scale',
        'secrets',
        'serviceaccounts',
        'services',
        'services/proxy',
      ],
      write,
    ),
    on('', ['serviceaccounts/token'], ['create']),
    on(eventGroups, ['events'], write),
    on('apps', ['daemonsets', 'deployments/rollback', ...scalable, ...sets], write),
    on('autoscaling', ['horizontalpodautoscalers'], write),
    on('batch', ['cronjobs', 'jobs'], write),
    on('extensions', [...formerly, 'deployments/rollback'], write),
    on('policy', ['poddisruptionbudgets'], write),
    on('networking.k8s.io', ['ingresses', 'networkpolicies'], write),
    on('coordination.k8s.io', ['leases'], readWrite),
    on('resource.k8s.io', ['resourceclaims', 'resourceclaimtemplates'], write),
  ]),
  partOf('view', [
    on(
      '',
      [
        'configmaps',
        'endpoints',
        'persistentvolumeclaims',
        'persistentvolumeclaims/status',
        'pods',
        'replicationcontrollers',
        'replicationcontrollers/scale',
        'serviceaccounts',
        'services',
        'services/status',
      ],
      read,
    ),
    on(
      '',
      [
        'bindings',
        'limitranges',
        'namespaces/status',
        'pods/log',
        'pods/status',
        'replicationcontrollers/status',
        'resourcequotas',
        'resourcequotas/status',
      ],
      read,
    ),
    on('', ['namespaces'], read),
    on(eventGroups, ['events'], read),
    on('discovery.k8s.io', ['endpointslices'], read),
    on(
      'apps',
      [
        'controllerrevisions',
        'daemonsets',
        'daemonsets/status',
        'deployments/status',
        'replicasets/status',
        'statefulsets/status',
        ...scalable,
        ...sets,
      ],
      read,
    ),
    on('autoscaling', ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'], read),
    on('batch', ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'], read),
    on(
      'extensions',
      [...formerly, 'daemonsets/status', 'deployments/status', 'ingresses/status', 'replicasets/status'],
      read,
    ),
    on('policy', ['poddisruptionbudgets', 'poddisruptionbudgets/status'], read),
    on('networking.k8s.io', ['ingresses', 'ingresses/status', 'networkpolicies'], read),
    on('resource.k8s.io', ['resourceclaims', 'resourceclaims/status', 'resourceclaimtemplates'], read),
  ]),
];
