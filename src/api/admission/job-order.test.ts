import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';

const dependsOn = 'sampan.dev/depends-on';
const hold = 'sampan.dev/dependency-hold';
const met = 'sampan.dev/met-dependencies';
const awaited = 'sampan.dev/awaited-dependencies';
const field = 'metadata.annotations[sampan.dev/depends-on]';
const time = '2026-01-01T00:00:00Z';

function manifest(name: string, after?: string, spec: object = {}, annotations: object = {}) {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } };
  const own = after === undefined ? annotations : { [dependsOn]: after, ...annotations };
  return { metadata: { name, namespace, annotations: own }, spec: { ...spec, template } } as never;
}

function create(harness: Harness, ...given: Parameters<typeof manifest>): Promise<Job> {
  return harness.client.create(jobs, manifest(...given));
}

function patch(harness: Harness, name: string, body: object): Promise<Job> {
  return harness.client.patch(jobs, { namespace, name }, { type: 'merge', body });
}

function annotate(harness: Harness, name: string, annotations: object): Promise<Job> {
  return patch(harness, name, { metadata: { annotations } });
}

async function finish(harness: Harness, job: Job, type: 'Complete' | 'Failed'): Promise<void> {
  const condition = { status: 'True', reason: 'Told', message: 'so', lastProbeTime: time, lastTransitionTime: time };
  const first = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [first, type].map((one) => ({ type: one, ...condition }));
  const completion = type === 'Complete' ? { completionTime: time } : {};
  const body = { status: { startTime: time, ...completion, conditions } };
  await harness.client.patch(jobs, job.metadata, { type: 'merge', body }, { subresource: 'status' });
}

/** Suspension, what comes after the hold, and what is noted. */
function stateOf({ spec, metadata: { annotations = {} } }: Job): readonly (string | boolean | undefined)[] {
  return [spec.suspend, annotations[hold], annotations[met], annotations[awaited]];
}

test('a job that comes after others is created suspended, whether they exist or not', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  assert.deepEqual(stateOf(first), [false, undefined, undefined, undefined]);
  const uid = first.metadata.uid;
  assert.deepEqual(stateOf(await create(harness, 'second', 'first')), [
    true,
    'Resume',
    undefined,
    `first:Complete=${uid}`,
  ]);
  assert.deepEqual(stateOf(await create(harness, 'third', 'missing')), [true, 'Resume', undefined, undefined]);
  assert.deepEqual(stateOf(await create(harness, 'fourth', ' ')), [false, undefined, undefined, undefined]);
});

test('a job whose dependencies are met already is not held, and notes by whom', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  await finish(harness, first, 'Failed');
  const noted = `first:Finished=${first.metadata.uid}`;
  assert.deepEqual(stateOf(await create(harness, 'second', 'first:Finished')), [false, undefined, noted, undefined]);
  const suspended = await create(harness, 'third', 'first:Finished', { suspend: true });
  assert.deepEqual(stateOf(suspended), [true, undefined, noted, undefined]);
  assert.deepEqual(stateOf(await create(harness, 'fourth', 'first')).slice(0, 2), [true, 'Resume']);
});

test('what cannot be read is refused, with what to write instead', async () => {
  const harness = await Harness.start();
  const refused = await refusal(create(harness, 'j', 'a:Done'));
  assert.equal(refused.code, 422);
  assert.equal(
    refused.message,
    `Job.batch "j" is invalid: ${field}: Invalid value: "a:Done": "a:Done" does not end in one of ":Complete", ":Finished", ":Failed"`,
  );
  assert.deepEqual(refused.details?.causes?.[0]?.field, field);
  assert.deepEqual(refused.hints, [`${field}: write "a:Complete"`]);
  await create(harness, 'held', 'a');
  assert.equal((await refusal(annotate(harness, 'held', { [dependsOn]: 'a,,b' }))).code, 422);
});

test('jobs in a circle are refused, with the circle written out', async () => {
  const harness = await Harness.start();
  await create(harness, 'a', 'b');
  await create(harness, 'b', 'x, c:Finished');
  const refused = await refusal(create(harness, 'c', 'a:Failed'));
  assert.equal(
    refused.message,
    `Job.batch "c" is invalid: ${field}: Invalid value: "a:Failed": these Jobs would wait for each other for ever: c -> a -> b -> c`,
  );
  assert.match((await refusal(create(harness, 'd', 'd'))).message, /a Job cannot come after itself: d -> d$/);
  await create(harness, 'c', 'y');
  const edit = await refusal(annotate(harness, 'c', { [dependsOn]: 'y,b' }));
  assert.match(edit.message, /c -> b -> c$/);
});

test('what is settled closes no circle', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  await finish(harness, first, 'Complete');
  await create(harness, 'second', 'first');
  await harness.client.delete(jobs, first.metadata, { propagationPolicy: 'Background' });
  assert.equal((await create(harness, 'first', 'second')).spec.suspend, true);
});

