import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobStatus } from '#kinds/job/schema.ts';
import { validateJobStatusUpdate } from '#kinds/job/validate/status.ts';
import { lines, newJob } from '#kinds/test-objects.ts';

const at = '2026-01-01T00:00:00Z';
const later = '2026-01-01T01:00:00Z';
const holds = (...types: readonly string[]) =>
  types.map((type) => ({ type, status: 'True', lastProbeTime: at, lastTransitionTime: at }));

const lift = newJob({ completions: 3 });
const indexed = newJob({ completionMode: 'Indexed', completions: 5, backoffLimitPerIndex: 1, parallelism: 2 });

function change(before: JobStatus, after: JobStatus, job: Job = lift): readonly string[] {
  return lines(validateJobStatusUpdate({ ...job, status: after }, { ...job, status: before }));
}

const running: JobStatus = { startTime: at, active: 1 };

test('counts are not negative, and failures do not become fewer', () => {
  assert.deepEqual(change(running, { ...running, active: -1, ready: -1, failed: -2 }), [
    'status.active: Invalid value: -1: must be greater than or equal to 0',
    'status.failed: Invalid value: -2: must be greater than or equal to 0',
    'status.ready: Invalid value: -1: must be greater than or equal to 0',
    'status.failed: Invalid value: -2: cannot decrease the failed counter',
  ]);
  assert.deepEqual(change({ ...running, succeeded: 2 }, { ...running, succeeded: 1 }), [
    'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
  ]);
  const elastic = newJob({ completionMode: 'Indexed', completions: 2, parallelism: 2 });
  assert.deepEqual(change({ succeeded: 2 }, { succeeded: 1 }, elastic), []);
  assert.deepEqual(change(running, { ...running, ready: 2 }), [
    'status.ready: Invalid value: 2: cannot set more ready pods than active',
  ]);
});

test('a pod waits to be counted once', () => {
  assert.deepEqual(
    change(running, { ...running, uncountedTerminatedPods: { succeeded: ['u1', 'u1', ''], failed: ['u1'] } }),
    [
      'status.uncountedTerminatedPods.succeeded[1]: Duplicate value: "u1"',
      'status.uncountedTerminatedPods.succeeded[2]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "u1"',
    ],
  );
});

test('the end is announced before it comes', () => {
  assert.deepEqual(change(running, { ...running, conditions: holds('Complete') }), [
    'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    'status.completionTime: Required value: completionTime is required for Complete jobs',
    'status.active: Invalid value: 1: active>0 is invalid for finished job',
  ]);
  assert.deepEqual(change({ startTime: at }, { startTime: at, conditions: holds('Failed') }), [
    'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
  ]);
  const met = { startTime: at, conditions: holds('SuccessCriteriaMet') };
  const complete = { ...met, completionTime: later, conditions: holds('SuccessCriteriaMet', 'Complete') };
  assert.deepEqual(change(met, complete), []);
});

test('ends exclude each other', () => {
  const conditions = (...types: readonly string[]): readonly string[] =>
    change({ startTime: at }, { startTime: at, completionTime: later, conditions: holds(...types) }).filter((line) =>
      line.startsWith('status.conditions'),
    );
  const text = (what: string): string => `status.conditions: Invalid value: cannot set ${what}`;
  assert.deepEqual(conditions('Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'), [
    text('Complete=True and Failed=true conditions'),
    text('Complete=True and FailureTarget=true conditions'),
    text('SuccessCriteriaMet=True and Failed=true conditions'),
    text('SuccessCriteriaMet=True and FailureTarget=true conditions'),
  ]);
});

test('an end is never taken back', () => {
  const complete = { startTime: at, completionTime: later, conditions: holds('SuccessCriteriaMet', 'Complete') };
  assert.deepEqual(change(complete, { ...complete, conditions: holds('SuccessCriteriaMet') }), [
    'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
    `status.completionTime: Invalid value: "${later}": cannot set completionTime when there is no Complete=True condition`,
  ]);
  assert.deepEqual(change({ conditions: holds('SuccessCriteriaMet') }, {}), [
    'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
  ]);
  assert.deepEqual(change({ conditions: holds('FailureTarget') }, {}), [
    'status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition',
  ]);
});

