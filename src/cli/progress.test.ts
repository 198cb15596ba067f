import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import { stored } from '#testing/stored.ts';
import { progressLine, StatusLine, shownJob } from './progress.ts';

const condition = (type: string) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: null });
const now = Date.parse('2026-01-01T00:00:10Z');

test('the bar shows the share of completions', () => {
  const status = { startTime: '2026-01-01T00:00:00Z', succeeded: 3, active: 2, failed: 1 };
  const job = stored(jobs, { metadata: { name: 'work' }, spec: { completions: 4 }, status });
  assert.equal(progressLine(job, now), 'work [##################------] 3/4 · 2 active · 1 failed · 10s');
});

test('a job without completions is done with the first success, and zero completions are done at once', () => {
  const queue = stored(jobs, { metadata: { name: 'queue' }, spec: { parallelism: 3 } });
  assert.match(progressLine(queue, now), /^queue \[-{24}\] 0\/1/);
  const none = stored(jobs, { metadata: { name: 'none' }, spec: { completions: 0 } });
  assert.match(progressLine(none, now), /^none \[#{24}\] 0\/0/);
});

test('of several jobs one that runs is shown, not one that waits', () => {
  const done = stored(jobs, { metadata: { name: 'done' }, status: { conditions: [condition('Complete')] } });
  const held = stored(jobs, { metadata: { name: 'held' }, spec: { suspend: true } });
  const runs = stored(jobs, { metadata: { name: 'runs' } });
  assert.equal(shownJob([done, held, runs]), runs);
  assert.equal(shownJob([done, held]), held);
  assert.equal(shownJob([done]), done);
});

test('lines printed through the status line never mix with it', () => {
  let screen = '';
  const line = new StatusLine({ columns: 12, write: (text: string) => (screen += text) });
  line.show('a rather long status');
  assert.equal(screen, '\r\x1b[Ka rather lo');
  screen = '';
  line.above(() => (screen += 'output\n'));
  assert.equal(screen, '\r\x1b[Koutput\na rather lo');
  screen = '';
  line.clear();
  line.above(() => (screen += 'more\n'));
  assert.equal(screen, '\r\x1b[K\r\x1b[Kmore\n');
});
