import { type Json, type JsonObject, jsonCopy } from '#base/json.ts';
import { Pod } from '#kinds/pod/schema/pod.ts';
import { applyConfiguration } from '#patch/apply/apply-configuration.ts';
import { fieldSetOfPaths } from '#patch/fields/field-set.ts';
import { managedFieldsAfterUpdate } from '#patch/managed/after-update.ts';
import { applyStrategicMergePatch } from '#patch/strategic-merge.ts';
import { decode } from '#schema/decode.ts';
import { type BenchResult, median } from './report.ts';

const runs = 7;
const rounds = 4000;

const container = {
  name: 'work',
  image: 'registry.example/tools/runner:2.4',
  command: ['sh', '-c', 'sleep 1'],
  env: [
    { name: 'A', value: '1' },
    { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'x' } } },
  ],
  resources: { requests: { cpu: '100m', memory: '64Mi' } },
  volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets', readOnly: true }],
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const labels = { 'batch.kubernetes.io/job-name': 'j', 'batch.kubernetes.io/controller-uid': 'u', 'job-name': 'j' };
const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true, blockOwnerDeletion: true };
const spec = {
  containers: [container],
  restartPolicy: 'Never',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  enableServiceLinks: true,
  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  volumes: [
    { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }] } },
  ],
};
const metadata = {
  name: 'j-abcde',
  namespace: 'default',
  generateName: 'j-',
  labels,
  finalizers: ['batch.kubernetes.io/job-tracking'],
  ownerReferences: [owner],
};
const condition = (type: string, status: string) => ({ type, status, lastTransitionTime: '2026-01-01T00:00:00Z' });
const status = (ready: string) => ({
  phase: 'Running',
  podIP: '10.0.0.1',
  startTime: '2026-01-01T00:00:00Z',
  conditions: ['PodScheduled', 'Initialized', 'Ready', 'ContainersReady'].map((type) => condition(type, ready)),
  containerStatuses: [
    {
      name: 'work',
      ready: true,
      restartCount: 0,
      image: 'i',
      imageID: 'i',
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    },
  ],
});

const pod = (more: object): JsonObject =>
  decode(Pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec, ...more }).value as unknown as JsonObject;

const mainFields = {
  type: Pod,
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  ignored: fieldSetOfPaths([['f:status']]),
};
const statusFields = { ...mainFields, subresource: 'status', ignored: fieldSetOfPaths([['f:spec']]) };

function tracked(object: JsonObject, managedFields: unknown): JsonObject {
  return { ...object, metadata: { ...(object.metadata as JsonObject), managedFields: managedFields as Json } };
}

/** What it costs to keep track of who owns which field of a pod, beside a copy of that pod. */
export async function run(): Promise<readonly BenchResult[]> {
  const fresh = pod({});
  const created = tracked(
    fresh,
    managedFieldsAfterUpdate({ ...mainFields, manager: 'controller', old: undefined, new: fresh }),
  );
  const running = pod({ status: status('False') });
  const entries = managedFieldsAfterUpdate({ ...statusFields, manager: 'kubelet', old: created, new: running });
  const stored = tracked(running, entries);
  const ready = { ...stored, status: pod({ status: status('True') }).status as Json };
  const same = jsonCopy(stored);
  const config = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'j-abcde', labels: { mine: '1' } },
    spec: { containers: [container] },
  };
  const patch = {
    status: { conditions: [condition('Ready', 'True')], '$setElementOrder/conditions': [{ type: 'Ready' }] },
  };
  const subjects: readonly [string, () => unknown][] = [
    [
      'track a new pod',
      () => managedFieldsAfterUpdate({ ...mainFields, manager: 'controller', old: undefined, new: fresh }),
    ],
    [
      'track a status write',
      () => managedFieldsAfterUpdate({ ...statusFields, manager: 'kubelet', old: stored, new: ready }),
    ],
    [
      'track a write that changes nothing',
      () => managedFieldsAfterUpdate({ ...mainFields, manager: 'x', old: stored, new: same }),
    ],
    ['patch a condition, strategically', () => applyStrategicMergePatch(Pod, stored, patch)],
    [
      'apply on the server',
      () => applyConfiguration({ ...mainFields, kind: 'Pod', manager: 'mine', live: stored, config, force: true }),
    ],
  ];
  const floor = { name: 'structuredClone of the pod', median: microseconds(() => structuredClone(stored)) };
  return subjects.map(([name, body]) => ({ name, median: microseconds(body), unit: 'µs', floor }));
}

function microseconds(body: () => unknown): number {
  const figures: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    for (let round = 0; round < rounds; round++) body();
    figures.push(((performance.now() - start) * 1000) / rounds);
  }
  return median(figures);
}
