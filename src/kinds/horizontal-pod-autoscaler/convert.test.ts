import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownAsOld, storedFromOld } from '#kinds/horizontal-pod-autoscaler/convert.ts';
import { horizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { oldHorizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/old-horizontal-pod-autoscaler.ts';
import type { OldHorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/old-schema.ts';
import type { HorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };
const note = (name: string): string => `autoscaling.alpha.kubernetes.io/${name}`;

const newer = (spec: object, status: object = {}, metadata: object = {}): HorizontalPodAutoscaler =>
  decoded(horizontalPodAutoscalers, {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata,
    spec: { scaleTargetRef, maxReplicas: 3, ...spec },
    status,
  });
const older = (spec: object, annotations: object = {}, status: object = {}): OldHorizontalPodAutoscaler =>
  decoded(oldHorizontalPodAutoscalers, {
    metadata: { annotations },
    spec: { scaleTargetRef, maxReplicas: 3, ...spec },
    status,
  });

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const cpuAmount = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '300m' } },
};
const selector = { matchLabels: { a: '<b>' } };

test('the share of CPU has a field of its own, wherever it stands among the metrics', () => {
  const { spec, metadata } = shownAsOld(newer({ metrics: [cpuAmount, cpu(70), cpu(60)] }));
  assert.deepEqual(spec, { scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 70 });
  assert.deepEqual(metadata.annotations, {
    [note('metrics')]: '[{"type":"Resource","resource":{"name":"cpu","targetAverageValue":"300m"}}]',
  });
});

const everyMetric = [
  {
    type: 'Object',
    object: { describedObject: scaleTargetRef, target: { type: 'Value', value: '5' }, metric: { name: 'm', selector } },
  },
  {
    type: 'Object',
    object: {
      describedObject: scaleTargetRef,
      target: { type: 'AverageValue', averageValue: '100' },
      metric: { name: 'm' },
    },
  },
  { type: 'Pods', pods: { metric: { name: 'm', selector }, target: { type: 'AverageValue', averageValue: '1k' } } },
  { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 9 } } },
  cpuAmount,
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 9 }, container: 'main' },
  },
  { type: 'External', external: { metric: { name: 'm', selector }, target: { type: 'Value', value: '7' } } },
  { type: 'External', external: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '7' } } },
];

test('every other metric travels in an annotation and comes back as it was', () => {
  const object = newer({ metrics: [...everyMetric, cpu(50)] });
  const old = shownAsOld(object);
  assert.deepEqual(JSON.parse(old.metadata.annotations?.[note('metrics')] ?? '').slice(0, 2), [
    { type: 'Object', object: { target: scaleTargetRef, metricName: 'm', targetValue: '5', selector } },
    { type: 'Object', object: { target: scaleTargetRef, metricName: 'm', targetValue: '0', averageValue: '100' } },
  ]);
  assert.match(old.metadata.annotations?.[note('metrics')] ?? '', /"a":"\\u003cb\\u003e"/, 'as Go writes texts');
  assert.deepEqual(storedFromOld(old), object);
  assert.deepEqual(lines(horizontalPodAutoscalers.rules.validate?.(storedFromOld(old)) ?? []), []);
});

const everyStatus = [
  {
    type: 'Object',
    object: {
      metric: { name: 'm', selector },
      current: { value: '5', averageValue: '1' },
      describedObject: scaleTargetRef,
    },
  },
  { type: 'Pods', pods: { metric: { name: 'm' }, current: { averageValue: '1k' } } },
  { type: 'Resource', resource: { name: 'cpu', current: { averageValue: '10m', averageUtilization: 9 } } },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', current: { averageValue: '1', averageUtilization: 1 }, container: 'main' },
  },
  { type: 'External', external: { metric: { name: 'm' }, current: { value: '7' } } },
];

