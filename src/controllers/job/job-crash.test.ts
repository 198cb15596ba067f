import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Clock, sleep } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import type { Client, WatchSink } from '#client/client.ts';
import { type JobWish, JobWorld } from '#controllers/job/test-job-world.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const tracking = 'batch.kubernetes.io/job-tracking';

interface Faults {
  /** The controller dies at this write, counted from its start. */
  readonly diesAt: number;
  /** The write that it dies at reaches the API; only the answer is lost. */
  readonly reaches: boolean;
  /** Every write takes up to so long. */
  readonly latencyMs: number;
  /** News of a resource, by its plural, comes up to so late. */
  readonly lagMs: { readonly [plural: string]: number };
}

/** News that come in order, but late. */
function late<T>(clock: Clock, draw: () => number, sink: WatchSink<T>): WatchSink<T> {
  let due = 0;
  const later = (run: () => void): void => {
    due = Math.max(due, clock.now() + draw());
    clock.after(due - clock.now(), run);
  };
  return {
    event: (event) => later(() => sink.event(event)),
    closed: (error) => later(() => sink.closed(error)),
  };
}

/** The writes of a process that dies in the middle: from then on nothing gets through, and nothing comes back. */
function mortal(world: JobWorld, faults: Faults, died: () => void): Client {
  let writes = 0;
  const { latencyMs } = faults;
  const delays = seededRandom(JSON.stringify(faults)).stream('latency');
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    writes++;
    if (writes > faults.diesAt) return new Promise(() => {});
    if (writes === faults.diesAt) {
      if (faults.reaches) await call().catch(() => {});
      died();
      return new Promise(() => {});
    }
    if (latencyMs > 0) await sleep(world.clock, delays.int(latencyMs));
    const answer = await call();
    if (latencyMs > 0) await sleep(world.clock, delays.int(latencyMs));
    return answer;
  };
  const { client } = world;
  return {
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (resource, options, sink) => {
      const lag = faults.lagMs[resource.plural] ?? 0;
      return client.watch(resource, options, lag === 0 ? sink : late(world.clock, () => delays.int(lag), sink));
    },
    create: (...args) => (args[0].plural === 'events' ? client.create(...args) : through(() => client.create(...args))),
    update: (...args) => through(() => client.update(...args)),
    patch: (...args) => (args[0].plural === 'events' ? client.patch(...args) : through(() => client.patch(...args))),
    delete: (...args) => through(() => client.delete(...args)),
    deleteCollection: (...args) => client.deleteCollection(...args),
    createSubresource: (...args) => client.createSubresource(...args),
  };
}

interface Script {
  readonly faults: readonly Faults[];
  readonly seed: number;
}

/** What became of the pods, as seen from outside: those that ended while they had to be counted. */
class Truth {
  readonly succeeded = new Set<string>();
  readonly failed = new Set<string>();
}

/** One random deed of a kubelet or a user on the pods. */
async function act(world: JobWorld, draw: (below: number) => number, truth: Truth): Promise<void> {
  const list = await world.pods();
  const pod = list[draw(Math.max(1, list.length))];
  if (pod === undefined) return;
  const { uid, finalizers, deletionTimestamp } = pod.metadata;
  const tracked = finalizers?.includes(tracking) ?? false;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') {
    if (draw(3) === 0) await world.client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 }).catch(() => {});
    return;
  }
  if (deletionTimestamp !== undefined) {
    await world.vanish(pod.metadata).catch(() => {});
    return;
  }
  if (!tracked) return;
  const fails = draw(4) === 0;
  (fails ? truth.failed : truth.succeeded).add(uid);
  await (fails ? world.fail(pod) : world.succeed(pod));
}

async function play(wish: JobWish, script: Script): Promise<{ job: Job; pods: readonly Pod[]; truth: Truth }> {
  const world = await JobWorld.create();
  const chance = seededRandom(String(script.seed)).stream('deeds');
  const draw = (below: number): number => chance.int(below);
  const truth = new Truth();
  const lives = [...script.faults];
  let restart: Promise<void> | undefined;
  const live = async (): Promise<void> => {
    const faults = lives.shift();
    const died = (): void => {
      world.crash();
      restart = sleep(world.clock, 500 + draw(3_000)).then(live);
    };
    world.controllerClient = faults === undefined ? world.client : mortal(world, faults, died);
    await world.start();
  };
  await live();
  await world.createJob(wish);
  for (let round = 0; round < 2_000; round++) {
    for (let deeds = draw(4); deeds > 0; deeds--) await act(world, draw, truth);
    await world.pass(draw(4_000));
    const { status } = await world.job();
    if (status.conditions?.some(({ type }) => type === 'Complete') === true && lives.length === 0) break;
  }
  // The last death may come with the end of the Job: its restart needs time to pass.
  await world.pass(10_000);
  await restart;
  await world.pass(10_000);
  return { job: await world.job(), pods: await world.pods(), truth };
}

const faults: fc.Arbitrary<Faults> = fc.record({
  diesAt: fc.integer({ min: 1, max: 25 }),
  reaches: fc.boolean(),
  latencyMs: fc.constant(0),
  lagMs: fc.constant({}),
});
const slowFaults: fc.Arbitrary<Faults> = fc.record({
  diesAt: fc.integer({ min: 1, max: 25 }),
  reaches: fc.constant(false),
  latencyMs: fc.integer({ min: 1, max: 400 }),
  lagMs: fc.record({ jobs: fc.nat(3_000), pods: fc.nat(3_000) }),
});