test('dependencies may change while the job is held, and are looked at anew', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  await finish(harness, first, 'Complete');
  await create(harness, 'second', 'missing,first');
  const noted = `first:Complete=${first.metadata.uid}`;
  assert.deepEqual(stateOf(await annotate(harness, 'second', { [dependsOn]: 'first,other' })), [
    true,
    'Resume',
    noted,
    undefined,
  ]);
  assert.deepEqual(stateOf(await annotate(harness, 'second', { [dependsOn]: 'first' })), [
    false,
    undefined,
    noted,
    undefined,
  ]);
  await create(harness, 'third', 'missing');
  assert.equal((await annotate(harness, 'third', { [dependsOn]: null })).spec.suspend, false);
});

test('dependencies of a job that is held no more, or never was, are settled', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  await finish(harness, first, 'Complete');
  await create(harness, 'second', 'first');
  const late = await refusal(annotate(harness, 'second', { [dependsOn]: 'first,other' }));
  assert.equal(
    late.message,
    `Job.batch "second" is invalid: ${field}: Forbidden: the Job is not held any more, and what it came after is settled`,
  );
  assert.equal((await refusal(annotate(harness, 'second', { [dependsOn]: null }))).code, 422);
  await annotate(harness, 'second', { [dependsOn]: ' first:Complete ', other: 'x' });
  await create(harness, 'free');
  const added = await refusal(annotate(harness, 'free', { [dependsOn]: 'first' }));
  assert.match(added.message, /Forbidden: the Job was created without dependencies, and may have begun$/);
});

test('a held job cannot be resumed by hand, and is told what it waits for', async () => {
  const harness = await Harness.start();
  await create(harness, 'first');
  await create(harness, 'second', 'first, third:Failed');
  const request = {
    ...plainWrite,
    type: 'merge',
    patch: { value: { spec: { suspend: false } } },
    force: false,
  } as const;
  await harness.api.patch(harness.context, harness.target(jobs, 'second'), request);
  const second = await harness.client.get(jobs, { namespace, name: 'second' });
  assert.equal(second.spec.suspend, true);
  assert.deepEqual(harness.warnings, [
    'Job "second" stays suspended until its dependencies are met: first to be Complete (not yet), ' +
      'third to be Failed (does not exist yet); to run it now, take the annotation sampan.dev/depends-on away',
  ]);
});

test('a wish to stay suspended is kept, and taken back, while the job is held', async () => {
  const harness = await Harness.start();
  const wish = async (change: Promise<Job>): Promise<unknown> => (await change).metadata.annotations?.[hold];
  assert.equal(await wish(create(harness, 'j', 'missing', { suspend: true })), 'StaySuspended');
  assert.equal(await wish(patch(harness, 'j', { metadata: { labels: { a: 'b' } } })), 'StaySuspended');
  assert.equal(await wish(patch(harness, 'j', { spec: { suspend: false } })), 'Resume');
  assert.equal(await wish(patch(harness, 'j', { spec: { suspend: true } })), 'StaySuspended');
  assert.equal(await wish(annotate(harness, 'j', { [hold]: 'Resume' })), 'Resume');
  const steps = [{ op: 'add', path: '/spec/suspend', value: true }];
  const ref = { namespace, name: 'j' };
  assert.equal(await wish(harness.client.patch(jobs, ref, { type: 'json', body: steps })), 'StaySuspended');
  assert.deepEqual(stateOf(await annotate(harness, 'j', { [dependsOn]: null })), [
    true,
    undefined,
    undefined,
    undefined,
  ]);
});

test('our notes survive a manifest that knows nothing of them, and mean nothing to a new job', async () => {
  const harness = await Harness.start();
  const first = await create(harness, 'first');
  await finish(harness, first, 'Complete');
  const held = await create(harness, 'second', 'first,missing');
  const bare = { ...held, metadata: { ...held.metadata, annotations: { [dependsOn]: 'first,missing' } } };
  const replaced = await harness.client.update(jobs, { ...bare, spec: { ...held.spec, suspend: false } });
  assert.deepEqual(stateOf(replaced), stateOf(held));
  const forged = await harness.client.update(
    jobs,
    { ...replaced, metadata: { ...replaced.metadata, annotations: { [dependsOn]: 'x' } } },
    { subresource: 'status' },
  );
  assert.deepEqual(forged.metadata.annotations, held.metadata.annotations);
  const copy = await create(
    harness,
    'copy',
    undefined,
    { suspend: true },
    {
      ...held.metadata.annotations,
      [dependsOn]: 'missing',
    },
  );
  assert.deepEqual(stateOf(copy), [true, 'Resume', undefined, undefined]);
  const plain = await create(harness, 'plain', undefined, {}, { [met]: 'a:Complete=b' });
  assert.equal(plain.metadata.annotations, undefined);
});
