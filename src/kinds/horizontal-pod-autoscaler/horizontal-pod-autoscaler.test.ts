import assert from 'node:assert/strict';
import { test } from 'node:test';
import { horizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = horizontalPodAutoscalers;
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

const autoscaler = (spec: object, status: object = {}): HorizontalPodAutoscaler =>
  decoded(horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 5, ...spec }, status });
const refused = (spec: object): readonly string[] => lines(rules.validate?.(autoscaler(spec)) ?? []);
const refusedChange = (spec: object, old: object): readonly string[] =>
  lines(rules.validateUpdate?.(autoscaler(spec), autoscaler(old)) ?? []);
const refusedMetric = (metric: object): readonly string[] => refused({ metrics: [metric] });

test('what is left out: one pod at least, and by four fifths of the CPU', () => {
  const { spec, status } = created(horizontalPodAutoscalers, { spec: { scaleTargetRef, maxReplicas: 5 } });
  assert.deepEqual(spec, {
    scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
    minReplicas: 1,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  });
  assert.deepEqual(status, { desiredReplicas: 0, currentMetrics: null });
});

test('rules for one direction bring those for the other, and what they leave out', () => {
  const { spec } = autoscaler({
    behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
  });
  assert.deepEqual(spec.behavior, {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
  });
  const tolerant = autoscaler({ behavior: { scaleDown: { tolerance: '50m', stabilizationWindowSeconds: 30 } } });
  assert.deepEqual(tolerant.spec.behavior?.scaleDown, {
    stabilizationWindowSeconds: 30,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    tolerance: '50m',
  });
});

test('annotations that are parts of the object elsewhere are dropped', () => {
  const annotations = { 'autoscaling.alpha.kubernetes.io/conditions': '[]', a: 'b' };
  const body = { metadata: { annotations }, spec: { scaleTargetRef, maxReplicas: 5 } };
  assert.deepEqual(decoded(horizontalPodAutoscalers, body).metadata.annotations, { a: 'b' });
});

const amounts: readonly (readonly [what: string, spec: object, errors: readonly string[]])[] = [
  ['both', { minReplicas: 2 }, []],
  [
    'none',
    { maxReplicas: 0 },
    [
      'spec.maxReplicas: Required value: must be set and greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
    ],
  ],
  [
    'fewer than none',
    { minReplicas: -1, maxReplicas: -2 },
    [
      'spec.minReplicas: Invalid value: -1: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: -2: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: -2: must be greater than or equal to `minReplicas`',
    ],
  ],
  [
    'less than the least',
    { minReplicas: 7 },
    ['spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`'],
  ],
  [
    'nothing at rest',
    { minReplicas: 0 },
    [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
  ],
];

for (const [what, spec, errors] of amounts) {
  test(`numbers of pods: ${what}`, () => assert.deepEqual(refused(spec), errors));
}

const external = { type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '1' } } };

test('what may rest at nothing already may go on doing so', () => {
  assert.deepEqual(refusedChange({ minReplicas: 0, metrics: [external] }, { minReplicas: 0 }), []);
  assert.deepEqual(refusedChange({ minReplicas: 0, metrics: [external] }, {}), [
    'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
  ]);
});

const targets: readonly (readonly [what: string, ref: object, errors: readonly string[]])[] = [
  ['nothing', { kind: '', name: '' }, ['kind: Required value', 'name: Required value']],
  [
    'a path',
    { kind: '..', name: 'a/b' },
    [`kind: Invalid value: "..": may not be '..'`, `name: Invalid value: "a/b": may not contain '/'`],
  ],
  ['a kind of no group', { apiVersion: 'v1' }, ['apiVersion: Invalid value: "v1": apiVersion must specify API group']],
  [
    'a kind of no version',
    { apiVersion: undefined },
    ['apiVersion: Invalid value: "": apiVersion must specify API group'],
  ],
  [
    'a version in three parts',
    { apiVersion: 'apps/v1/v3' },
    ['apiVersion: Invalid value: "apps/v1/v3": unexpected GroupVersion string: apps/v1/v3'],
  ],
  ['the one kind of the core group', { apiVersion: 'v1', kind: 'ReplicationController' }, []],
];

for (const [what, ref, errors] of targets) {
  test(`to scale ${what}`, () => {
    assert.deepEqual(
      refused({ scaleTargetRef: { ...scaleTargetRef, ...ref } }),
      errors.map((error) => `spec.scaleTargetRef.${error}`),
    );
  });
}

