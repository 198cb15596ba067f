import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PodGcInput, planPodGc, quarantineMs, terminatedPodsMax } from '#controllers/pod-gc/plan.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Partially, stored } from '#testing/stored.ts';

const pod = (name: string, given: Partially<Pod> = {}): Pod =>
  stored(pods, { ...given, metadata: { name, ...given.metadata } });
const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' };

function collected(input: Partial<PodGcInput>): readonly string[] {
  const plan = planPodGc({ pods: [], nodes: new Map(), missingSince: new Map(), now: 100_000, ...input });
  return plan.map(({ pod: each, cause }) => `${each.metadata.name} ${cause}`);
}

test('pods of a node that is missing are collected after the quarantine', () => {
  const bound = pod('p', { spec: { nodeName: 'n1' } });
  const missingSince = new Map([['n1', 100_000 - quarantineMs]]);
  assert.deepEqual(collected({ pods: [bound], missingSince }), ['p orphaned']);
  assert.deepEqual(collected({ pods: [bound], missingSince, now: 99_999 }), []);
  const known = new Map<string, Node>([['n1', stored(nodes, { metadata: { name: 'n1' } })]]);
  assert.deepEqual(collected({ pods: [bound], missingSince, nodes: known }), []);
});

test('a deleted pod that no node ever had is collected, one that waits for a node is not', () => {
  assert.deepEqual(collected({ pods: [pod('going', { metadata: deleting }), pod('waiting')] }), ['going unscheduled']);
});

test('deleted pods are taken off a dead node that an operator has marked out of service', () => {
  const taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }];
  const conditions = (status: string) => [{ type: 'Ready', status, lastHeartbeatTime: '', lastTransitionTime: '' }];
  const marked = (ready: string) =>
    new Map([
      [
        'n1',
        {
          ...stored(nodes, { metadata: { name: 'n1' } }),
          spec: { taints },
          status: { conditions: conditions(ready) },
        } as unknown as Node,
      ],
    ]);
  const going = pod('p', { metadata: deleting, spec: { nodeName: 'n1' } });
  assert.deepEqual(collected({ pods: [going], nodes: marked('False') }), ['p out-of-service']);
  assert.deepEqual(collected({ pods: [going], nodes: marked('True') }), []);
  assert.deepEqual(collected({ pods: [pod('p', { spec: { nodeName: 'n1' } })], nodes: marked('False') }), []);
});

test('of too many finished pods the evicted go first, then the oldest', () => {
  const template = pod('x', { status: { phase: 'Succeeded' } });
  const finished = (name: string, creationTimestamp: string, reason?: string): Pod => ({
    ...template,
    metadata: { ...template.metadata, name, creationTimestamp },
    status: { ...template.status, ...(reason === undefined ? {} : { phase: 'Failed', reason }) },
  });
  const many = Array.from({ length: terminatedPodsMax - 1 }, (_, index) =>
    finished(`young${index}`, '2026-06-01T00:00:00Z'),
  );
  const old = finished('old', '2026-01-01T00:00:00Z');
  const evicted = finished('evicted', '2026-06-02T00:00:00Z', 'Evicted');
  const last = finished('last', '2026-06-03T00:00:00Z');
  assert.deepEqual(collected({ pods: [...many, old] }), []);
  assert.deepEqual(collected({ pods: [...many, old, last, evicted] }), ['evicted terminated', 'old terminated']);
  const twins = [
    finished('twin-b', old.metadata.creationTimestamp),
    finished('twin-a', old.metadata.creationTimestamp),
  ];
  assert.deepEqual(collected({ pods: [...many, ...twins] }), ['twin-a terminated'], 'of one second the first by name');
});
