import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planManage } from '#controllers/daemonset/manage.ts';
import { daemonSet, names, node, pod, surging, view } from '#controllers/daemonset/test-daemons.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const one = daemonSet();
const two = daemonSet(surging());
const at = (effect: string): Node => node('n1', [{ key: 'k', effect }]);

interface Row {
  readonly says: string;
  readonly set?: DaemonSet;
  readonly nodes?: readonly (Node | string)[];
  readonly pods?: readonly Pod[];
  readonly create?: readonly string[];
  readonly remove?: readonly string[];
}

const rows: readonly Row[] = [
  { says: 'an empty node gets a pod', nodes: ['n1', 'n2'], pods: [pod('a', 'n1')], create: ['n2'] },
  { says: 'a node with a waiting pod gets no other', pods: [pod('a', 'n1', { unbound: true, phase: 'Pending' })] },
  { says: 'a node whose pod is stopping waits', pods: [pod('a', 'n1', { deleting: true })] },
  {
    says: 'a pod that has stopped but is held makes room',
    pods: [pod('a', 'n1', { deleting: true, phase: 'Succeeded' })],
    create: ['n1'],
  },
  {
    says: 'with surge, nobody waits for a pod that is stopping',
    set: two,
    pods: [pod('a', 'n1', { deleting: true })],
    create: ['n1'],
  },
  {
    says: 'with surge, none comes after a pod that is stopping where it might only have stayed',
    set: two,
    nodes: [at('NoSchedule')],
    pods: [pod('a', 'n1', { deleting: true })],
  },
  { says: 'an untolerated NoSchedule taint keeps new pods away', nodes: [at('NoSchedule')] },
  { says: 'and leaves old ones alone', nodes: [at('NoSchedule')], pods: [pod('a', 'n1')] },
  {
    says: 'an untolerated NoExecute taint removes all that is not leaving already',
    nodes: [at('NoExecute')],
    pods: [pod('a', 'n1'), pod('b', 'n1', { deleting: true }), pod('c', 'n1')],
    remove: ['a', 'c'],
  },
  {
    says: 'of two pods the older stays',
    pods: [pod('a', 'n1', { age: 5 }), pod('b', 'n1', { age: 9 })],
    remove: ['a'],
  },
  {
    says: 'of two pods the bound one stays, though younger',
    pods: [pod('a', 'n1', { age: 9, unbound: true }), pod('b', 'n1', { age: 5 })],
    remove: ['a'],
  },
  { says: 'of two pods of one second the first by name stays', pods: [pod('b', 'n1'), pod('a', 'n1')], remove: ['b'] },
  { says: 'a failed pod goes', pods: [pod('a', 'n1', { phase: 'Failed' })], remove: ['a'] },
  {
    says: 'of two failed pods one goes, and the other waits its turn',
    pods: [pod('a', 'n1', { phase: 'Failed' }), pod('b', 'n1', { phase: 'Failed' })],
    remove: ['a'],
  },
  {
    says: 'a failed pod goes beside those that are too many',
    pods: [pod('a', 'n1', { phase: 'Failed' }), pod('b', 'n1'), pod('c', 'n1'), pod('d', 'n1')],
    remove: ['a', 'c', 'd'],
  },
  { says: 'a pod that succeeded goes', pods: [pod('a', 'n1', { phase: 'Succeeded' })], remove: ['a'] },
  {
    says: 'with surge, a failed pod is replaced at once',
    set: two,
    pods: [pod('a', 'n1', { phase: 'Failed' })],
    create: ['n1'],
    remove: ['a'],
  },
  {
    says: 'with surge, a new pod may stand beside an old one that serves',
    set: two,
    pods: [pod('a', 'n1', { old: true, ready: 9 }), pod('b', 'n1')],
  },
  {
    says: 'with surge, the old one goes when the new one serves',
    set: two,
    pods: [pod('a', 'n1', { old: true, ready: 9 }), pod('b', 'n1', { ready: 1 })],
    remove: ['a'],
  },
  {
    says: 'with surge, the old one goes when it serves no more',
    set: two,
    pods: [pod('a', 'n1', { old: true }), pod('b', 'n1')],
    remove: ['a'],
  },
  {
    says: 'with surge, a second of a sort goes',
    set: two,
    pods: [
      pod('a', 'n1', { old: true, ready: 9, age: 9 }),
      pod('b', 'n1', { old: true, ready: 9, age: 8 }),
      pod('c', 'n1', { age: 3 }),
      pod('d', 'n1', { age: 2 }),
    ],
    remove: ['b', 'd'],
  },
  {
    says: 'of a node that is gone, only pods that never got there are removed',
    nodes: [],
    pods: [pod('a', 'gone'), pod('b', 'gone', { unbound: true })],
    remove: ['b'],
  },
];

for (const { says, set = one, nodes = ['n1'], pods = [], create = [], remove = [] } of rows) {
  test(says, () => {
    const plan = planManage(view(set, nodes, pods), () => 0);
    assert.deepEqual(plan.create, create);
    assert.deepEqual(names(plan.remove), remove);
  });
}

test('a failed pod is left alone while its node is held back, and looked at again in time', () => {
  const failed = ['n1', 'n2', 'n3'].map((name) => pod(name, name, { phase: 'Failed' }));
  const waits: { readonly [name: string]: number } = { n1: 4_000, n2: 2_000, n3: 0 };
  const plan = planManage(view(one, ['n1', 'n2', 'n3'], failed), (name) => waits[name] ?? 0);
  assert.deepEqual([names(plan.remove), plan.failed.map(({ nodeName }) => nodeName)], [['n3'], ['n3']]);
  assert.equal(plan.lookAfter, 2_000);
});

test('a pod for no node in particular is nobody’s business', () => {
  const stray = pod('a', 'n1', { unbound: true });
  const lost = { ...stray, spec: { ...stray.spec, affinity: {} } };
  assert.deepEqual(planManage(view(one, ['n1'], [lost]), () => 0).create, ['n1']);
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n1', 'n2'] }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  const torn = { ...stray, spec: { ...stray.spec, affinity: { nodeAffinity: required } } };
  assert.deepEqual(planManage(view(one, ['n1'], [torn]), () => 0).create, ['n1']);
});