test('what pointed to no valid version may go on doing so', () => {
  const odd = { scaleTargetRef: { ...scaleTargetRef, apiVersion: 'a/b/c' } };
  assert.deepEqual(refusedChange({ ...odd, maxReplicas: 6 }, odd), []);
  assert.equal(refusedChange({ scaleTargetRef: { ...odd.scaleTargetRef, kind: 'Other' } }, odd).length, 1);
  const about = (apiVersion: string) => ({
    metrics: [
      {
        type: 'Object',
        object: {
          describedObject: { apiVersion, kind: 'Pod', name: 'p' },
          metric: { name: 'm' },
          target: { type: 'Value', value: '1' },
        },
      },
    ],
  });
  assert.deepEqual(refused(about('v1')), []);
  assert.deepEqual(refusedChange(about('x/y/z'), about('a/b/c')), []);
  assert.equal(refusedChange(about('x/y/z'), about('v1')).length, 1);
});

const cpu = (target: object, more: object = {}) => ({ type: 'Resource', resource: { name: 'cpu', target, ...more } });
const share = { type: 'Utilization', averageUtilization: 50 };
const inside = (more: object) => ({
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'main', target: share, ...more },
});

const metrics: readonly (readonly [what: string, metric: object, errors: readonly string[]])[] = [
  ['a share of CPU', cpu(share), []],
  ['an amount of CPU', cpu({ type: 'AverageValue', averageValue: '200m' }), []],
  [
    'no amount',
    cpu({ type: 'Utilization' }),
    ['resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization'],
  ],
  [
    'both',
    cpu({ ...share, averageValue: '1' }),
    ['resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization'],
  ],
  [
    'a share of nothing',
    cpu({ type: 'Utilization', averageUtilization: 0 }, { name: '' }),
    [
      'resource.name: Required value: must specify a resource name',
      'resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ],
  ],
  [
    'a target of no kind',
    cpu({ averageUtilization: 1 }),
    [
      'resource.target.type: Required value: must specify a metric target type',
      'resource.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
    ],
  ],
  ['a container', inside({}), []],
  [
    'no container',
    inside({ container: '', name: '' }),
    [
      'containerResource.name: Required value: must specify a resource name',
      'containerResource.container: Required value: must specify a container',
    ],
  ],
  [
    'what a container has not',
    inside({ name: 'InvalidResource' }),
    [
      'containerResource.name: Invalid value: "InvalidResource": must be a standard resource type or fully qualified',
      'containerResource.name: Invalid value: "InvalidResource": must be a standard resource for containers',
    ],
  ],
  [
    'a metric of pods without a name',
    { type: 'Pods', pods: { target: { type: 'AverageValue', averageValue: '0' } } },
    [
      'pods.metric.name: Required value: must specify a metric name',
      'pods.target.averageValue: Invalid value: "0": must be positive',
    ],
  ],
  [
    'a metric of pods without an average',
    { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'Value', value: '1' } } },
    ['pods.target.averageValue: Required value: must specify a positive target averageValue'],
  ],
  [
    'an object without an amount',
    {
      type: 'Object',
      object: { describedObject: { kind: '', name: 'a' }, metric: { name: 'm' }, target: { type: 'Value' } },
    },
    [
      'object.describedObject.kind: Required value',
      'object.target.averageValue: Required value: must set either a target value or averageValue',
    ],
  ],
  [
    'something outside without an amount',
    { type: 'External', external: { metric: { name: 'a/b' }, target: { type: 'Value' } } },
    [
      `external.metric.name: Invalid value: "a/b": may not contain '/'`,
      'external.target.averageValue: Required value: must set either a target value for metric or a per-pod target',
    ],
  ],
  [
    'something outside with two amounts',
    {
      type: 'External',
      external: { metric: { name: 'm' }, target: { type: 'Value', value: '-1', averageValue: '1' } },
    },
    [
      'external.target.value: Invalid value: "-1": must be positive',
      'external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
    ],
  ],
  [
    'two kinds at once',
    { ...cpu(share), ...external, type: 'Resource' },
    ['external: Forbidden: must populate the given metric source only'],
  ],
  [
    'another kind than it says',
    { type: 'Pods', resource: cpu(share).resource },
    ['pods: Required value: must populate information for the given metric source'],
  ],
  [
    'no kind',
    {},
    [
      'type: Required value: must specify a metric source type',
      ...[1, 2].map(
        () =>
          'type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ),
    ],
  ],
];

