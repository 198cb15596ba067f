import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRollingUpdate } from '#controllers/daemonset/rolling-update.ts';
import { daemonSet, names, node, pacing, pod, surging, view } from '#controllers/daemonset/test-daemons.ts';
import { paceOf } from '#controllers/daemonset/update-pace.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const old = (name: string, on: string, ready: number | undefined = 99): Pod =>
  pod(name, on, { old: true, ...(ready < 0 ? {} : { ready }) });
const three = ['n1', 'n2', 'n3'];
const threeOld = [old('a', 'n1'), old('b', 'n2'), old('c', 'n3')];
const tainted = node('n1', [{ key: 'k', effect: 'NoSchedule' }]);

interface Row {
  readonly says: string;
  readonly set: DaemonSet;
  readonly nodes?: readonly (Node | string)[];
  readonly pods: readonly Pod[];
  readonly create?: readonly string[];
  readonly remove?: readonly string[];
}

const rows: readonly Row[] = [
  { says: 'one pod at a time, in the order of nodes', set: daemonSet(), pods: threeOld, remove: ['a'] },
  { says: 'half of three are two', set: daemonSet(pacing('50%')), pods: threeOld, remove: ['a', 'b'] },
  { says: 'one in a hundred of three is one', set: daemonSet(pacing('1%')), pods: threeOld, remove: ['a'] },
  { says: 'all at once if that is asked for', set: daemonSet(pacing('100%')), pods: threeOld, remove: ['a', 'b', 'c'] },
  {
    says: 'a pod that is stopping uses up the budget',
    set: daemonSet(),
    pods: [pod('a', 'n1', { old: true, ready: 9, deleting: true }), old('b', 'n2'), old('c', 'n3')],
  },
  { says: 'a node without a pod uses up the budget', set: daemonSet(), pods: [old('b', 'n2'), old('c', 'n3')] },
  {
    says: 'a new pod that does not serve uses it up too',
    set: daemonSet(),
    pods: [pod('a', 'n1'), ...threeOld.slice(1)],
  },
  {
    says: 'a new pod that serves lets the next go',
    set: daemonSet(),
    pods: [pod('a', 'n1', { ready: 0 }), ...threeOld.slice(1)],
    remove: ['b'],
  },
  {
    says: 'but not before it has served for minReadySeconds',
    set: daemonSet({ minReadySeconds: 10 }),
    pods: [pod('a', 'n1', { ready: 9 }), ...threeOld.slice(1)],
  },
  {
    says: 'an old pod that does not serve goes first, and alone',
    set: daemonSet(),
    pods: [old('a', 'n1'), old('b', 'n2', -1), old('c', 'n3')],
    remove: ['b'],
  },
  {
    says: 'old pods that do not serve go beyond the budget',
    set: daemonSet(),
    pods: [old('a', 'n1', -1), old('b', 'n2', -1), old('c', 'n3')],
    remove: ['a', 'b'],
  },
  {
    says: 'a node with an old and a new pod uses up the budget, and is left to be put in order',
    set: daemonSet(),
    pods: [...threeOld, pod('d', 'n1', { ready: 9 })],
  },
  {
    says: 'a misscheduled old pod goes as well',
    set: daemonSet(),
    nodes: [tainted, 'n2'],
    pods: [old('a', 'n1'), pod('b', 'n2', { ready: 9 })],
    remove: ['a'],
  },
  { says: 'nothing is left to do', set: daemonSet(), pods: three.map((name) => pod(name, name, { ready: 9 })) },
  { says: 'with surge the new pod comes first', set: daemonSet(surging()), pods: threeOld, create: ['n1'] },
  {
    says: 'with surge a new pod on the way uses up the budget',
    set: daemonSet(surging()),
    pods: [...threeOld, pod('d', 'n1')],
  },
  {
    says: 'with surge the old pod goes when the new one serves, and the next new one comes',
    set: daemonSet(surging()),
    pods: [...threeOld, pod('d', 'n1', { ready: 1 })],
    create: ['n2'],
    remove: ['a'],
  },
  {
    says: 'with surge an old pod that does not serve is joined beyond the budget',
    set: daemonSet(surging()),
    pods: [old('a', 'n1'), old('b', 'n2', -1), old('c', 'n3', -1)],
    create: ['n2', 'n3', 'n1'],
  },
  {
    says: 'with surge a pod that may only stay, goes when others serve in its place',
    set: daemonSet(surging()),
    nodes: [tainted, 'n2'],
    pods: [old('a', 'n1'), pod('b', 'n2', { ready: 1 })],
    remove: ['a'],
  },
  {
    says: 'with surge a pod that may only stay, stays until then',
    set: daemonSet(surging()),
    nodes: [tainted, 'n2'],
    pods: [old('a', 'n1'), pod('b', 'n2')],
  },
  {
    says: 'with surge a pod that may only stay and does not serve goes',
    set: daemonSet(surging()),
    nodes: [tainted, 'n2'],
    pods: [old('a', 'n1', -1), pod('b', 'n2', { ready: 1 })],
    remove: ['a'],
  },
  {
    says: 'with surge the old pod of a node tells whether it serves, until it is gone',
    set: daemonSet(surging()),
    nodes: [tainted, 'n2'],
    pods: [old('a', 'n1'), old('b', 'n2', -1), pod('c', 'n2', { ready: 1 })],
    remove: ['b'],
  },
  {
    says: 'with surge a node with two pods of a sort uses up the budget, and is left to be put in order',
    set: daemonSet(surging()),
    pods: [...threeOld, old('d', 'n1')],
  },
];

