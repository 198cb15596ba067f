import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import { podDeletionGrace, preparePodStatusUpdate } from '#kinds/pod/prepare.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { container, created, decoded, newPod } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

test('a status sent with a create is dropped', () => {
  const pod = created(pods, { spec: { containers: [container] }, status: { phase: 'Running', podIP: '10.1.2.3' } });
  assert.deepEqual(pod.status, { phase: 'Pending', qosClass: 'BestEffort' });
});

test('a gated pod says what it waits for', () => {
  const pod = newPod({ schedulingGates: [{ name: 'example.org/queue' }] });
  assert.deepEqual(pod.status.conditions, [
    {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: null,
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ]);
});

test('label keys of terms become conditions with the values of the pod', () => {
  const term = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['rev', 'none'], mismatchLabelKeys: ['app'] };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const pod = newPod({ affinity }, { labels: { rev: '7', app: 'a' } });
  const [first] = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  assert.deepEqual(first?.labelSelector?.matchExpressions, [
    { key: 'rev', operator: 'In', values: ['7'] },
    { key: 'app', operator: 'NotIn', values: ['a'] },
  ]);
});

test('a status update keeps the owners, and the class it does not mention', () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' };
  const old = newPod({}, { ownerReferences: [owner] });
  const draft = structuredClone(decoded(pods, { spec: { containers: [container] } })) as Draft<Pod>;
  preparePodStatusUpdate(draft, old);
  assert.deepEqual(draft.metadata.ownerReferences, [owner]);
  assert.equal(draft.status.qosClass, 'BestEffort');
});

test('generations once seen stay so in a status that does not mention them', () => {
  const condition = (observedGeneration?: number) => ({ type: 'Ready', status: 'True', observedGeneration });
  const pod = (status: object) => decoded(pods, { spec: { containers: [container] }, status });
  const old = pod({ observedGeneration: 3, conditions: [condition(2), condition(1)] });
  const draft = structuredClone(pod({ conditions: [condition(), condition(4), condition()] })) as Draft<Pod>;
  preparePodStatusUpdate(draft, old);
  assert.equal(draft.status.observedGeneration, 3);
  assert.deepEqual(
    draft.status.conditions?.map((one) => one.observedGeneration),
    [2, 4, undefined],
  );
});

test('only a pod on a node that has not ended is given time to stop', () => {
  const bound = { ...newPod({ nodeName: 'n1' }) };
  const ended = { ...bound, status: { ...bound.status, phase: 'Failed' } };
  assert.equal(podDeletionGrace(bound, undefined), 30);
  assert.equal(podDeletionGrace(bound, 5), 5);
  assert.equal(podDeletionGrace(bound, 0), 0);
  assert.equal(podDeletionGrace(bound, -1), 1);
  assert.equal(podDeletionGrace(newPod(), 5), 0);
  assert.equal(podDeletionGrace(ended, 5), 0);
});
