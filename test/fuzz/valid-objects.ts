import { buoys } from '#api/custom/test-definitions.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';

/** The group of the resources that definitions describe. */
export const customGroup = 'fuzz.example';

type Body = { readonly [field: string]: unknown };

const labels = { app: 'fuzz', 'example.com/part': 'a' };
const container = {
  name: 'main',
  image: 'registry.example/tools/runner:2.4',
  command: ['sh', '-c', 'exit 0'],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  ports: [
    { name: 'http', containerPort: 8080 },
    { containerPort: 53, protocol: 'UDP' },
  ],
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
  livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 },
};
const podSpec = {
  restartPolicy: 'Never',
  containers: [container],
  initContainers: [{ name: 'first', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
  volumes: [{ name: 'data', emptyDir: {} }],
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
};
const template = { metadata: { labels }, spec: podSpec };
const lasting = { metadata: { labels }, spec: { ...podSpec, restartPolicy: 'Always' } };
const selector = { matchLabels: { app: 'fuzz' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['fuzz'] }] };
const jobSpec = { parallelism: 2, completions: 3, backoffLimit: 4, template };
const rules = [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'], resourceNames: ['a'] }];
const subjects = [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }];
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
const resourceAttributes = { namespace: 'default', verb: 'get', resource: 'pods', name: 'a' };
const time = '2026-01-01T00:00:00Z';
const microTime = '2026-01-01T00:00:00.000000Z';

/** What makes an object of the kind valid, besides its names; a kind that is not here needs nothing. */
const bodies: { readonly [kind: string]: Body } = {
  Buoy: {
    spec: { depth: 3, colour: 'blue', replicas: 2, lights: [{ kind: 'a' }, { kind: 'b' }] },
    status: { phase: 'x' },
  },
  Binding: { target: { apiVersion: 'v1', kind: 'Node', name: 'node-0' } },
  ClusterRole: { rules },
  ClusterRoleBinding: { subjects, roleRef },
  ConfigMap: { data: { a: '1', b: 'two\nlines' }, binaryData: { c: 'AAEC' } },
  ControllerRevision: { revision: 1, data: { spec: { template: { a: [1, 'x', null] } } } },
  CronJob: {
    spec: { schedule: '*/5 * * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', jobTemplate: { spec: jobSpec } },
  },
  DaemonSet: {
    spec: { selector, template: lasting },
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  },
  Deployment: {
    spec: { replicas: 2, selector, strategy: { type: 'Recreate' }, template: lasting },
    status: { replicas: 2 },
  },
  Endpoints: { subsets: [{ addresses: [{ ip: '10.0.0.2' }], ports: [{ port: 80 }] }] },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.2'] }], ports: [{ port: 80 }] },
  Event: {
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' },
    reason: 'Started',
    message: 'm',
    type: 'Normal',
    source: { component: 'fuzz' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  },
  'Event.events.k8s.io': {
    eventTime: microTime,
    reportingController: 'example.com/fuzz',
    reportingInstance: 'fuzz-1',
    action: 'Start',
    reason: 'Started',
    regarding: { kind: 'Pod', namespace: 'default', name: 'a' },
    note: 'n',
    type: 'Normal',
  },
  Job: { spec: jobSpec, status: { active: 1, ready: 0, startTime: time } },
  Lease: { spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: microTime, leaseTransitions: 1 } },
  LimitRange: {
    spec: { limits: [{ type: 'Container', max: { cpu: '8' }, min: { cpu: '1m' }, default: { cpu: '1' } }] },
  },
  LocalSubjectAccessReview: { spec: { user: 'alice', groups: ['g'], resourceAttributes } },
  Namespace: { spec: { finalizers: ['kubernetes'] } },
  Node: {
    spec: { podCIDR: '10.0.0.0/24', taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
    status: {
      capacity: { cpu: '2', memory: '4Gi', pods: '110' },
      allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'r', lastHeartbeatTime: time, lastTransitionTime: time }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    },
  },
  Pod: {
    spec: podSpec,
    status: {
      phase: 'Running',
      podIP: '10.0.0.2',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: time }],
      containerStatuses: [
        {
          name: 'main',
          image: 'i',
          imageID: '',
          ready: true,
          restartCount: 1,
          state: { running: { startedAt: time } },
        },
      ],
    },
  },
  PodDisruptionBudget: { spec: { minAvailable: '50%', selector } },
  PodTemplate: { template },
  PriorityClass: { value: 1000, description: 'd', preemptionPolicy: 'Never' },
  ReplicaSet: { spec: { replicas: 2, selector, template: lasting }, status: { replicas: 1, readyReplicas: 1 } },
  ReplicationController: { spec: { selector: { app: 'fuzz' }, template: lasting }, status: { replicas: 1 } },
  ResourceQuota: { spec: { hard: { pods: '500', 'count/jobs.batch': '500', 'requests.cpu': '1k' } } },
  Role: { rules },
  RoleBinding: { subjects, roleRef },
  Secret: { type: 'Opaque', data: { a: 'YQ==' }, stringData: { b: 'plain' } },
  SelfSubjectAccessReview: { spec: { resourceAttributes } },
  SelfSubjectRulesReview: { spec: { namespace: 'default' } },
  ServiceAccount: { imagePullSecrets: [{ name: 's' }], automountServiceAccountToken: false },
  StatefulSet: {
    spec: {
      selector,
      serviceName: 'fuzz',
      template: lasting,
      volumeClaimTemplates: [
        {
          metadata: { name: 'kept' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
    status: { replicas: 1, availableReplicas: 0 },
  },
  SubjectAccessReview: { spec: { user: 'alice', nonResourceAttributes: { path: '/metrics', verb: 'get' } } },
  TokenReview: { spec: { token: 'x.y.z', audiences: ['api'] } },
};

/** A body that the server takes for a create of the resource. */
export function validObject(resource: ResourceDefinition, namespace: string, name: string): Body {
  const { group, kind } = resource;
  if (kind === 'CustomResourceDefinition') {
    const names = { plural: name.replace(`.${customGroup}`, ''), kind: 'Fuzz', shortNames: ['fz'] };
    const definition = buoys({ group: customGroup, names });
    return { apiVersion: apiVersionOf(resource), kind, ...definition, metadata: { name } };
  }
  const body = bodies[kind === 'Event' && group !== '' ? `${kind}.${group}` : kind] ?? {};
  const metadata = {
    name,
    labels,
    annotations: { note: 'n' },
    ...(resource.namespaced ? { namespace } : {}),
  };
  const object = { apiVersion: apiVersionOf(resource), kind, metadata, ...body };
  if (kind !== 'Event') return object;
  // An event lives where the object it is about lives.
  const about = group === '' ? 'involvedObject' : 'regarding';
  return { ...object, [about]: { kind: 'Pod', namespace, name: 'a' } };
}

/** Bodies of the subresources that take something else than their resource. */
export function validSubresourceBody(subresource: string, name: string): Body | undefined {
  switch (subresource) {
    case 'binding':
      return { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: 'node-0' } };
    case 'eviction':
      return {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name },
        deleteOptions: { gracePeriodSeconds: 0 },
      };
    case 'token':
      return {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: ['https://kubernetes.default.svc.cluster.local'], expirationSeconds: 3600 },
      };
    default:
      return undefined;
  }
}
