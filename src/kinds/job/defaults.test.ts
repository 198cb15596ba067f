import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import { container, created, decoded, newJob, uid } from '#kinds/test-objects.ts';

const generated = {
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': 'j',
  'controller-uid': uid,
  'job-name': 'j',
};

test('the smallest Job gets everything it needs', () => {
  const { metadata, spec, status } = newJob();
  const { template, ...rest } = spec;
  assert.deepEqual(rest, {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    manualSelector: false,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
  assert.deepEqual(template.metadata, { labels: generated });
  assert.deepEqual(metadata.labels, generated);
  assert.deepEqual(status, {});
});

test('defaults that depend on other fields', () => {
  assert.equal(newJob({ parallelism: 0 }).spec.completions, undefined);
  assert.equal(newJob({ completions: 5 }).spec.parallelism, 1);
  assert.equal(newJob({ backoffLimitPerIndex: 1 }).spec.backoffLimit, 2147483647);
  const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
  const { podFailurePolicy, podReplacementPolicy } = newJob({ podFailurePolicy: { rules } }).spec;
  assert.equal(podReplacementPolicy, 'Failed');
  assert.equal(podFailurePolicy?.rules[0]?.onPodConditions?.[0]?.status, 'True');
});

test('what the client labelled and selected is kept', () => {
  const template = { metadata: { labels: { crew: 'b', 'job-name': 'other' } }, spec: { containers: [container] } };
  const job = newJob({ template, selector: { matchLabels: { a: 'b' } } }, { labels: { own: '1' } });
  assert.deepEqual(job.metadata.labels, { own: '1' });
  assert.deepEqual(job.spec.template.metadata.labels, { ...generated, crew: 'b', 'job-name': 'other' });
  assert.deepEqual(job.spec.selector?.matchLabels, { 'batch.kubernetes.io/controller-uid': uid, a: 'b' });
});

test('with a manual selector nothing is generated, and labels are the template’s', () => {
  const template = { metadata: { labels: { crew: 'a' } }, spec: { containers: [container] } };
  const job = newJob({ manualSelector: true, selector: { matchLabels: { crew: 'a' } }, template });
  assert.deepEqual(job.spec.template.metadata.labels, { crew: 'a' });
  assert.deepEqual(job.metadata.labels, { crew: 'a' });
});

test('a status sent with a create is dropped, and labels come back whenever a Job without any is read', () => {
  const body = {
    metadata: { name: 'j' },
    spec: { template: { spec: { containers: [container] } } },
    status: { active: 5 },
  };
  assert.deepEqual(created(jobs, body).status, {});
  const { labels: _gone, ...metadata } = newJob().metadata;
  assert.deepEqual(decoded(jobs, { ...newJob(), metadata }).metadata.labels, generated);
});
