import { startActors } from '#app/actors.ts';
import { startControlPlane } from '#app/control-plane.ts';
import { type Clock, systemClock } from '#base/clock.ts';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Client, WatchEvent } from '#client/client.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { type BenchResult, quantile } from './report.ts';

const count = 10_000;
/** Real time, set so that the run falls due soon after the start: time enough to create what is due. */
const leadMs = 30_000;
const patienceMs = 120_000;
const slot = Date.UTC(2026, 0, 5, 10, 0, 0);

/** 10,000 CronJobs due in the same second, in real time, on the memory store, with all controllers and no node: how late their
 *  Jobs are made, while the Job controller makes the pods. */
export async function run(): Promise<readonly BenchResult[]> {
  const shift = slot - leadMs - systemClock.now();
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + shift,
    at: (time, run, options) => systemClock.at(time - shift, run, options),
  };
  const tools = { clock, random: seededRandom('bench'), log };
  const plane = await startControlPlane({ ...tools, store: createMemoryStore(tools), nodes: () => undefined });
  const actors = startActors({ ...tools, plane, rootCa: '', localZone: 'UTC' });
  try {
    await actors.synced;
    const lateness = await latenessOfAll(plane.client('bench'), clock);
    return [
      {
        name: `${count} CronJobs at once: the middle Job is late by`,
        median: quantile(lateness, 0.5) / 1000,
        unit: 's',
      },
      { name: `${count} CronJobs at once: p99`, median: quantile(lateness, 0.99) / 1000, unit: 's' },
      { name: `${count} CronJobs at once: the last`, median: Math.max(...lateness) / 1000, unit: 's' },
    ];
  } finally {
    await actors.stop();
    await plane.stop();
  }
}

/** Creates the CronJobs, and waits until each has its Job. */
async function latenessOfAll(client: Client, clock: Clock): Promise<readonly number[]> {
  const lateness: number[] = [];
  const all = Promise.withResolvers<void>();
  const event = (seen: WatchEvent<Job>): void => {
    if (seen.type !== 'ADDED') return;
    lateness.push(clock.now() - slot);
    if (lateness.length === count) all.resolve();
  };
  await client.watch(jobs, { resourceVersion: '0' }, { event, closed: all.reject });
  for (let n = 0; n < count; n++) await client.create(cronJobs, cronJob(n));
  if (clock.now() >= slot) throw new Error('The CronJobs were not created in time: nothing was measured');
  // Waits for a slot do not keep a process alive; this one does.
  const patience = clock.after(patienceMs, () => all.reject(new Error('Not all Jobs were made within two minutes')));
  await all.promise;
  patience.cancel();
  return lateness;
}

function cronJob(n: number): New<CronJob> {
  const containers = [{ name: 'c', image: 'example.com/app:1', command: ['true'] }];
  const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers } } } };
  const metadata = { namespace: 'default', name: `tick-${n}` };
  return { metadata, spec: { schedule: '0 10 * * *', jobTemplate } } as unknown as New<CronJob>;
}
