import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podMaker } from '#controllers/daemonset/new-pod.ts';
import { targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import { daemonSet } from '#controllers/daemonset/test-daemons.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const set = daemonSet(
  {},
  {
    nodeSelector: { disk: 'ssd' },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [] } }],
      },
    },
  },
);

test('a pod is made for one node, which takes the place of the template’s demand', () => {
  const pod = podMaker(set, { hash: 'h', generation: '3' })('n1');
  assert.deepEqual(pod.metadata.labels, { app: 'd', 'controller-revision-hash': 'h', 'pod-template-generation': '3' });
  assert.equal(pod.metadata.generateName, 'd-');
  const [owner] = pod.metadata.ownerReferences ?? [];
  assert.deepEqual(owner, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    name: 'd',
    uid: 'd-uid',
    controller: true,
    blockOwnerDeletion: true,
  });
  const { requiredDuringSchedulingIgnoredDuringExecution: required, ...rest } = pod.spec.affinity?.nodeAffinity ?? {};
  assert.deepEqual(required, {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
  });
  assert.equal(rest.preferredDuringSchedulingIgnoredDuringExecution?.length, 1);
  assert.deepEqual([pod.spec.nodeSelector, pod.spec.tolerations?.length], [{ disk: 'ssd' }, 6]);
  assert.equal(targetNodeOf(pod as Pod), 'n1');
});

test('without a readable generation a pod does not carry one', () => {
  const pod = podMaker(set, { hash: 'h', generation: undefined })('n1');
  assert.deepEqual(Object.keys(pod.metadata.labels ?? {}), ['app', 'controller-revision-hash']);
});

test('whatever the template says of affinity, only its demand on nodes is replaced', () => {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n1'] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }];
  const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] };
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1', 'n2'] }] }, {}];
  const rows: readonly [object | undefined, object][] = [
    [undefined, {}],
    [{}, {}],
    [{ podAffinity }, { podAffinity }],
    [{ nodeAffinity: {} }, {}],
    [{ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }, {}],
    [
      { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } }, podAffinity },
      { podAffinity },
    ],
  ];
  const made = (affinity: object | undefined) =>
    podMaker(daemonSet({}, affinity === undefined ? {} : ({ affinity } as never)), {
      hash: 'h',
      generation: undefined,
    })('n1').spec.affinity;
  for (const [affinity, kept] of rows) {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: required };
    assert.deepEqual(made(affinity), { ...kept, nodeAffinity });
  }
  const both = made({ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } });
  assert.deepEqual(both?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution, preferred);
});