test('what a controller noted travels likewise', () => {
  const conditions = [
    { type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Ready' },
  ];
  const status = {
    observedGeneration: 2,
    lastScaleTime: '2026-01-01T00:00:00Z',
    currentReplicas: 3,
    desiredReplicas: 4,
    currentMetrics: everyStatus,
    conditions,
  };
  const object = newer({ metrics: [cpu(50)] }, status, { annotations: { a: 'b' } });
  const old = shownAsOld(object);
  assert.deepEqual(old.status, {
    observedGeneration: 2,
    lastScaleTime: '2026-01-01T00:00:00Z',
    currentReplicas: 3,
    desiredReplicas: 4,
    currentCPUUtilizationPercentage: 9,
  });
  assert.equal(
    old.metadata.annotations?.[note('conditions')],
    '[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Ready"}]',
  );
  assert.deepEqual(storedFromOld(old), object);
});

test('a behavior is written down as Go writes a structure of its own', () => {
  const object = newer({ behavior: { scaleDown: { tolerance: '50m' } } });
  const text = shownAsOld(object).metadata.annotations?.[note('behavior')] ?? '';
  const up =
    '{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15},' +
    '{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}';
  const down =
    '{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":"50m"}';
  assert.equal(text, `{"ScaleUp":${up},"ScaleDown":${down}}`);
  assert.deepEqual(storedFromOld(shownAsOld(object)), object);
});

test('without any metric it is four fifths of the CPU', () => {
  assert.equal(older({}).spec.targetCPUUtilizationPercentage, 80);
  const memory = '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":70}}]';
  assert.equal(older({}, { [note('metrics')]: memory }).spec.targetCPUUtilizationPercentage, undefined);
  const both = storedFromOld(older({ targetCPUUtilizationPercentage: 30 }, { [note('metrics')]: memory }));
  assert.deepEqual(
    both.spec.metrics?.map(({ resource }) => resource?.name),
    ['memory', 'cpu'],
  );
});

for (const text of ['', 'abc', '[]', '{}', 'null']) {
  test(`annotations that say ${text || 'nothing'} are dropped`, () => {
    const annotations = Object.fromEntries(
      ['metrics', 'behavior', 'current-metrics', 'conditions'].map((name) => [note(name), text]),
    );
    const old = older({}, annotations);
    assert.equal(old.metadata.annotations, undefined);
    assert.equal(old.spec.targetCPUUtilizationPercentage, 80);
  });
}

test('what is wrong is found where autoscaling/v2 has it', () => {
  const refused = (spec: object, annotations: object = {}): readonly string[] =>
    lines(oldHorizontalPodAutoscalers.rules.validate?.(older(spec, annotations)) ?? []);
  assert.deepEqual(refused({ targetCPUUtilizationPercentage: 0, maxReplicas: 0, minReplicas: 0 }), [
    'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
    'spec.maxReplicas: Required value: must be set and greater than 0',
    'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
  ]);
  assert.deepEqual(refused({}, { [note('behavior')]: '{"scaleup":{"selectPolicy":"Min"}}' }), [
    'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
  ]);
});

test('a new object has no status, whatever annotations say', () => {
  const annotations = {
    [note('conditions')]: '[{"type":"A","status":"True"}]',
    [note('behavior')]: '{"ScaleUp":{"Policies":[]}}',
  };
  const body = { metadata: { annotations }, spec: { scaleTargetRef, maxReplicas: 3 } };
  assert.deepEqual(Object.keys(created(oldHorizontalPodAutoscalers, body).metadata.annotations ?? {}), [
    note('behavior'),
  ]);
});

test('it is listed as in the other version', () => {
  const object = newer({ metrics: [cpuAmount, cpu(70)] });
  const now = Date.parse('2026-01-01T01:00:00Z');
  const cells = ['x', 'Deployment/web', 'cpu: <unknown>/300m, cpu: <unknown>/70%', '1', 3, 0, '60m'];
  assert.deepEqual(oldHorizontalPodAutoscalers.table.cells(shownAsOld(object), now), cells);
});
