import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchEvent } from '#client/client.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import type { CronJob, CronJobSpec } from '#kinds/cron-job/schema.ts';
import { events } from '#kinds/event/event.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Run } from '#node/runtime/simulated/script.ts';
import { createCluster, type TestCluster, type TestClusterOptions } from '#testing/create-cluster.ts';
import { simulatedJob } from '#testing/test-jobs.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const start = new Date('2026-03-01T00:00:30Z');

/** A CronJob, minutely unless said, whose Jobs do as `simulate` says, or have nothing to do. */
function simulatedCronJob(spec: Partial<CronJobSpec>, simulate: Run | 'nothing'): New<CronJob> {
  const idle = simulate === 'nothing';
  const job = simulatedJob('', idle ? { completions: 0 } : {}, idle ? {} : simulate);
  const metadata = { namespace: 'default', name: 'tick' };
  const jobTemplate = { spec: job.spec };
  return { metadata, spec: { schedule: '* * * * *', jobTemplate, ...spec } } as unknown as New<CronJob>;
}

interface Witness {
  readonly cluster: TestCluster;
  /** How late each Job was made, by the time it was made for. */
  readonly lateness: ReadonlyMap<string, number>;
  /** The most Jobs that had not finished at any moment. */
  readonly most: () => number;
}

/** A cluster with one CronJob, in which somebody writes down every Job. Jobs with nothing to do need no node. */
async function witness(
  spec: Partial<CronJobSpec>,
  simulate: Run | 'nothing',
  options: TestClusterOptions = {},
): Promise<Witness> {
  const cluster = await createCluster({ seed: 'cron', start, nodes: simulate === 'nothing' ? 0 : 1, ...options });
  const lateness = new Map<string, number>();
  const unfinished = new Set<string>();
  let most = 0;
  const event = (seen: WatchEvent<Job>): void => {
    if (seen.type === 'BOOKMARK') return;
    const { metadata } = seen.object;
    if (seen.type === 'DELETED' || isFinished(seen.object)) unfinished.delete(metadata.uid);
    else unfinished.add(metadata.uid);
    most = Math.max(most, unfinished.size);
    if (seen.type !== 'ADDED') return;
    const slot = metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '';
    assert.ok(!lateness.has(slot), `${slot} runs once`);
    lateness.set(slot, cluster.now() - Date.parse(slot));
  };
  await cluster.client.watch(jobs, { resourceVersion: '0' }, { event, closed: () => {} });
  await cluster.client.create(cronJobs, simulatedCronJob(spec, simulate));
  return { cluster, lateness, most: () => most };
}

function statusOf(cluster: TestCluster): Promise<CronJob> {
  return cluster.client.get(cronJobs, { namespace: 'default', name: 'tick' });
}

async function jobsOf(cluster: TestCluster): Promise<readonly Job[]> {
  return (await cluster.client.list(jobs, { namespace: 'default' })).items;
}

test('a nightly CronJob over thirty virtual days, clocks put forward on the way', async () => {
  const { cluster, lateness } = await witness({ schedule: '30 2 * * *', timeZone: 'America/New_York' }, 'nothing');
  await cluster.advance(30 * day);
  // On the eighth of March the clocks of New York skip this time.
  assert.equal(lateness.size, 29);
  assert.ok([...lateness.keys()].every((slot) => !slot.startsWith('2026-03-08')));
  assert.ok([...lateness.values()].every((late) => late < 1000));
  assert.equal((await jobsOf(cluster)).length, 3);
  const { status } = await statusOf(cluster);
  assert.equal(status.active, undefined);
  assert.equal(status.lastScheduleTime, '2026-03-30T06:30:00Z');
  await cluster.stop();
});

