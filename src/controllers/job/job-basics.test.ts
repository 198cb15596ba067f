import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { jobs } from '#kinds/job/job.ts';
import { pods } from '#kinds/pod/pod.ts';

const tracking = 'batch.kubernetes.io/job-tracking';
const complete = ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached'];

test('a job gets its pod, is told of its readiness, and completes', async () => {
  const world = await JobWorld.create();
  await world.start();
  const created = await world.createJob();
  const pod = await world.pod();
  assert.match(pod.metadata.name, /^j-[a-z0-9]{5}$/);
  assert.deepEqual(pod.metadata.finalizers, [tracking]);
  assert.deepEqual(pod.metadata.ownerReferences, [
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'j',
      uid: created.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  assert.equal(pod.metadata.labels?.['batch.kubernetes.io/controller-uid'], created.metadata.uid);
  const { startTime, ...status } = (await world.job()).status;
  assert.ok(startTime);
  assert.deepEqual(status, { active: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });

  await world.run(pod);
  await world.pass(1_000);
  assert.equal((await world.job()).status.ready, 1);

  await world.succeed(pod);
  await world.pass(1_000);
  const done = await world.job();
  assert.deepEqual(await world.conditions(), complete);
  assert.equal(done.status.succeeded, 1);
  assert.equal(done.status.active, undefined);
  assert.ok((done.status.completionTime ?? '') >= (done.status.startTime ?? 'z'));
  const [left] = await world.pods();
  assert.equal(left?.metadata.finalizers, undefined);
  assert.deepEqual(await world.events(), [
    'Normal Completed Job completed x1',
    `Normal SuccessfulCreate Created pod: ${pod.metadata.name} x1`,
  ]);
});

test('never more pods are active than parallelism and what is left to do allow', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 4, parallelism: 2 });
  for (let done = 0; done < 4; done++) {
    const active = await world.active();
    assert.equal(active.length, Math.min(2, 4 - done));
    const [first] = active;
    assert.ok(first);
    await world.succeed(first);
    await world.pass(1_000);
  }
  assert.deepEqual(await world.conditions(), complete);
  assert.equal((await world.pods()).length, 4);
});

test('without completions the first success stops creation, and the rest decides when the job is done', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ parallelism: 3 });
  const [first, second, third] = await world.pods();
  assert.ok(first && second && third);
  await world.succeed(first);
  await world.pass(3_000);
  assert.equal((await world.active()).length, 2);
  assert.deepEqual(await world.conditions(), []);
  await world.succeed(second);
  await world.fail(third);
  await world.pass(30_000);
  assert.equal((await world.pods()).length, 3);
  assert.deepEqual(await world.conditions(), complete);
  const { succeeded, failed } = (await world.job()).status;
  assert.deepEqual([succeeded, failed], [2, 1]);
});

test('no completions wanted is complete at once, suspended without a start', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 0 });
  await world.createJob({ completions: 0, suspend: true }, 'k');
  const [j, k] = [await world.job(), await world.job('k')];
  assert.deepEqual(await world.conditions(), complete);
  assert.equal(j.status.completionTime, j.status.startTime);
  assert.deepEqual(await world.conditions('k'), complete);
  assert.equal(k.status.startTime, undefined);
  assert.ok(k.status.completionTime);
  assert.deepEqual(await world.pods(), []);
});

test('parallelism 0 pauses without a condition; raising it goes on', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 2, parallelism: 0 });
  assert.deepEqual(await world.pods(), []);
  const { startTime, ...status } = (await world.job()).status;
  assert.ok(startTime);
  assert.deepEqual(status, { ready: 0, terminating: 0, uncountedTerminatedPods: {} });
  await world.patchJob({ spec: { parallelism: 2 } });
  assert.equal((await world.active()).length, 2);
});

test('lowering parallelism gives up the pods that did least, uncounted', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 6, parallelism: 3 });
  const [first, second, third] = await world.pods();
  assert.ok(first && second && third);
  await world.run(first);
  await world.run(second, { ready: false });
  await world.run(third, { ready: false });
  await world.pass(1_000);
  await world.patchJob({ spec: { parallelism: 1 } });
  assert.equal((await world.pod()).metadata.name, first.metadata.name);
  const leaving = await world.pods(({ metadata }) => metadata.deletionTimestamp !== undefined);
  assert.deepEqual(
    leaving.map(({ metadata }) => metadata.finalizers),
    [undefined, undefined],
  );
  const { active, terminating, failed, ready } = (await world.job()).status;
  assert.deepEqual([active, terminating, failed, ready], [1, 2, undefined, 1]);
  for (const pod of leaving) await world.vanish(pod.metadata);
  await world.pass(60_000);
  assert.equal((await world.job()).status.failed, undefined);
  assert.equal((await world.job()).status.terminating, 0);
});

test('a job managed by another controller is left alone', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ managedBy: 'example.com/x' });
  await world.pass(10_000);
  assert.deepEqual(await world.pods(), []);
  assert.deepEqual((await world.job()).status, {});
});

