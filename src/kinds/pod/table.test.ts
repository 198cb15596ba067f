import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import { podTable } from '#kinds/pod/table.ts';
import { container, decoded } from '#kinds/test-objects.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

function cells(spec: object, status: object, metadata: object = {}): readonly unknown[] {
  return podTable.cells(decoded(pods, { metadata, spec: { containers: [container], ...spec }, status }), now);
}

/** [Ready, Status, Restarts] */
function row(spec: object, status: object, metadata: object = {}): readonly unknown[] {
  return cells(spec, status, metadata).slice(1, 4);
}

const state = (name: string, one: object, more: object = {}) => ({ name, state: one, ...more });
const up = { ready: true, started: true };

test('columns are those of upstream', () => {
  assert.deepEqual(
    podTable.columns.map(({ name, priority }) => `${name}${priority === 0 ? '' : '*'}`),
    ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP*', 'Node*', 'Nominated Node*', 'Readiness Gates*'],
  );
});

test('a pod nobody has taken up yet', () => {
  assert.deepEqual(cells({}, { phase: 'Pending' }), [
    'x',
    '0/1',
    'Pending',
    '0',
    '60m',
    '<none>',
    '<none>',
    '<none>',
    '<none>',
  ]);
});

test('where a pod is in its life', () => {
  const two = { containers: [container, { name: 'b', image: 'x:1' }] };
  const done = { terminated: { exitCode: 0, reason: 'Completed' } };
  const cases: readonly (readonly [object, object, object, readonly unknown[]])[] = [
    [{}, { phase: 'Running', containerStatuses: [state('main', { running: {} }, up)] }, {}, ['1/1', 'Running', '0']],
    [
      {},
      { phase: 'Pending', containerStatuses: [state('main', { waiting: { reason: 'ErrImagePull' } })] },
      {},
      ['0/1', 'ErrImagePull', '0'],
    ],
    [
      {},
      { phase: 'Failed', containerStatuses: [state('main', { terminated: { exitCode: 3 } })] },
      {},
      ['0/1', 'ExitCode:3', '0'],
    ],
    [
      {},
      { phase: 'Failed', containerStatuses: [state('main', { terminated: { exitCode: 137, signal: 9 } })] },
      {},
      ['0/1', 'Signal:9', '0'],
    ],
    [{}, { phase: 'Failed', reason: 'Evicted' }, {}, ['0/1', 'Evicted', '0']],
    [
      {},
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      {},
      ['0/1', 'SchedulingGated', '0'],
    ],
    [
      two,
      { phase: 'Running', containerStatuses: [state('main', done), state('b', { running: {} }, up)] },
      {},
      ['1/2', 'NotReady', '0'],
    ],
    [
      two,
      {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [state('main', done), state('b', { running: {} }, up)],
      },
      {},
      ['1/2', 'Running', '0'],
    ],
    [{}, { phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }, ['0/1', 'Terminating', '0']],
    [
      {},
      { phase: 'Running', reason: 'NodeLost' },
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
      ['0/1', 'Unknown', '0'],
    ],
    [
      {},
      { phase: 'Succeeded', containerStatuses: [state('main', done)] },
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
      ['0/1', 'Completed', '0'],
    ],
  ];
  for (const [spec, status, metadata, expected] of cases) {
    assert.deepEqual(row(spec, status, metadata), expected, JSON.stringify(status));
  }
});

test('a sidecar that was stopped at the end says nothing of a pod that is done', () => {
  const spec = { initContainers: [{ name: 's', image: 'x:1', restartPolicy: 'Always' }] };
  const sidecar = state('s', { terminated: { exitCode: 143, reason: 'Error' } }, { started: false });
  const status = (phase: string, main: object) => ({
    ...{ phase, conditions: [{ type: 'Initialized', status: 'True' }] },
    ...{ initContainerStatuses: [sidecar], containerStatuses: [state('main', main)] },
  });
  const done = { terminated: { exitCode: 0, reason: 'Completed' } };
  assert.deepEqual(row(spec, status('Succeeded', done)), ['0/2', 'Completed', '0']);
  assert.deepEqual(row(spec, status('Running', { running: {} })), ['0/2', 'Init:Error', '0']);
});

