import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobSpec, JobStatus } from '#kinds/job/schema.ts';
import { validateJob } from '#kinds/job/validate/job.ts';
import { validateJobUpdate } from '#kinds/job/validate/update.ts';
import { lines, newJob } from '#kinds/test-objects.ts';

type PodSpec = JobSpec['template']['spec'];

function change(old: Job, spec: Partial<JobSpec>): readonly string[] {
  return lines(validateJobUpdate({ ...old, spec: { ...old.spec, ...spec } }, old));
}

function changeTemplate(old: Job, spec: Partial<PodSpec>): readonly string[] {
  const { template } = old.spec;
  return change(old, { template: { ...template, spec: { ...template.spec, ...spec } } });
}

const stone = newJob({ completions: 3, parallelism: 1 });

test('counts, deadlines and suspension may change', () => {
  const spec = { parallelism: 2, activeDeadlineSeconds: 9, ttlSecondsAfterFinished: 5, backoffLimit: 1, suspend: true };
  assert.deepEqual(change(stone, { ...spec, manualSelector: true }), []);
});

test('but not become negative; the finding stands twice', () => {
  const error = 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0';
  assert.deepEqual(change(stone, { parallelism: -1 }), [error, error]);
});

test('what a Job is cannot change', () => {
  assert.deepEqual(change(stone, { completions: 4 }), ['spec.completions: Invalid value: 4: field is immutable']);
  assert.deepEqual(change(stone, { completionMode: 'Indexed' }), [
    'spec.completionMode: Invalid value: "Indexed": field is immutable',
  ]);
  assert.deepEqual(change(stone, { managedBy: 'example.org/other' }), [
    'spec.managedBy: Invalid value: "example.org/other": field is immutable',
  ]);
  const podFailurePolicy = { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }] };
  assert.match(
    change(stone, { podFailurePolicy, podReplacementPolicy: 'Failed' }).join('|'),
    /^spec\.podFailurePolicy: Invalid value: \{"Rules":.*\}: field is immutable$/,
  );
});

test('a replace with the manifest of creation misses what was generated', () => {
  const { selector: _selector, ...spec } = stone.spec;
  const bare = { ...stone, spec: { ...spec, template: { ...spec.template, metadata: {} } } };
  const mismatch = 'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`';
  assert.deepEqual([...lines(validateJobUpdate(bare, stone))].sort().slice(0, 5), [
    'spec.selector: Invalid value: null: field is immutable',
    'spec.selector: Required value',
    'spec.selector: Required value',
    mismatch,
    mismatch,
  ]);
});

test('an Indexed Job grows and shrinks together with its parallelism', () => {
  const indexed = newJob({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
  assert.deepEqual(change(indexed, { completions: 5, parallelism: 5 }), []);
  assert.deepEqual(change(indexed, { completions: 5 }), [
    'spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism',
  ]);
});

const immutable = (field: string, errors: readonly string[]): void => {
  assert.equal(errors.length, 1, errors.join('\n'));
  assert.match(
    errors[0] ?? '',
    new RegExp(`^${field.replaceAll('.', '\\.')}: Invalid value: \\{"Metadata":.*\\}: field is immutable$`),
  );
};

test('the template of a Job that runs cannot change', () => {
  immutable('spec.template', changeTemplate(stone, { nodeSelector: { a: 'b' } }));
  immutable('spec.template', changeTemplate(stone, { priorityClassName: 'p' }));
});

function suspended(status: Partial<JobStatus>): Job {
  return { ...newJob({ suspend: true }), status };
}

test('while nothing of a suspended Job runs, where its pods go may change, and what they ask for', () => {
  const old = suspended({});
  const [container] = old.spec.template.spec.containers;
  assert.ok(container);
  assert.deepEqual(
    changeTemplate(old, { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] }),
    [],
  );
  assert.deepEqual(changeTemplate(old, { schedulingGates: [{ name: 'example.org/g' }] }), []);
  assert.deepEqual(changeTemplate(old, { containers: [{ ...container, resources: { requests: { cpu: '1' } } }] }), []);
  const term = { matchExpressions: [{ key: 'zone', operator: 'Exists' }] };
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
  assert.deepEqual(changeTemplate(old, { affinity: { nodeAffinity } }), []);
  immutable('spec.template.spec', changeTemplate(old, { containers: [{ ...container, image: 'other:1' }] }));
  immutable('spec.template.spec', changeTemplate(old, { affinity: { podAffinity: {} } }));
});

test('the window is closed once it ran, until it is suspended again and idle', () => {
  const change = { nodeSelector: { a: 'b' } };
  const startTime = '2026-01-01T00:00:00Z';
  const times = { lastProbeTime: startTime, lastTransitionTime: startTime };
  const conditions = [{ type: 'Suspended', status: 'True', ...times }];
  immutable('spec.template', changeTemplate(suspended({ startTime }), change));
  immutable('spec.template', changeTemplate(suspended({ startTime, conditions, active: 1 }), change));
  assert.deepEqual(changeTemplate(suspended({ startTime, conditions }), change), []);
});

test('the last pod of an Indexed Job must be able to have its host name', () => {
  const name = 'a-name-that-is-quite-long-and-reaches-the-limit-of-dns-lbls';
  const job = newJob({ completionMode: 'Indexed', completions: 10000 }, { name });
  assert.deepEqual(lines(validateJob(job)), [
    `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-9999`,
  ]);
});
