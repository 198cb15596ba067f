import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobHints } from '#kinds/job/hints.ts';
import { jobs } from '#kinds/job/job.ts';
import { validateJob } from '#kinds/job/validate/job.ts';
import { jobWarnings } from '#kinds/job/warnings.ts';
import { container, newJob } from '#kinds/test-objects.ts';

test('a name with dots surprises as a host name', () => {
  assert.deepEqual(jobWarnings(newJob({}, { name: 'a.b' }), undefined), [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      'a DNS label is recommended: [must not contain dots]',
  ]);
});

test('very long Indexed Jobs are warned about, on changes of the spec too', () => {
  const job = newJob({ completionMode: 'Indexed', completions: 100001, parallelism: 10001 }, { generation: 2 });
  const before = { ...job, metadata: { ...job.metadata, generation: 1 } };
  assert.match(
    jobWarnings(job, before)[0] ?? '',
    /^spec: In Indexed Jobs with a number of completions higher than 10\^5/,
  );
  assert.deepEqual(jobWarnings(job, job), []);
});

test('warnings about the template carry its path', () => {
  const containers = [{ ...container, env: [{ name: 'A' }, { name: 'A' }] }];
  const job = newJob({ template: { spec: { restartPolicy: 'Never', containers } } });
  assert.deepEqual(jobWarnings(job, undefined), [
    'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ]);
});

test('a Job without restartPolicy is told what to write and where Always belongs', () => {
  const job = newJob({ template: { spec: { containers: [container] } } });
  const [hint] = jobHints(job.spec, validateJob(job), 'spec');
  assert.match(
    hint ?? '',
    /^spec\.template\.spec\.restartPolicy: .*restartPolicy: Never .*restartPolicy: OnFailure .*DaemonSet/,
  );
});

test('advice on generated selectors is not given to those who chose their own', () => {
  const job = newJob({ manualSelector: true });
  assert.deepEqual(jobHints(job.spec, validateJob(job), 'spec'), []);
});

test('a value that is not supported is told which one was probably meant', () => {
  const job = newJob({ completionMode: 'indexed' });
  assert.deepEqual(jobs.rules.hints?.(job, validateJob(job)), ['spec.completionMode: did you mean "Indexed"?']);
});