test('conditions of others survive every write', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const time = '2026-01-01T00:00:00Z';
  const conditions = [{ type: 'example.com/Seen', status: 'True', lastProbeTime: time, lastTransitionTime: time }];
  const ref = { namespace: 'ns', name: 'j' };
  const patch = { type: 'merge', body: { status: { conditions } } } as const;
  await world.client.patch(jobs, ref, patch, { subresource: 'status' });
  await world.succeed(await world.pod());
  await world.pass(2_000);
  assert.deepEqual(await world.conditions(), ['example.com/Seen/undefined', ...complete]);
});

test('a final condition that somebody wrote as False becomes True where it stands', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const time = '2026-01-01T00:00:00Z';
  const condition = (type: string) => ({ type, status: 'False', lastProbeTime: time, lastTransitionTime: time });
  const body = { status: { conditions: [condition('Complete'), condition('example.com/Seen')] } };
  const ref = { namespace: 'ns', name: 'j' };
  await world.client.patch(jobs, ref, { type: 'merge', body }, { subresource: 'status' });
  await world.succeed(await world.pod());
  await world.pass(2_000);
  const [met, final] = complete;
  assert.deepEqual(await world.conditions(), [final, 'example.com/Seen=False/undefined', met]);
});

test('a pod that is relabelled is let go and replaced; one that loses its owner is taken back', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completions: 2, parallelism: 2 });
  const [first, second] = await world.pods();
  assert.ok(first && second);
  const labels = { 'batch.kubernetes.io/controller-uid': null };
  await world.client.patch(pods, first.metadata, { type: 'merge', body: { metadata: { labels } } });
  await world.client.patch(pods, second.metadata, { type: 'merge', body: { metadata: { ownerReferences: null } } });
  await world.pass(2_000);
  const freed = await world.client.get(pods, first.metadata);
  assert.deepEqual([freed.metadata.ownerReferences, freed.metadata.finalizers], [undefined, undefined]);
  const back = await world.client.get(pods, second.metadata);
  assert.equal(back.metadata.ownerReferences?.[0]?.name, 'j');
  assert.deepEqual(back.metadata.finalizers, [tracking]);
  assert.equal((await world.pods()).length, 3);
  assert.equal((await world.job()).status.active, 2);
});

test('a loose pod that a manual selector matches is adopted', async () => {
  const world = await JobWorld.create();
  await world.start();
  const loose = {
    metadata: { namespace: 'ns', name: 'loose', labels: { app: 'x' } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
  };
  await world.client.create(pods, loose as never);
  const labels = { app: 'x' };
  const selector = { matchLabels: labels };
  await world.createJob({ manualSelector: true, selector, labels, parallelism: 2, completions: 2 });
  const adopted = await world.client.get(pods, { namespace: 'ns', name: 'loose' });
  assert.equal(adopted.metadata.ownerReferences?.[0]?.kind, 'Job');
  assert.deepEqual(adopted.metadata.finalizers, [tracking]);
  assert.equal((await world.pods()).length, 2);
  assert.equal((await world.job()).status.active, 2);
});

test('more than 500 pods are made in several syncs, and more than 500 ends are counted in several writes', async () => {
  const world = await JobWorld.create();
  await world.start();
  const sizes: number[] = [];
  const handle = await world.client.watch(
    jobs,
    {},
    {
      closed: () => {},
      event: (event) => {
        if (event.type === 'BOOKMARK') return;
        const { succeeded = [], failed = [] } = event.object.status.uncountedTerminatedPods ?? {};
        sizes.push(succeeded.length + failed.length);
      },
    },
  );
  await world.createJob({ completions: 1200, parallelism: 1200 });
  const all = await world.active();
  assert.equal(all.length, 1200);
  world.crash();
  for (const pod of all) await world.succeed(pod);
  await world.start();
  await world.pass(5_000);
  handle.stop();
  assert.deepEqual(await world.conditions(), complete);
  assert.equal((await world.job()).status.succeeded, 1200);
  assert.equal(Math.max(...sizes), 500);
});

test('others who keep writing to the jobs cost retries, never counts', async () => {
  const world = await JobWorld.create();
  const { client, clock } = world;
  let conflicts = 0;
  world.controllerClient = Object.create(client, {
    update: {
      value: async (...args: Parameters<typeof client.update>) => {
        // Somebody else is faster every third time.
        const { namespace, name } = args[1].metadata;
        const labels = { writer: String(clock.now()), count: String(conflicts) };
        if (conflicts++ % 3 === 0) {
          await client.patch(jobs, { namespace, name }, { type: 'merge', body: { metadata: { labels } } });
        }
        return client.update(...args);
      },
    },
  });
  await world.start();
  const names = Array.from({ length: 30 }, (_, index) => `j${index}`);
  for (const name of names) await world.createJob({ completions: 2, parallelism: 2 }, name);
  for (let round = 0; round < 20; round++) {
    for (const pod of await world.active()) await world.succeed(pod);
    await world.pass(5_000);
  }
  assert.ok(conflicts > 90);
  for (const name of names) {
    assert.deepEqual(await world.conditions(name), complete);
    assert.equal((await world.job(name)).status.succeeded, 2);
  }
  assert.ok((await world.pods()).every(({ metadata }) => metadata.finalizers === undefined));
});
