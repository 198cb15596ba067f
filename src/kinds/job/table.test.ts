import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import type { JobStatus } from '#kinds/job/schema.ts';
import { jobTable } from '#kinds/job/table.ts';
import { container, newJob, uid } from '#kinds/test-objects.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const at = '2026-01-01T00:59:00Z';
const holds = (...types: readonly string[]) =>
  types.map((type) => ({ type, status: 'True', lastProbeTime: at, lastTransitionTime: at }));

type Body = Parameters<typeof newJob>[0];

function row(spec: Body, status: JobStatus, metadata: Body = {}): readonly unknown[] {
  return jobTable.cells({ ...newJob(spec, metadata), status }, now);
}

test('Jobs may be selected by their successes, and by nothing else of their status', () => {
  const { selectableFields, unknownSelectorText } = jobs;
  assert.deepEqual(Object.keys(selectableFields ?? {}), ['status.successful']);
  assert.equal(selectableFields?.['status.successful']?.({ ...newJob(), status: {} }), '0');
  assert.equal(selectableFields?.['status.successful']?.({ ...newJob(), status: { succeeded: 2 } }), '2');
  assert.equal(unknownSelectorText?.('status.foo'), 'field label "status.foo" not supported for Job');
});

test('columns are those of upstream', () => {
  assert.deepEqual(
    jobTable.columns.map(({ name, priority }) => `${name}${priority === 0 ? '' : '*'}`),
    ['Name', 'Status', 'Completions', 'Duration', 'Age', 'Containers*', 'Images*', 'Selector*'],
  );
});

test('a Job at work', () => {
  const containers = [container, { name: 'b', image: 'z:1' }];
  const spec = { completions: 3, template: { spec: { restartPolicy: 'Never', containers } } };
  assert.deepEqual(row(spec, { startTime: at, succeeded: 2 }), [
    'j',
    'Running',
    '2/3',
    '60s',
    '60m',
    'main,b',
    'registry.example/tools/runner:2.4,z:1',
    `batch.kubernetes.io/controller-uid=${uid}`,
  ]);
});

test('the status is the first of its conditions that tells most', () => {
  const status = (types: readonly string[], metadata: Body = {}) =>
    row({}, { conditions: holds(...types) }, metadata)[1];
  assert.equal(status(['SuccessCriteriaMet', 'Complete']), 'Complete');
  assert.equal(status(['FailureTarget', 'Failed']), 'Failed');
  assert.equal(status(['Suspended'], { deletionTimestamp: at }), 'Terminating');
  assert.equal(status(['Suspended']), 'Suspended');
  assert.equal(status(['FailureTarget']), 'FailureTarget');
  assert.equal(status(['SuccessCriteriaMet']), 'SuccessCriteriaMet');
  assert.equal(status([]), 'Running');
});

test('completions of a work queue, and durations', () => {
  assert.deepEqual(row({ parallelism: 2 }, {}).slice(2, 4), ['0/1 of 2', '']);
  assert.deepEqual(row({ parallelism: 1 }, { succeeded: 1 }).slice(2, 3), ['1/1']);
  assert.equal(row({}, { startTime: at, completionTime: '2026-01-01T00:59:03Z' })[3], '3s');
});