for (const { says, set, nodes = three, pods, create = [], remove = [] } of rows) {
  test(says, () => {
    const plan = planRollingUpdate(view(set, nodes, pods));
    assert.deepEqual(plan.create, create);
    assert.deepEqual(names(plan.remove), remove);
  });
}

test('a pod of the same template generation is new, whatever its hash', () => {
  const marked = old('a', 'n1');
  const labels = { ...marked.metadata.labels, 'pod-template-generation': '3' };
  const seen = view(daemonSet(), ['n1'], [{ ...marked, metadata: { ...marked.metadata, labels } }]);
  const plan = planRollingUpdate({ ...seen, newest: { hash: 'new', generation: '3' } });
  assert.deepEqual(plan.remove, []);
});

test('shares are rounded up, and a pace of nothing is one', () => {
  assert.deepEqual(paceOf(daemonSet(pacing('34%')).spec, 3), { maxUnavailable: 2, maxSurge: 0 });
  assert.deepEqual(paceOf(daemonSet(surging('10%')).spec, 11), { maxUnavailable: 0, maxSurge: 2 });
  assert.deepEqual(paceOf(daemonSet(pacing('0%')).spec, 3), { maxUnavailable: 1, maxSurge: 0 });
  assert.deepEqual(paceOf(daemonSet(pacing('10%')).spec, 0), { maxUnavailable: 0, maxSurge: 0 });
});

test('however small the budget, all old pods that do not serve go, and of those that serve only what it leaves', () => {
  const many = Array.from({ length: 20 }, (_, n) => `n${n + 10}`);
  const half = many.map((name, n) => old(name, name, n < 10 ? 99 : -1));
  for (let budget = 1; budget <= 12; budget++) {
    const { remove } = planRollingUpdate(view(daemonSet(pacing(budget)), many, half));
    assert.equal(remove.length, Math.max(10, budget), `${budget}`);
    assert.ok(half.slice(10).every((pod) => remove.includes(pod)));
  }
});

test('new pods that do not serve use up the budget, but do not save old ones that do not serve either', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => `n${n + 100}`);
  const mixed = hundred.map((name, n) => (n < 12 ? old(name, name, n < 10 ? 99 : -1) : pod(name, name)));
  const { remove } = planRollingUpdate(view(daemonSet(pacing(10)), hundred, mixed));
  assert.deepEqual(names(remove), ['n110', 'n111']);
});