for (const [what, metric, errors] of metrics) {
  test(`scaled by ${what}`, () => {
    assert.deepEqual(
      refusedMetric(metric),
      errors.map((error) => `spec.metrics[0].${error}`),
    );
  });
}

const policy = { type: 'Pods', value: 1, periodSeconds: 1800 };
const paces: readonly (readonly [what: string, rules: object, errors: readonly string[]])[] = [
  ['slow', { stabilizationWindowSeconds: 3600, policies: [policy], selectPolicy: 'Disabled', tolerance: '0' }, []],
  [
    'too slow',
    { stabilizationWindowSeconds: 3601, policies: [{ ...policy, periodSeconds: 1801 }] },
    [
      'stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      'policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ],
  ],
  [
    'never',
    { stabilizationWindowSeconds: -1, policies: [{ type: 'hm', value: 0, periodSeconds: -1 }] },
    [
      'stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
      'policies[0].type: Unsupported value: "hm": supported values: "Percent", "Pods"',
      'policies[0].value: Invalid value: 0: must be greater than zero',
      'policies[0].periodSeconds: Invalid value: -1: must be greater than zero',
    ],
  ],
  [
    'at odds',
    { selectPolicy: 'incorrect', tolerance: '-1' },
    [
      'selectPolicy: Unsupported value: "incorrect": supported values: "Disabled", "Max", "Min"',
      'tolerance: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ],
];

for (const [what, given, errors] of paces) {
  for (const direction of ['scaleUp', 'scaleDown']) {
    test(`${direction} ${what}`, () => {
      assert.deepEqual(
        refused({ behavior: { [direction]: given } }),
        errors.map((error) => `spec.behavior.${direction}.${error}`),
      );
    });
  }
}

test('a controller counts no fewer than none', () => {
  const odd = autoscaler({}, { currentReplicas: -1, desiredReplicas: -2 });
  assert.deepEqual(lines(rules.validateStatusUpdate?.(odd, odd) ?? []), [
    'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
    'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
  ]);
});

test('people are told that nothing is scaled', () => {
  assert.equal(rules.notes?.(autoscaler({}), undefined).length, 1);
  assert.equal(rules.notes?.(autoscaler({}), autoscaler({})).length, 0);
});

const shownTargets: readonly (readonly [metrics: readonly object[], current: readonly object[], shown: string])[] = [
  [[cpu(share)], [], 'cpu: <unknown>/50%'],
  [
    [cpu(share)],
    [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20, averageValue: '1' } } }],
    'cpu: 20%/50%',
  ],
  [
    [cpu({ type: 'AverageValue', averageValue: '2' })],
    [{ type: 'Resource', resource: { name: 'cpu', current: { averageValue: '1' } } }],
    'cpu: 1/2',
  ],
  [
    [inside({})],
    [{ type: 'ContainerResource', containerResource: { current: { averageUtilization: 7 } } }],
    'cpu: 7%/50%',
  ],
  [[external], [{ type: 'External', external: { current: { value: '3' } } }], '3/1'],
  [[external], [{ type: 'External', external: { current: {} } }], '<nil>/1'],
  [[{ type: 'External', external: { metric: { name: 'm' }, target: { averageValue: '2' } } }], [], '<unknown>/2 (avg)'],
  [
    [{ type: 'Object', object: { target: { averageValue: '2' } } }],
    [{ object: { current: { averageValue: '1' } } }],
    '1/2 (avg)',
  ],
  [
    [{ type: 'Pods', pods: { target: { averageValue: '2' } } }],
    [{ pods: { current: { averageValue: '5m' } } }],
    '5m/2',
  ],
  [[external, cpu(share), external, external], [], '<unknown>/1, cpu: <unknown>/50% + 2 more...'],
];

for (const [given, currentMetrics, shown] of shownTargets) {
  test(`listed as ${shown}`, () => {
    const object = autoscaler({ metrics: given }, { currentMetrics, currentReplicas: 4 });
    assert.deepEqual(table.cells(object, Date.parse('2026-01-01T01:00:00Z')), [
      'x',
      'Deployment/web',
      shown,
      '1',
      5,
      4,
      '60m',
    ]);
  });
}