function check({ job, pods: left, truth }: Awaited<ReturnType<typeof play>>): void {
  const { status } = job;
  assert.deepEqual(status.uncountedTerminatedPods, {});
  assert.ok(status.conditions?.some(({ type }) => type === 'Complete'));
  assert.equal(status.failed ?? 0, truth.failed.size, 'every failure counted once');
  for (const pod of left) assert.equal(pod.metadata.finalizers, undefined, 'no pod is held for ever');
  assert.equal(status.active, undefined);
}

for (const [name, kind] of [
  ['answers get lost', faults],
  ['writes and news take long', slowFaults],
] as const) {
  const script = fc.record({ faults: fc.array(kind, { minLength: 1, maxLength: 6 }), seed: fc.nat() });

  test(`wherever the controller dies, each pod of a plain job is counted exactly once (${name})`, async () => {
    const wish = { completions: 8, parallelism: 3, backoffLimit: 1_000 };
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const result = await play(wish, given);
        check(result);
        assert.equal(result.job.status.succeeded, result.truth.succeeded.size, 'every success counted once');
      }),
      { numRuns: 15 },
    );
  });

  test(`wherever the controller dies, each index of a job succeeds exactly once (${name})`, async () => {
    const wish = { completionMode: 'Indexed', completions: 8, parallelism: 3, backoffLimit: 1_000 };
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const result = await play(wish, given);
        check(result);
        assert.equal(result.job.status.completedIndexes, '0-7');
        assert.equal(result.job.status.succeeded, 8);
      }),
      { numRuns: 15 },
    );
  });
}

for (const plural of ['jobs', 'pods']) {
  test(`when the news of ${plural} comes late, one pod is made and counted once`, async () => {
    const world = await JobWorld.create();
    const lagMs = { [plural]: 20_000 };
    const never = Number.POSITIVE_INFINITY;
    world.controllerClient = mortal(world, { diesAt: never, reaches: false, latencyMs: 0, lagMs }, () => {});
    await world.start();
    await world.createJob();
    await world.pass(25_000);
    await world.succeed(await world.pod());
    await world.pass(100_000);
    assert.equal((await world.job()).status.succeeded, 1);
    assert.equal((await world.pods()).length, 1);
    assert.ok((await world.conditions()).includes('Complete/CompletionsReached'));
  });
}

test('a listed success whose pod vanished while the controller was away is counted once', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  world.crash();
  const job = await world.job();
  const status = { ...job.status, uncountedTerminatedPods: { succeeded: [pod.metadata.uid] } };
  await world.client.update(jobs, { ...job, status }, { subresource: 'status' });
  const finalizers = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await world.client.patch(pods, pod.metadata, finalizers);
  await world.client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 });
  await world.start();
  await world.pass(2_000);
  const { succeeded, uncountedTerminatedPods } = (await world.job()).status;
  assert.deepEqual([succeeded, uncountedTerminatedPods], [1, {}]);
  assert.deepEqual(await world.pods(), []);
});

test('a listed failure whose pod still holds the finalizer is counted once', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob();
  const pod = await world.pod();
  world.crash();
  await world.fail(pod);
  const job = await world.job();
  const { active: _, ...rest } = job.status;
  const status = { ...rest, uncountedTerminatedPods: { failed: [pod.metadata.uid] } };
  await world.client.update(jobs, { ...job, status }, { subresource: 'status' });
  await world.start();
  await world.pass(1_000);
  assert.equal((await world.job()).status.failed, 1);
  assert.equal((await world.client.get(pods, pod.metadata)).metadata.finalizers, undefined);
});

test('nine successes and the failure that ends the job, come while the controller starts anew, count as what they are', async () => {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ parallelism: 10, completions: 10, backoffLimit: 0 });
  const [bad, ...good] = await world.active();
  assert.ok(bad);
  for (const [at, pod] of good.entries()) {
    if (at === 5) world.crash();
    await world.succeed(pod);
  }
  await world.fail(bad);
  await world.start();
  await world.pass(3_000);
  const { succeeded, failed } = (await world.job()).status;
  assert.deepEqual([succeeded, failed], [9, 1]);
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
});

test('the failure that ends a job by its policy is not forgotten when its pod is gone and the controller starts anew', async () => {
  const world = await JobWorld.create();
  const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [5] } }];
  await world.start();
  await world.createJob({ parallelism: 3, completions: 3, podFailurePolicy: { rules } });
  const [bad, ...others] = await world.active();
  assert.ok(bad);
  for (const pod of others) await world.run(pod);
  await world.fail(bad, { exitCode: 5 });
  await world.pass(1_000);
  world.crash();
  await world.client.delete(pods, bad.metadata, { gracePeriodSeconds: 0 });
  assert.equal((await world.pods()).length, 2);
  await world.start();
  for (const pod of others) await world.vanish(pod.metadata);
  await world.pass(3_000);
  assert.deepEqual(await world.conditions(), ['FailureTarget/PodFailurePolicy', 'Failed/PodFailurePolicy']);
  assert.equal((await world.job()).status.failed, 3);
});
