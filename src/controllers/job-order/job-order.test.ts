import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '#client/client.ts';
import { fixedResources } from '#client/served-resources.ts';
import { createGarbageCollector } from '#controllers/garbage-collector/garbage-collector.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createJobOrderController } from '#controllers/job-order/job-order-controller.ts';
import { OrderWorld, withUpdate } from '#controllers/job-order/test-order-world.ts';
import { createTtlController } from '#controllers/ttl/ttl-controller.ts';
import { catalog } from '#kinds/catalog.ts';
import { jobs } from '#kinds/job/job.ts';
import { isNotFound } from '#kinds/meta/errors.ts';

const met = 'sampan.dev/met-dependencies';
const gaveUp = 'BackoffLimitExceeded: Job has reached the specified backoff limit';

async function diamond(): Promise<OrderWorld> {
  const order = await OrderWorld.start();
  await order.create('load', 'left,right');
  await order.create('left', 'extract');
  await order.create('right', 'extract');
  await order.create('extract', undefined);
  return order;
}

test('a diamond runs in order, its middle in parallel, whatever the order of the manifests', async () => {
  const order = await diamond();
  assert.deepEqual(await order.running(), ['extract']);
  assert.deepEqual(await order.world.conditions('load'), ['Suspended/JobSuspended']);
  await order.finish('extract');
  assert.deepEqual(await order.running(), ['left', 'right']);
  await order.finish('left');
  assert.deepEqual(await order.running(), ['right']);
  await order.finish('right');
  assert.deepEqual(await order.running(), ['load']);
  await order.finish('load');
  assert.deepEqual(await order.world.conditions('load'), [
    'Suspended=False/JobResumed',
    'SuccessCriteriaMet/CompletionsReached',
    'Complete/CompletionsReached',
  ]);
});

test('events say once what a job waits for, and when that is over', async () => {
  const order = await OrderWorld.start();
  await order.create('b', 'a,x:Failed');
  await order.create('a', undefined);
  await order.world.pass(600_000);
  await order.annotate('b', { note: 'unrelated' });
  await order.finish('a');
  await order.create('x', undefined);
  await order.finish('x', 'fail');
  const told = (await order.world.events()).filter((text) => /WaitingForJobs|DependenciesMet/.test(text));
  assert.deepEqual(told, [
    'Normal DependenciesMet Dependencies are met: a:Complete, x:Failed x1',
    'Normal WaitingForJobs Waiting for a to be Complete (does not exist yet), x to be Failed (does not exist yet) x1',
    'Normal WaitingForJobs Waiting for a to be Complete (not yet), x to be Failed (does not exist yet) x1',
    'Normal WaitingForJobs Waiting for x to be Failed (does not exist yet) x1',
    'Normal WaitingForJobs Waiting for x to be Failed (not yet) x1',
  ]);
});

test('a middle that fails fails what comes after it, and what comes after that, with the chain', async () => {
  const order = await diamond();
  await order.create('report', 'load:Finished');
  await order.create('mail', 'load');
  await order.finish('extract');
  await order.finish('left', 'fail');
  const chain = `load -> left: left is Failed, not Complete (${gaveUp})`;
  assert.equal(await order.failure('load'), `DependencyFailed: ${chain}`);
  assert.equal(await order.failure('mail'), `DependencyFailed: mail -> ${chain}`);
  assert.deepEqual(await order.running(), ['report', 'right']);
  assert.ok((await order.world.job('load')).status.startTime !== undefined);
  assert.deepEqual(await order.world.conditions('load'), [
    'Suspended/JobSuspended',
    'FailureTarget/DependencyFailed',
    'Failed/DependencyFailed',
  ]);
  const told = (await order.world.events()).filter((text) => text.includes('Warning DependencyFailed'));
  assert.deepEqual(told, [`Warning DependencyFailed ${chain} x1`, `Warning DependencyFailed mail -> ${chain} x1`]);
});

test('an end that was asked for as a failure and is none fails the dependant', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.create('cleanup', 'a:Failed');
  await order.finish('a');
  assert.equal(await order.failure('cleanup'), 'DependencyFailed: cleanup -> a: a is Complete, not Failed');
});

test('a chain too long to be told in full says where to read on', async () => {
  const order = await OrderWorld.start();
  const long = (n: number): string => `${'x'.repeat(50)}-${n}`;
  await order.create(long(0), undefined);
  for (let n = 1; n < 30; n++) await order.create(long(n), long(n - 1));
  await order.finish(long(0), 'fail');
  const failures = await Promise.all(Array.from({ length: 29 }, (_, n) => order.failure(long(n + 1))));
  assert.ok(failures.every((text) => text?.startsWith('DependencyFailed: ') && text.length < 1024));
  assert.ok(failures.some((text) => text?.endsWith('is Failed, and tells why')));
});

test('what is met stays met: its job may go, and another of its name changes nothing', async () => {
  const order = await OrderWorld.start();
  const { uid } = (await order.create('a', undefined)).metadata;
  await order.create('b', undefined);
  await order.create('c', 'a,b');
  await order.finish('a');
  assert.equal((await order.world.job('c')).metadata.annotations?.[met], `a:Complete=${uid}`);
  await order.remove('a');
  await order.create('a', undefined);
  await order.finish('a', 'fail');
  await order.finish('b');
  assert.deepEqual(await order.running(), ['c']);
});

