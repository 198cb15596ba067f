import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#base/random.ts';
import { deployments } from '#kinds/deployment/deployment.ts';
import type { Deployment } from '#kinds/deployment/schema.ts';
import { container, created, decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const { rules, table } = deployments;
const context = { now: 0, random: seededRandom('kinds').stream('test') };

type Body = { readonly [field: string]: unknown };

function body(spec: Body = {}, podSpec: Body = {}): Body {
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [container], ...podSpec } };
  return { spec: { selector: { matchLabels: { app: 'd' } }, template, ...spec } };
}

function refused(spec: Body = {}, podSpec: Body = {}): readonly string[] {
  return lines(rules.validate?.(created(deployments, body(spec, podSpec))) ?? []);
}

function rolling(rollingUpdate: Body): readonly string[] {
  return refused({ strategy: { rollingUpdate } }).map((line) => line.replace('spec.strategy.rollingUpdate.', ''));
}

test('what is left out is filled in', () => {
  const { spec, status } = created(deployments, body());
  assert.deepEqual(spec.strategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
  });
  assert.deepEqual([spec.replicas, spec.revisionHistoryLimit, spec.progressDeadlineSeconds], [1, 10, 600]);
  assert.equal(spec.template.spec.restartPolicy, 'Always');
  assert.deepEqual(status, {});
  assert.deepEqual(created(deployments, body({ strategy: { type: 'Recreate' } })).spec.strategy, { type: 'Recreate' });
});

test('a selector that is missing, empty, unclear or of others is refused, each in its own words', () => {
  const mismatch =
    'spec.template.metadata.labels: Invalid value: {"app":"d"}: `selector` does not match template `labels`';
  assert.deepEqual(refused({ selector: undefined }), ['spec.selector: Required value', mismatch]);
  assert.deepEqual(refused({ selector: {} }), [
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ]);
  assert.deepEqual(refused({ selector: { matchLabels: { app: 'x' } } }), [mismatch]);
  const unclear = { matchExpressions: [{ key: 'app', operator: 'In' }] };
  assert.deepEqual(refused({ selector: unclear }, { containers: [] }), [
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    `spec.selector: Invalid value: ${JSON.stringify(unclear)}: invalid label selector`,
  ]);
});

test('its pods never end by themselves, and ReplicaSets are who says so', () => {
  assert.deepEqual(refused({}, { restartPolicy: 'Never', activeDeadlineSeconds: 5 }), [
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
  ]);
  assert.deepEqual(refused({}, { containers: [] }), ['spec.template.spec.containers: Required value']);
});

test('numbers are not negative, and a rollout has longer than a pod takes to be available', () => {
  assert.deepEqual(refused({ replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1 }), [
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(refused({ minReadySeconds: 600 }), [
    'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
  ]);
});

test('a rolling update has a pace', () => {
  assert.deepEqual(rolling({ maxUnavailable: 0, maxSurge: '0%' }), [
    'maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ]);
  assert.deepEqual(rolling({ maxUnavailable: '101%', maxSurge: '200%' }), [
    'maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ]);
  assert.deepEqual(rolling({ maxSurge: -1 }), ['maxSurge: Invalid value: -1: must be greater than or equal to 0']);
  assert.deepEqual(refused({ strategy: { type: 'Recreate', rollingUpdate: {} } }), [
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ]);
  assert.deepEqual(refused({ strategy: { type: 'Foo' } }), [
    'spec.strategy: Unsupported value: {"Type":"Foo","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
  ]);
});

test('who is refused for the selector reads what to write', () => {
  const hints = (spec: Body) => {
    const deployment = created(deployments, body(spec));
    return rules.hints?.(deployment, rules.validate?.(deployment) ?? []) ?? [];
  };
  assert.deepEqual(hints({ selector: { matchLabels: { app: 'x' } } }), [
    'spec.template.metadata.labels: the set finds its pods by these labels: write spec.selector: ' +
      '{"matchLabels": {"app":"d"}}, or some of them',
  ]);
  assert.deepEqual(hints({ selector: {} }), [
    "spec.selector: write spec.selector.matchLabels with one or more of the template's labels",
  ]);
});

test('the selector stays', () => {
  const labels = { app: 'd', tier: 'x' };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const old = decoded(deployments, body({ template }));
  const changed = decoded(deployments, body({ template, selector: { matchLabels: { tier: 'x' } } }));
  assert.deepEqual(lines(rules.validateUpdate?.(changed, old) ?? []), [
    'spec.selector: Invalid value: {"matchLabels":{"tier":"x"}}: field is immutable',
  ]);
});

test('a change of annotations counts as a generation, one of labels does not', () => {
  const old = decoded(deployments, { ...body(), metadata: { generation: 4 } });
  const after = (metadata: Body): number | undefined => {
    const draft = structuredClone({
      ...old,
      metadata: { ...old.metadata, ...metadata },
    }) as unknown as Draft<Deployment>;
    rules.prepareUpdate?.(draft, old, context);
    return draft.metadata.generation;
  };
  assert.deepEqual(
    [after({ annotations: { a: 'b' } }), after({ labels: { a: 'b' } }), after({ annotations: {} })],
    [5, 4, 4],
  );
});

test('counts of a status are parts of each other', () => {
  const old = decoded(deployments, { ...body(), status: { collisionCount: 2 } });
  const findings = (status: Body) =>
    lines(rules.validateStatusUpdate?.(decoded(deployments, { ...body(), status }), old) ?? []);
  assert.deepEqual(findings({ replicas: 1, readyReplicas: 2, availableReplicas: 3, terminatingReplicas: -1 }), [
    'status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0',
    'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
    'status.collisionCount: Invalid value: 0: cannot be decremented',
  ]);
  assert.deepEqual(findings({ replicas: 2, updatedReplicas: 2, readyReplicas: 2, collisionCount: 2 }), []);
});

test('whoever writes the status leaves the labels alone', () => {
  const old = decoded(deployments, { ...body(), metadata: { labels: { a: '1' } } });
  const draft = structuredClone({
    ...old,
    metadata: { ...old.metadata, labels: { b: '2' } },
  }) as unknown as Draft<Deployment>;
  rules.prepareStatusUpdate?.(draft, old, context);
  assert.deepEqual(draft.metadata.labels, { a: '1' });
});

test('a row says how many of those wanted are ready', () => {
  const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 };
  const row = table.cells(
    decoded(deployments, { ...body({ replicas: 3 }), status }),
    Date.parse('2026-01-01T01:00:00Z'),
  );
  assert.deepEqual(row, ['x', '2/3', 3, 1, '60m', 'main', container.image, 'app=d']);
});

test('a name that makes no good host names is warned of, and people read that nothing runs', () => {
  const dotted = created(deployments, { ...body(), metadata: { name: 'a.b' } });
  assert.match(rules.warnings?.(dotted, undefined)[0] ?? '', /^metadata.name: this is used in Pod names and hostnames/);
  assert.deepEqual(rules.warnings?.(dotted, dotted), []);
  assert.match(rules.notes?.(dotted, dotted)[0] ?? '', /^Deployments are kept here but nothing starts their pods/);
});
