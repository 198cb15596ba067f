import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#base/random.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { container, created, decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const { rules } = daemonSets;
const context = { now: 0, random: seededRandom('kinds').stream('test') };
const annotation = 'deprecated.daemonset.template.generation';

type Body = { readonly [field: string]: unknown };

function body(spec: Body = {}, podSpec: Body = {}): Body {
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [container], ...podSpec } };
  return { spec: { selector: { matchLabels: { app: 'd' } }, template, ...spec } };
}

function refused(spec: Body = {}, podSpec: Body = {}): readonly string[] {
  return lines(rules.validate?.(created(daemonSets, body(spec, podSpec))) ?? []);
}

function rolling(rollingUpdate: Body): readonly string[] {
  const prefix = 'spec.updateStrategy.rollingUpdate.';
  return refused({ updateStrategy: { rollingUpdate } }).map((line) => line.replace(prefix, ''));
}

test('what is left out is filled in', () => {
  const { spec, status } = created(daemonSets, body());
  assert.deepEqual(spec.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
  assert.deepEqual([spec.revisionHistoryLimit, spec.template.spec.restartPolicy], [10, 'Always']);
  assert.deepEqual(status, {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  });
  const onDelete = created(daemonSets, body({ updateStrategy: { type: 'OnDelete' } }));
  assert.deepEqual(onDelete.spec.updateStrategy, { type: 'OnDelete' });
});

test('a selector that is missing, empty, or of others is refused, each in its own words', () => {
  const mismatch = '`selector` does not match template `labels`';
  const at = 'spec.template.metadata.labels: Invalid value:';
  assert.deepEqual(refused({ selector: undefined }), [`${at} {"app":"d"}: ${mismatch}`]);
  assert.deepEqual(refused({ selector: {} }), [
    'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
  ]);
  assert.deepEqual(refused({ selector: { matchLabels: { app: 'x' } } }), [`${at} {"app":"d"}: ${mismatch}`]);
  assert.deepEqual(refused({ selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }), [
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ]);
});

test('pods of a daemon never end by themselves', () => {
  assert.deepEqual(refused({}, { restartPolicy: 'Never', activeDeadlineSeconds: 5 }), [
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
  ]);
});

test('an update has one pace that is not zero', () => {
  const percent =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
    "regex used for validation is '[0-9]+%')";
  assert.deepEqual(rolling({ maxSurge: 1 }), [
    'maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
  ]);
  assert.deepEqual(rolling({ maxUnavailable: '0%' }), [
    'maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ]);
  assert.deepEqual(rolling({ maxUnavailable: '3' }), [`maxUnavailable: Invalid value: "3": ${percent}`]);
  assert.deepEqual(rolling({ maxUnavailable: 'abc' }), [
    `maxUnavailable: Invalid value: "abc": ${percent}`,
    'maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ]);
  assert.deepEqual(rolling({ maxUnavailable: '101%' }), [
    'maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ]);
  assert.deepEqual(rolling({ maxUnavailable: '101%', maxSurge: 'abc' }), [
    `maxSurge: Invalid value: "abc": ${percent}`,
    'maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ]);
  for (const allowed of [1, '1%', '100%']) {
    assert.deepEqual(rolling({ maxUnavailable: allowed }), []);
    assert.deepEqual(rolling({ maxUnavailable: '0%', maxSurge: allowed }), []);
  }
  assert.deepEqual(rolling({ maxUnavailable: 0, maxSurge: '050%' }), []);
  assert.deepEqual(refused({ updateStrategy: { type: 'OnDelete', rollingUpdate: { maxUnavailable: -1 } } }), []);
  assert.deepEqual(refused({ updateStrategy: { type: 'Foo' } }), [
    'spec.updateStrategy: Unsupported value: {"Type":"Foo","RollingUpdate":null}: ' +
      'supported values: "RollingUpdate", "OnDelete"',
  ]);
});

test('the selector stays', () => {
  const old = created(daemonSets, body());
  const other = { matchLabels: { app: 'd', b: 'c' } };
  const template = { metadata: { labels: { app: 'd', b: 'c' } }, spec: { containers: [container] } };
  const errors = rules.validateUpdate?.(created(daemonSets, body({ selector: other, template })), old) ?? [];
  assert.deepEqual(lines(errors), [
    'spec.selector: Invalid value: {"matchLabels":{"app":"d","b":"c"}}: field is immutable',
  ]);
  const first = rules.validateUpdate?.(created(daemonSets, body({ selector: other, minReadySeconds: -1 })), old) ?? [];
  assert.deepEqual(
    first.map(({ field }) => field),
    ['spec.selector', 'spec.template.metadata.labels', 'spec.minReadySeconds'],
  );
});

test('numbers of a status are not negative, and collisions are never forgotten', () => {
  const old = decoded(daemonSets, { ...body(), status: { collisionCount: 2 } });
  const errors = (status: Body) =>
    lines(rules.validateStatusUpdate?.(decoded(daemonSets, { ...body(), status }), old) ?? []);
  assert.deepEqual(errors({ numberReady: -1, collisionCount: 3 }), [
    'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(errors({}), ['status.collisionCount: Invalid value: 0: cannot be decremented']);
});

test('the template generation counts changes of the template, whatever clients say', () => {
  const start = (value?: string): string | undefined => {
    const metadata = value === undefined ? {} : { annotations: { [annotation]: value } };
    return created(daemonSets, { ...body(), metadata }).metadata.annotations?.[annotation];
  };
  assert.deepEqual([start(), start('7'), start('-3'), start('+05')], ['1', '7', '1', '5']);
  assert.throws(
    () => start('x'),
    (error) =>
      isApiError(error) &&
      error.code === 400 &&
      error.message ===
        'DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing "x": invalid syntax',
  );
  assert.throws(() => start('9223372036854775808'), /value out of range/);
  const old = created(daemonSets, { ...body(), metadata: { annotations: { [annotation]: '7' } } });
  const changed = (podSpec: Body, claimed: string): string | undefined => {
    const metadata = { annotations: { [annotation]: claimed } };
    const draft = structuredClone(decoded(daemonSets, { ...body({}, podSpec), metadata })) as Draft<DaemonSet>;
    rules.prepareUpdate?.(draft, old, context);
    return draft.metadata.annotations?.[annotation];
  };
  assert.deepEqual([changed({}, '99'), changed({ hostNetwork: true }, '99')], ['7', '8']);
});

test('daemon sets are listed by their numbers', () => {
  const status = {
    desiredNumberScheduled: 4,
    currentNumberScheduled: 3,
    numberReady: 2,
    updatedNumberScheduled: 2,
    numberAvailable: 1,
  };
  const object = decoded(daemonSets, { ...body({}, { nodeSelector: { zone: 'a', disk: 'ssd' } }), status });
  const now = Date.parse('2026-01-01T01:00:00Z');
  assert.deepEqual(daemonSets.table.cells(object, now), [
    'x',
    4,
    3,
    2,
    2,
    1,
    'disk=ssd,zone=a',
    '60m',
    'main',
    'registry.example/tools/runner:2.4',
    'app=d',
  ]);
});

test('a refusal says what to write instead', () => {
  const advice = (spec: Body): readonly string[] => {
    const object = created(daemonSets, body(spec));
    return rules.hints?.(object, rules.validate?.(object) ?? []) ?? [];
  };
  assert.match(advice({ selector: undefined }).join(), /write spec.selector: {"matchLabels": {"app":"d"}}/);
  assert.match(advice({ updateStrategy: { rollingUpdate: { maxSurge: 1 } } }).join(), /maxUnavailable: 0/);
  assert.deepEqual(advice({}), []);
});

test('the template is warned of when it changes, not when the rest does', () => {
  const spec = { containers: [container], hostNetwork: true, nodeSelector: { 'beta.kubernetes.io/os': 'linux' } };
  const count = (generation: string, minReadySeconds: number) =>
    decoded(daemonSets, {
      ...body({ minReadySeconds }, spec),
      metadata: { generation: minReadySeconds, annotations: { [annotation]: generation } },
    });
  const told = (after: DaemonSet, before?: DaemonSet) => rules.warnings?.(after, before)?.length;
  assert.equal(told(count('1', 1)), 1);
  assert.equal(told(count('1', 2), count('1', 1)), 0);
  assert.equal(told(count('2', 2), count('1', 1)), 1);
});
