import type { Histogram } from '#base/metrics.ts';
import type { Millis } from '#base/units.ts';
import { awaitedJobs, dependantsIndex } from '#kinds/job/hold.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 5;
/** How soon it is looked again at a Job that others still wait for. */
const awaitedMs: Millis = 1_000;
const retry = { msBase: 5, msMax: 1_000_000 };
/** In seconds: a tenth, doubled up to a quarter of an hour. */
const delayBounds = Array.from({ length: 14 }, (_, power) => 0.1 * 2 ** power);

/** Removes finished Jobs `ttlSecondsAfterFinished` after their end (spec: job.md section 6.17). */
export function createTtlController(deps: ControllerDeps): Controller {
  return new TtlController(deps).controller();
}

/** When the Job is to go; undefined: never, or it has not ended yet. */
export function expiryOf({ spec, status, metadata }: Job): Millis | undefined {
  const { ttlSecondsAfterFinished } = spec;
  if (ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const end = status.conditions?.find(
    (condition) => (condition.type === 'Complete' || condition.type === 'Failed') && condition.status === 'True',
  )?.lastTransitionTime;
  return typeof end === 'string' ? Date.parse(end) + ttlSecondsAfterFinished * 1000 : undefined;
}

class TtlController {
  private readonly deps: ControllerDeps;
  private readonly jobs: Informer<Job>;
  private readonly queue: WorkQueue;
  private readonly delays: Histogram | undefined;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.jobs = deps.informers.of(jobs);
    this.jobs.addIndex(dependantsIndex, awaitedJobs);
    this.queue = new WorkQueue(deps.clock, retry);
    this.delays = deps.metrics?.histogram(
      'ttl_after_finished_controller_job_deletion_duration_seconds',
      'How long after its time to live a finished Job was deleted, in seconds.',
      delayBounds,
    );
  }

  controller(): Controller {
    const enqueue = (job: Job): void => this.enqueue(job);
    return createQueuedController({
      name: 'ttl-after-finished',
      queue: this.queue,
      reconcile: (key) => this.remove(key),
      workers,
      caches: [this.jobs],
      log: this.deps.log,
      follow: () => [this.jobs.subscribe({ added: enqueue, updated: enqueue })],
    });
  }

  private enqueue(job: Job): void {
    const expiry = expiryOf(job);
    if (expiry !== undefined) this.queue.addAt(keyOf(job.metadata), expiry);
  }

  private async remove(key: string): Promise<ReconcileResult> {
    const cached = this.jobs.get(key);
    const expiry = cached === undefined ? undefined : expiryOf(cached);
    if (cached === undefined || expiry === undefined) return 'done';
    if (expiry > this.deps.clock.now()) return this.again(key, expiry);
    // Those that come after it first note how it ended: a moment, unless nobody does that now.
    if (this.jobs.byIndex(dependantsIndex, key).length > 0) return { after: awaitedMs };
    try {
      // The cache may not know yet that the wish was taken back.
      const live = await this.deps.client.get(jobs, cached.metadata);
      const due = expiryOf(live);
      if (live.metadata.uid !== cached.metadata.uid || due === undefined) return 'done';
      if (due > this.deps.clock.now()) return this.again(key, due);
      const preconditions = { uid: live.metadata.uid };
      await this.deps.client.delete(jobs, live.metadata, { propagationPolicy: 'Foreground', preconditions });
      this.delays?.observe([], (this.deps.clock.now() - due) / 1000);
    } catch (error) {
      ignoreNotFound(error);
    }
    return 'done';
  }

  private again(key: string, time: Millis): 'done' {
    this.queue.addAt(key, time);
    return 'done';
  }
}