test('init containers are told about while they run', () => {
  const spec = {
    initContainers: [
      { name: 'i', image: 'x:1' },
      { name: 's', image: 'x:1', restartPolicy: 'Always' },
    ],
  };
  const status = (...initContainerStatuses: readonly object[]) => ({ phase: 'Pending', initContainerStatuses });
  const done = state('i', { terminated: { exitCode: 0 } });
  assert.deepEqual(row(spec, status(state('i', { running: {} }, { restartCount: 2 }))), ['0/2', 'Init:0/2', '2']);
  assert.deepEqual(row(spec, status(state('i', { terminated: { exitCode: 1 } }))), ['0/2', 'Init:ExitCode:1', '0']);
  assert.deepEqual(row(spec, status(state('i', { terminated: { exitCode: 1, reason: 'Error' } }))), [
    '0/2',
    'Init:Error',
    '0',
  ]);
  assert.deepEqual(row(spec, status(state('i', { waiting: { reason: 'CrashLoopBackOff' } }))), [
    '0/2',
    'Init:CrashLoopBackOff',
    '0',
  ]);
  assert.deepEqual(row(spec, status(state('i', { waiting: { reason: 'PodInitializing' } }))), ['0/2', 'Init:0/2', '0']);
  assert.deepEqual(row(spec, status(done, state('s', { running: {} }))), ['0/2', 'Init:1/2', '0']);
  assert.deepEqual(row(spec, status(done, state('s', { running: {} }, up))), ['1/2', 'Pending', '0']);
});

test('restarts say how long ago the last one was', () => {
  const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:55:00Z' } };
  const containerStatuses = [state('main', { running: {} }, { ...up, restartCount: 3, lastState })];
  assert.equal(row({}, { phase: 'Running', containerStatuses })[2], '3 (5m ago)');
});

test('addresses, node and gates', () => {
  const conditions = [{ type: 'example.org/a', status: 'True' }];
  const readinessGates = [{ conditionType: 'example.org/a' }, { conditionType: 'example.org/b' }];
  const row = cells({ nodeName: 'n', readinessGates }, { podIP: '10.0.0.1', nominatedNodeName: 'm', conditions });
  assert.deepEqual(row.slice(5), ['10.0.0.1', 'n', 'm', '1/2']);
});

test('finished pods are marked', () => {
  const conditions = (phase: string) =>
    podTable.rowConditions?.(decoded(pods, { spec: { containers: [container] }, status: { phase } }));
  assert.equal(conditions('Running'), undefined);
  assert.deepEqual(conditions('Failed'), [
    { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
  ]);
});

test('a failure shows behind what is done, and what is up only where all is well', () => {
  const containers = [container, { name: 'b', image: 'x:1' }, { name: 'c', image: 'x:1' }];
  const done = state('main', { terminated: { exitCode: 0, reason: 'Completed' } });
  const failed = state('b', { terminated: { exitCode: 1, reason: 'Error' } });
  const running = state('c', { running: {} }, up);
  const shown = (ready: string, ...containerStatuses: readonly object[]) =>
    row({ containers }, { phase: 'Running', conditions: [{ type: 'Ready', status: ready }], containerStatuses });
  assert.deepEqual(shown('False', done, failed), ['0/3', 'Error', '0']);
  assert.deepEqual(shown('False', done, failed, running), ['1/3', 'Error', '0']);
  assert.deepEqual(shown('True', done, failed, running), ['1/3', 'Running', '0']);
  assert.deepEqual(shown('False', done, running), ['1/3', 'NotReady', '0']);
  const killed = state('b', { terminated: { exitCode: 137, signal: 9 } });
  assert.deepEqual(shown('False', done, killed), ['0/3', 'Signal:9', '0']);
  const torn = state('c', { running: {}, waiting: { reason: 'CrashLoopBackOff' } }, up);
  assert.deepEqual(shown('False', torn), ['0/3', 'CrashLoopBackOff', '0']);
});

test('nobody looks behind the first init container that is not done', () => {
  const always = { image: 'x:1', restartPolicy: 'Always' };
  const spec = {
    initContainers: [
      { name: 'i', image: 'x:1' },
      { name: 's', ...always },
      { name: 't', ...always },
    ],
  };
  const end = (minutes: number) => ({ terminated: { exitCode: 1, finishedAt: `2026-01-01T00:${60 - minutes}:00Z` } });
  const i = state('i', { terminated: { exitCode: 0 } }, { restartCount: 1, lastState: end(20) });
  const s = state('s', { running: {} }, { restartCount: 2, lastState: end(30), ready: true, started: false });
  const t = state('t', { running: {} }, { ...up, restartCount: 4, lastState: end(10) });
  const main = state('main', { running: {} }, { ...up, restartCount: 8 });
  const shown = (initialized: string, ...initContainerStatuses: readonly object[]) =>
    row(spec, {
      phase: 'Running',
      conditions: [{ type: 'Initialized', status: initialized }],
      initContainerStatuses,
      containerStatuses: [main],
    });
  assert.deepEqual(shown('False', i, s, t), ['0/3', 'Init:1/3', '3 (20m ago)']);
  assert.deepEqual(shown('True', i, s, t), ['1/3', 'Init:1/3', '10 (30m ago)']);
  assert.deepEqual(shown('True', i, { ...s, started: true }, t), ['3/3', 'Running', '14 (10m ago)']);
  assert.deepEqual(shown('False', { name: 'odd' }, i, s), ['0/3', 'Init:0/3', '0']);
});