test('a CronJob every six hours over thirty virtual days, every run a pod on one of three nodes', async () => {
  const long = { nodes: 3, leaseSeconds: 3600 };
  const { cluster, lateness, most } = await witness({ schedule: '0 */6 * * *' }, { run: 10 * minute }, long);
  const ran = new Map<string, string>();
  const event = (seen: WatchEvent<Pod>): void => {
    if (seen.type === 'BOOKMARK' || seen.object.status.phase !== 'Succeeded') return;
    ran.set(seen.object.metadata.name, seen.object.spec.nodeName ?? '');
  };
  await cluster.client.watch(pods, {}, { event, closed: () => {} });
  await cluster.advance(30 * day + 15 * minute);
  assert.equal(lateness.size, 30 * 4);
  assert.ok([...lateness.values()].every((late) => late < 1000));
  assert.equal(most(), 1);
  assert.equal(ran.size, 30 * 4, 'each has run its pod to the end');
  assert.deepEqual([...new Set(ran.values())].toSorted(), ['node-1', 'node-2', 'node-3']);
  assert.equal((await jobsOf(cluster)).length, 3);
  assert.equal((await cluster.client.list(pods, { namespace: 'default' })).items.length, 3);
  const { status } = await statusOf(cluster);
  assert.equal(status.lastScheduleTime, '2026-03-31T00:00:00Z');
  assert.equal(status.lastSuccessfulTime, '2026-03-31T00:10:00Z');
  await cluster.stop();
});

test('a clock that jumps ahead runs the latest slot at once, and one that jumps back runs none again', async () => {
  const { cluster, lateness } = await witness({ schedule: '0 * * * *' }, { run: 1000 });
  await cluster.advance(10 * minute);
  cluster.jump(5 * 60 * minute);
  await cluster.advance(1000);
  assert.deepEqual([...lateness.keys()], ['2026-03-01T05:00:00Z'], 'of all slots that were jumped over, the latest');
  cluster.jump(-3 * 60 * minute);
  await cluster.advance(3 * 60 * minute);
  assert.equal(lateness.size, 1, 'what has run does not run again');
  await cluster.advance(50 * minute);
  assert.deepEqual([...lateness.keys()].at(-1), '2026-03-01T06:00:00Z');
  assert.ok((lateness.get('2026-03-01T06:00:00Z') ?? minute) < 1000);
  const { items } = await cluster.client.list(events, { namespace: 'default', fieldSelector: 'reason=NodeNotReady' });
  assert.deepEqual(items, [], 'nobody takes the jump for a silence of the node');
  await cluster.stop();
});

const periods = 5;

test('Allow: Jobs that take longer than the period go side by side, each started on its minute', async () => {
  const { cluster, lateness, most } = await witness({}, { run: 2.5 * minute });
  await cluster.advance(periods * minute);
  assert.equal(lateness.size, periods);
  assert.ok([...lateness.values()].every((late) => late < 1000));
  assert.equal(most(), 3);
  assert.equal((await statusOf(cluster)).status.active?.length, 3);
  await cluster.stop();
});

test('Forbid: one Job at a time, the next as soon as the last is done', async () => {
  const { cluster, lateness, most } = await witness({ concurrencyPolicy: 'Forbid' }, { run: 1.5 * minute });
  await cluster.advance(periods * minute);
  assert.equal(most(), 1);
  const [first = 0, ...later] = lateness.values();
  assert.ok(first < 1000);
  assert.ok(
    later.length === 2 && later.every((late) => late < minute) && later.some((late) => late > 20_000),
    String(later),
  );
  await cluster.stop();
});

test('Replace: one Job at a time, the last gives way on the minute and none ever completes', async () => {
  const { cluster, lateness, most } = await witness({ concurrencyPolicy: 'Replace' }, { run: 1.5 * minute });
  await cluster.advance(periods * minute);
  assert.equal(most(), 1);
  assert.equal(lateness.size, periods);
  assert.ok([...lateness.values()].every((late) => late < 1000));
  const { status } = await statusOf(cluster);
  assert.equal(status.lastSuccessfulTime, undefined);
  assert.deepEqual(
    (await jobsOf(cluster)).map(({ metadata }) => metadata.name),
    status.active?.map(({ name }) => name),
  );
  await cluster.stop();
});

test('deleting a CronJob takes its Jobs and their pods along', async () => {
  const { cluster } = await witness({}, { run: 10 * minute });
  await cluster.advance(3 * minute);
  assert.equal((await jobsOf(cluster)).length, 3);
  await cluster.client.delete(cronJobs, { namespace: 'default', name: 'tick' });
  await cluster.advance(minute);
  assert.deepEqual(await jobsOf(cluster), []);
  assert.deepEqual((await cluster.client.list(pods, { namespace: 'default' })).items, []);
  await cluster.stop();
});
