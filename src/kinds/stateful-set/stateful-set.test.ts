import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statefulSets } from '#kinds/stateful-set/stateful-set.ts';
import { container, created, decoded, lines } from '#kinds/test-objects.ts';
import { labelText } from '#kinds/test-texts.ts';

const { rules, table } = statefulSets;

type Body = { readonly [field: string]: unknown };

const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const claims = [{ metadata: { name: 'data' }, spec: storage }];
const mounting = { ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] };

function body(spec: Body = {}, podSpec: Body = {}): Body {
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [container], ...podSpec } };
  return { spec: { selector: { matchLabels: { app: 'd' } }, template, ...spec } };
}

function refused(spec: Body = {}, podSpec: Body = {}): readonly string[] {
  return lines(rules.validate?.(created(statefulSets, body(spec, podSpec))) ?? []);
}

function changed(after: Body, before: Body = body()): readonly string[] {
  return lines(rules.validateUpdate?.(decoded(statefulSets, after), decoded(statefulSets, before)) ?? []);
}

test('what is left out is filled in', () => {
  const { spec, status } = created(statefulSets, body({ volumeClaimTemplates: claims }));
  assert.deepEqual(spec.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: 'Retain', whenScaled: 'Retain' });
  assert.deepEqual(
    [spec.replicas, spec.revisionHistoryLimit, spec.podManagementPolicy, spec.serviceName],
    [1, 10, 'OrderedReady', ''],
  );
  assert.deepEqual(spec.volumeClaimTemplates, [
    {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      metadata: { name: 'data' },
      spec: { ...storage, volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    },
  ]);
  assert.deepEqual(status, { replicas: 0, availableReplicas: 0 });
  const given = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } };
  assert.deepEqual(created(statefulSets, body({ updateStrategy: given })).spec.updateStrategy, {
    type: 'RollingUpdate',
    rollingUpdate: { partition: 0 },
  });
  const bare = { type: 'RollingUpdate' };
  assert.deepEqual(created(statefulSets, body({ updateStrategy: bare })).spec.updateStrategy, bare);
});

test('policies and numbers that cannot be are refused', () => {
  assert.deepEqual(
    refused({
      podManagementPolicy: 'Foo',
      updateStrategy: { type: 'Bar' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' },
      ordinals: { start: -1 },
      serviceName: 'A.b',
      replicas: -1,
    }),
    [
      "spec.podManagementPolicy: Invalid value: \"Foo\": must be 'OrderedReady' or 'Parallel'",
      'spec.updateStrategy: Invalid value: {"Type":"Bar","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
      `spec.serviceName: Invalid value: "A.b": ${labelText}`,
    ],
  );
  assert.deepEqual(refused({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }), [
    'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: ' +
      "only allowed for updateStrategy 'RollingUpdate'",
  ]);
  assert.deepEqual(refused({ updateStrategy: { rollingUpdate: { partition: -1 } } }), [
    'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test('a selector that is missing, empty or unclear is refused', () => {
  assert.deepEqual(refused({ selector: {} }), [
    'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
  ]);
  const unclear = { matchExpressions: [{ key: 'app', operator: 'Foo' }] };
  assert.deepEqual(refused({ selector: unclear }), [
    'spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator',
    `spec.selector: Invalid value: ${JSON.stringify(unclear)}`,
  ]);
});

test('pods mount the claims they get, and nothing that is not there', () => {
  assert.deepEqual(refused({ volumeClaimTemplates: claims }, { containers: [mounting] }), []);
  assert.deepEqual(
    refused({ volumeClaimTemplates: claims }, { containers: [mounting], volumes: [{ name: 'data', emptyDir: {} }] }),
    [],
  );
  assert.deepEqual(refused({}, { containers: [mounting] }), [
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
  ]);
  const [claim] = refused({
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: storage.resources } }],
  });
  assert.equal(
    claim,
    'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
  );
  assert.deepEqual(refused({}, { restartPolicy: 'Never', activeDeadlineSeconds: 3 }), [
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
  ]);
});

test('what pods and their storage go by stays, all else may change', () => {
  const forbidden =
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  for (const spec of [{ serviceName: 'x' }, { podManagementPolicy: 'Parallel' }, { volumeClaimTemplates: claims }]) {
    assert.deepEqual(changed(body(spec)), [forbidden]);
  }
  const free = {
    replicas: 3,
    ordinals: { start: 1 },
    updateStrategy: { type: 'OnDelete' },
    revisionHistoryLimit: 2,
    minReadySeconds: 4,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
  };
  assert.deepEqual(changed(body(free, { terminationGracePeriodSeconds: 1 })), []);
});

test('what was wrong in a stored set does not stand in the way of other changes', () => {
  const spec = { serviceName: 'A.b', volumeClaimTemplates: [{ metadata: { name: 'data' } }] };
  assert.deepEqual(changed(body({ ...spec, replicas: 2 }), body(spec)), []);
  assert.deepEqual(changed(body({ replicas: 2 }, { containers: [] }), body({}, { containers: [] })), []);
  assert.deepEqual(changed(body({}, { containers: [] })), ['spec.template.spec.containers: Required value']);
});

test('counts of a status are parts of each other', () => {
  const old = decoded(statefulSets, { ...body(), status: { replicas: 1, collisionCount: 1 } });
  const status = { replicas: 1, readyReplicas: 1, availableReplicas: 2, updatedReplicas: 2, collisionCount: 0 };
  const found = lines(rules.validateStatusUpdate?.(decoded(statefulSets, { ...body(), status }), old) ?? []);
  assert.deepEqual(found, [
    'status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
    'status.collisionCount: Invalid value: 0: cannot be decremented',
  ]);
});

test('its name is one for host names, its row short, and endless history is warned of', () => {
  assert.deepEqual(rules.nameProblems('a.b', false).length, 1);
  const set = decoded(statefulSets, {
    ...body({ replicas: 2, revisionHistoryLimit: -1 }),
    status: { readyReplicas: 1 },
  });
  const row = table.cells(set, Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(row, ['x', '1/2', '60m', 'main', container.image]);
  assert.deepEqual(rules.warnings?.(set, set), [
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ]);
});

test('each pod has a name and a host of its own; labels are looked at twice; claims come before other volumes', () => {
  assert.deepEqual(refused({}, { hostname: 'Bad_Host', subdomain: 'Bad_Domain' }), []);
  const finding = 'spec.template.labels: Invalid value: "-x": ';
  const template = { metadata: { labels: { app: 'd', bad: '-x' } }, spec: { containers: [container] } };
  const found = refused({ template });
  assert.equal(found.filter((line) => line.startsWith(finding)).length, 2);
  assert.match(
    refused({ volumeClaimTemplates: claims }, { volumes: [{ name: 'Bad', emptyDir: {} }] })[0] ?? '',
    /^spec\.template\.spec\.volumes\[1\]\.name: /,
  );
});

test('claims that ask for parts of bytes are warned of', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } };
  const set = created(statefulSets, body({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }] }));
  const rest = 'resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer';
  assert.deepEqual(rules.warnings?.(set, undefined), [`spec.volumeClaimTemplates[0].${rest}`]);
  assert.deepEqual(rules.warnings?.(set, set), [`spec.volumeClaimTemplates[0].Spec.${rest}`]);
});