test('times stand fast and in order', () => {
  const complete = { startTime: at, completionTime: later, conditions: holds('SuccessCriteriaMet', 'Complete') };
  assert.deepEqual(change(complete, { ...complete, completionTime: '2026-01-01T02:00:00Z' }), [
    'status.completionTime: Invalid value: "2026-01-01T02:00:00Z": field is immutable',
  ]);
  assert.deepEqual(
    change(
      { ...complete, conditions: holds('SuccessCriteriaMet') },
      { ...complete, startTime: '2026-01-02T00:00:00Z' },
    ),
    [
      'status.startTime: Invalid value: "2026-01-02T00:00:00Z": field is immutable for unsuspended job once set',
      `status.completionTime: Invalid value: "${later}": must be equal to or after \`startTime\``,
    ],
  );
  const suspended = { startTime: at, conditions: holds('Suspended') };
  const [lifted] = holds('Suspended');
  const resumed = { startTime: later, conditions: [{ ...lifted, type: 'Suspended', status: 'False' }] };
  assert.deepEqual(change(suspended, resumed as JobStatus), []);
  assert.deepEqual(change(suspended, { startTime: later }), [
    `status.startTime: Invalid value: "${later}": field is immutable for unsuspended job once set`,
  ]);
  assert.deepEqual(change({}, { completionTime: later, conditions: holds('SuccessCriteriaMet', 'Complete') }), [
    'status.startTime: Required value: startTime is required for finished job',
  ]);
});

test('nothing of a finished Job is left', () => {
  const status = { startTime: at, conditions: holds('FailureTarget', 'Failed'), terminating: 1 };
  assert.deepEqual(change({ startTime: at }, { ...status, uncountedTerminatedPods: { failed: ['u'] } }), [
    'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
    'status.uncountedTerminatedPods: Invalid value: {"Failed":["u"]}: must be empty for finished job',
  ]);
  assert.deepEqual(change(status, { ...status, failed: 1 }), [], 'what this write did not touch is not its fault');
});

test('indexes are for Jobs that have them, in range, and either done or failed', () => {
  assert.deepEqual(change({}, { completedIndexes: '1', failedIndexes: '2' }), [
    'status.completedIndexes: Invalid value: "1": cannot set non-empty completedIndexes when non-indexed completion mode',
    'status.failedIndexes: Invalid value: "2": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
  ]);
  const endless = newJob({ parallelism: 2 });
  assert.deepEqual(change({}, { completedIndexes: 'x', failedIndexes: 'y' }, endless), [
    'status.completedIndexes: Invalid value: "x": cannot set non-empty completedIndexes when non-indexed completion mode',
    'status.failedIndexes: Invalid value: "y": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
  ]);
  assert.deepEqual(change({}, { completedIndexes: '0,2-4', failedIndexes: '1,3' }, indexed), [
    'status.failedIndexes: Invalid value: "1,3": failedIndexes and completedIndexes overlap at index: 3',
  ]);
  assert.deepEqual(change({}, { completedIndexes: '5' }, indexed), [
    'status.completedIndexes: Invalid value: "5": error parsing completedIndexes: too large index: "5"',
  ]);
  assert.deepEqual(change({ completedIndexes: '9' }, { completedIndexes: '9', active: 1 }, indexed), []);
});

test('the steps to an end are asked for when it comes, or when more indexes have failed', () => {
  const failed = { startTime: at, conditions: holds('Failed') };
  const text =
    'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition';
  assert.deepEqual(change({ startTime: at }, failed, indexed), [text]);
  assert.deepEqual(change(failed, { ...failed, failedIndexes: '1' }, indexed), [text]);
  assert.deepEqual(change(failed, { ...failed, completedIndexes: '1' }, indexed), []);
  const picky = newJob({
    completionMode: 'Indexed',
    completions: 2,
    successPolicy: { rules: [{ succeededCount: 1 }] },
  });
  const complete = { startTime: at, completionTime: later, conditions: holds('Complete') };
  assert.deepEqual(change(complete, { ...complete, succeeded: 1 }, picky), [
    'status.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
  ]);
});
