import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placementOf } from '#controllers/daemonset/placement.ts';
import { daemonSet, node } from '#controllers/daemonset/test-daemons.ts';
import { daemonTolerations } from '#controllers/daemonset/tolerations.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Partially } from '#testing/stored.ts';

/** "run", "stay" or "leave". */
function verdict(podSpec: Partially<PodSpec>, on: ReturnType<typeof node>): string {
  const { shouldRun, mayStay } = placementOf(daemonSet({}, podSpec).spec.template)(on);
  if (shouldRun) return 'run';
  return mayStay ? 'stay' : 'leave';
}

const taint = (effect: string, key = 'k') => ({ key, effect });

test('a pod runs where name, labels and affinity let it', () => {
  const blue = node('n1', [], { color: 'blue' });
  assert.equal(verdict({}, blue), 'run');
  assert.equal(verdict({ nodeName: 'n1' }, blue), 'run');
  assert.equal(verdict({ nodeName: 'n2' }, blue), 'leave');
  assert.equal(verdict({ nodeSelector: { color: 'blue' } }, blue), 'run');
  assert.equal(verdict({ nodeSelector: { color: 'red' } }, blue), 'leave');
  const term = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
  const required = (...nodeSelectorTerms: readonly object[]) =>
    ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    }) as object;
  assert.equal(verdict(required(term('zone'), term('color')), blue), 'run');
  assert.equal(verdict(required(term('zone')), blue), 'leave');
  assert.equal(verdict(required({}), blue), 'leave', 'a term that asks for nothing matches nothing');
  assert.equal(verdict({ ...required(term('color')), nodeSelector: { color: 'red' } }, blue), 'leave');
});

test('taints keep new pods away, and NoExecute drives those away that are there', () => {
  assert.equal(verdict({}, node('n1', [taint('NoSchedule')])), 'stay');
  assert.equal(verdict({}, node('n1', [taint('NoExecute')])), 'leave');
  assert.equal(verdict({}, node('n1', [taint('PreferNoSchedule')])), 'run');
  const tolerations = [{ key: 'k', operator: 'Exists' }];
  assert.equal(verdict({ tolerations }, node('n1', [taint('NoSchedule'), taint('NoExecute')])), 'run');
});

test('neither room, nor ports, nor the cordon itself, nor conditions keep a pod away', () => {
  const base = node('n1');
  const condition = { type: 'Ready', status: 'False', lastHeartbeatTime: '', lastTransitionTime: '' };
  const poor = {
    ...base,
    spec: { ...base.spec, unschedulable: true },
    status: { ...base.status, allocatable: { cpu: '1', memory: '100M' }, conditions: [condition] },
  };
  const ports = [{ containerPort: 666, hostPort: 666, protocol: 'TCP' }];
  const resources = { requests: { cpu: '5', memory: '200M' } };
  assert.equal(verdict({ containers: [{ name: 'c', image: 'i', ports, resources }] } as never, poor), 'run');
});

test('a term that names the node stands beside others, and within a term everything must hold', () => {
  const blue = node('n1', [], { color: 'blue' });
  const named = (name: string) => ({ key: 'metadata.name', operator: 'In', values: [name] });
  const colored = (value: string) => ({ key: 'color', operator: 'In', values: [value] });
  const on = (...nodeSelectorTerms: readonly object[]): string =>
    verdict(
      {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
      } as never,
      blue,
    );
  assert.equal(on({ matchExpressions: [colored('red')] }, { matchFields: [named('n1')] }), 'run');
  assert.equal(on({ matchExpressions: [colored('red')], matchFields: [named('n1')] }), 'leave');
  assert.equal(on({ matchExpressions: [colored('blue')], matchFields: [named('n2')] }), 'leave');
  assert.equal(on({}, { matchFields: [named('n1')] }), 'run');
});

test('troubles of a node and its cordon are tolerated, but not that it is not ready for new pods', () => {
  const troubles = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];
  const keys = troubles.map((key) => taint('NoSchedule', `node.kubernetes.io/${key}`));
  assert.equal(verdict({}, node('n1', keys)), 'run');
  const dead = ['NoSchedule', 'NoExecute'].map((effect) => taint(effect, 'node.kubernetes.io/unreachable'));
  assert.equal(verdict({}, node('n1', dead)), 'stay');
  const offline = [taint('NoSchedule', 'node.kubernetes.io/network-unavailable')];
  assert.equal(verdict({}, node('n1', offline)), 'stay');
  assert.equal(verdict({ hostNetwork: true }, node('n1', offline)), 'run');
});

test('added tolerations come after those of the template, and replace the same ones with a time limit', () => {
  const limited = {
    key: 'node.kubernetes.io/not-ready',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 5,
  };
  const { spec } = daemonSet({}, { tolerations: [limited, { key: 'k' }] }).spec.template;
  assert.deepEqual(
    daemonTolerations(spec).map(
      ({ key = '', effect = '', tolerationSeconds }) => `${key} ${effect} ${tolerationSeconds}`,
    ),
    [
      'node.kubernetes.io/not-ready NoExecute undefined',
      'k  undefined',
      'node.kubernetes.io/unreachable NoExecute undefined',
      'node.kubernetes.io/disk-pressure NoSchedule undefined',
      'node.kubernetes.io/memory-pressure NoSchedule undefined',
      'node.kubernetes.io/pid-pressure NoSchedule undefined',
      'node.kubernetes.io/unschedulable NoSchedule undefined',
    ],
  );
});
