import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '#app/manifests.ts';
import { jobs } from '#kinds/job/job.ts';
import { stored } from '#testing/stored.ts';
import { missingPredecessors, waitingTable } from './waiting-jobs.ts';

const dependsOn = 'sampan.dev/depends-on';

function job(name: string, after?: string, namespace = 'default') {
  const annotations = after === undefined ? {} : { [dependsOn]: after, 'sampan.dev/dependency-hold': 'Resume' };
  return stored(jobs, { metadata: { name, namespace, annotations } });
}

test('jobs that wait are shown with what they wait for', () => {
  assert.equal(waitingTable([job('a')]), undefined);
  assert.equal(
    waitingTable([job('a'), job('load', 'a,b:Failed'), job('b', undefined, 'other')]),
    'WAITING JOB   FOR\nload          a to be Complete (not yet), b to be Failed (does not exist yet)',
  );
});

test('predecessors that no manifest makes are told', () => {
  const manifests = [job('a'), job('b', 'a,c:Finished'), job('d', 'a', 'other')].map(
    (object) => ({ file: 'x', resource: jobs, object }) as unknown as Manifest,
  );
  assert.deepEqual(missingPredecessors(manifests), ['Job "b" comes after "c"', 'Job "d" comes after "a"']);
});