test('a job that is deleted before its end fails those after it, and its successor does not stand in', async () => {
  const order = await OrderWorld.start();
  await order.create('b', 'a');
  await order.create('a', undefined);
  await order.remove('a');
  assert.equal(await order.failure('b'), 'DependencyFailed: b -> a: a was deleted before its end');
  await order.create('d', 'c');
  await order.create('c', undefined);
  order.world.crash();
  await order.remove('c');
  await order.create('c', undefined);
  await order.world.start(createJobOrderController);
  assert.equal(await order.failure('d'), 'DependencyFailed: d -> c: c was deleted before its end');
});

test('an end is noted though its job is gone before that could be written', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.create('b', 'a,z');
  order.world.crash();
  const workingAt = order.world.clock.now() + 10_000;
  await order.world.start((deps) => {
    const update: Client['update'] = async (...args) => {
      if (deps.clock.now() < workingAt) throw new Error('no connection');
      return deps.client.update(...args);
    };
    return createJobOrderController({ ...deps, client: withUpdate(deps.client, update) });
  });
  await order.finish('a');
  await order.remove('a');
  await assert.rejects(order.world.job('a'), isNotFound);
  await order.world.pass(60_000);
  assert.match((await order.world.job('b')).metadata.annotations?.[met] ?? '', /^a:Complete=/);
});

test('a job that lives no longer than its run lets those after it run', async () => {
  const order = await OrderWorld.start(createTtlController, (deps) =>
    createGarbageCollector({ ...deps, served: fixedResources(catalog) }),
  );
  await order.create('a', undefined, { ttlSecondsAfterFinished: 0 });
  await order.create('b', 'a');
  await order.finish('a');
  await assert.rejects(order.world.job('a'), isNotFound);
  assert.deepEqual(await order.running(), ['b']);
});

test('the time to live waits for those who have not noted the end', async () => {
  const world = await JobWorld.create();
  const order = new OrderWorld(world);
  await world.start(createTtlController);
  await order.create('a', undefined, { ttlSecondsAfterFinished: 1 });
  await order.create('b', 'a');
  await order.finish('a');
  await world.pass(60_000);
  assert.equal((await world.job('a')).metadata.deletionTimestamp, undefined);
  world.crash();
  await world.start(createJobOrderController, createTtlController);
  await world.pass(5_000);
  assert.equal((await world.job('b')).spec.suspend, false);
});

test('a job that its user suspended stays suspended when its dependencies are met', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.create('b', 'a', { suspend: true });
  await order.create('c', 'a');
  await order.world.patchJob({ spec: { suspend: true } }, 'c');
  await order.finish('a');
  assert.deepEqual(await order.running(), []);
  const told = (await order.world.events()).filter((text) => text.includes('DependenciesMet'));
  const text = 'the Job stays suspended until spec.suspend is set to false';
  assert.deepEqual(told, [
    `Normal DependenciesMet Dependencies are met: a:Complete; ${text} x1`,
    `Normal DependenciesMet Dependencies are met: a:Complete; ${text} x1`,
  ]);
  await order.world.patchJob({ spec: { suspend: false } }, 'b');
  await order.world.patchJob({ spec: { suspend: false } }, 'c');
  assert.deepEqual(await order.running(), ['b', 'c']);
  await order.world.patchJob({ spec: { suspend: true } }, 'c');
  await order.world.pass(60_000);
  assert.equal((await order.world.job('c')).spec.suspend, true, 'later suspensions are left alone');
});

test('a job without any work comes after what it waits for, too', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.create('both', 'a', { completions: 0 });
  await order.create('b', 'both');
  await order.world.pass(60_000);
  assert.deepEqual(await order.running(), ['a']);
  await order.finish('a');
  assert.deepEqual(await order.running(), ['b']);
});

test('dependencies may change while the job waits', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.create('b', 'a');
  await order.create('c', 'missing');
  await order.annotate('c', { 'sampan.dev/depends-on': 'a,b' });
  await order.finish('a');
  assert.deepEqual(await order.running(), ['b']);
  await order.finish('b');
  assert.deepEqual(await order.running(), ['c']);
});

test('a circle that came about at once is told, and opens with an edit', async () => {
  const order = await OrderWorld.start();
  await Promise.all([order.create('a', 'b'), order.create('b', 'a')]);
  const told = (await order.world.events()).filter((text) => text.includes('DependencyCycle'));
  assert.equal(told.length, 2, told.join('\n'));
  assert.match(told[0] ?? '', /Warning DependencyCycle These Jobs wait for each other for ever: a -> b -> a; change/);
  await order.annotate('a', { 'sampan.dev/depends-on': null });
  assert.deepEqual(await order.running(), ['a']);
  await order.finish('a');
  assert.deepEqual(await order.running(), ['b']);
});

test('a job that is on its way out is not taken for the one to come', async () => {
  const order = await OrderWorld.start();
  await order.create('a', undefined);
  await order.world.client.delete(jobs, { namespace: 'ns', name: 'a' }, { propagationPolicy: 'Foreground' });
  await order.create('b', 'a');
  await order.world.patchJob({ metadata: { finalizers: null } }, 'a');
  await order.world.pass(1_500);
  assert.equal(await order.failure('b'), undefined);
});
