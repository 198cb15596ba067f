import type { Millis } from '#base/units.ts';
import { CronJobSync } from '#controllers/cronjob/cronjob-sync.ts';
import { wakeAfterChange } from '#controllers/cronjob/plan.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import { findZone, utc, type Zone } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { type Controller, type ControllerDeps, type RunningController, runController } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';
import type { NamedQueue } from '#reconcile/queue-metrics.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** Many fall due in the same second: with upstream's five, the pods of the first Jobs would come before the last Jobs. */
const workers = 25;
const retry = { msBase: 5, msMax: 1_000_000 };
/** In seconds: one, doubled up to eight minutes and a half. */
const skewBounds = Array.from({ length: 10 }, (_, power) => 2 ** power);

export interface CronJobControllerDeps extends ControllerDeps {
  /** The name of the zone in which schedules without one of their own are read; UTC if there is no such zone. Asked when
   *  there is a first CronJob. */
  readonly localZone: () => string;
}

/** Starts Jobs by the clock, and keeps the books on them (spec: cronjob.md section 6). */
export function createCronJobController(deps: CronJobControllerDeps): Controller {
  return new CronJobController(deps);
}

class CronJobController implements Controller {
  private readonly deps: CronJobControllerDeps;
  private readonly cronJobs: Informer<CronJob>;
  private readonly jobs: Informer<Job>;
  private readonly recorder: EventRecorder;
  private readonly queue: WorkQueue;
  private readonly sync: CronJobSync;
  private readonly ends: (() => void)[] = [];
  private loop: RunningController | undefined;
  private zone: Zone | undefined;

  constructor(deps: CronJobControllerDeps) {
    const { client, clock, informers } = deps;
    this.deps = deps;
    this.cronJobs = informers.of(cronJobs);
    this.jobs = informers.of(jobs);
    this.queue = new WorkQueue(clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'cronjob-controller' });
    const { recorder } = this;
    const caches = { cronJobs: this.cronJobs, jobs: this.jobs };
    const wake = (key: string, at: number): void => this.wake(key, at);
    const localZone = (): Zone => this.localZone();
    const standBack = (key: string): boolean => this.standBack(key);
    const skews = deps.metrics?.histogram(
      'cronjob_controller_job_creation_skew_duration_seconds',
      'How long after its time a Job was made, in seconds.',
      skewBounds,
    );
    const skew = (ms: Millis): void => skews?.observe([], ms / 1000);
    this.sync = new CronJobSync({ client, clock, ...caches, recorder, skew, localZone, wake, standBack });
  }

  get queues(): readonly NamedQueue[] {
    return [{ name: 'cronjob', queue: this.queue }];
  }

  start(): void {
    this.ends.push(
      this.cronJobs.subscribe({
        added: (cronJob) => this.queue.add(keyOf(cronJob.metadata)),
        updated: (cronJob, old) => this.cronJobUpdated(cronJob, old),
        deleted: (cronJob) => this.sync.forget(cronJob.metadata.uid),
      }),
      this.jobs.subscribe({
        added: (job) => this.enqueueOwner(job),
        updated: (job, old) => this.jobUpdated(job, old),
        deleted: (job) => this.enqueueOwner(job),
      }),
    );
    this.loop = runController({
      name: 'cronjob',
      queue: this.queue,
      reconcile: (key) => this.sync.run(key),
      workers,
      caches: [this.cronJobs, this.jobs],
      log: this.deps.log,
    });
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    await this.loop?.stop();
    this.recorder.stop();
  }

  private localZone(): Zone {
    this.zone ??= findZone(this.deps.localZone()) ?? utc;
    return this.zone;
  }

  /** The wait for a slot is no work in itself: it recurs for ever. */
  private wake(key: string, at: number): void {
    this.queue.addAt(key, at, { background: true });
  }

  private standBack(key: string): boolean {
    if (this.queue.length === 0) return false;
    this.queue.add(key);
    return true;
  }

  /** A new schedule does not start what would have been due under it: only the next news, or its next slot, does. */
  private cronJobUpdated(cronJob: CronJob, old: CronJob): void {
    const key = keyOf(cronJob.metadata);
    const isRescheduled = cronJob.spec.schedule !== old.spec.schedule || cronJob.spec.timeZone !== old.spec.timeZone;
    if (!isRescheduled) {
      this.queue.add(key);
      return;
    }
    const { notices, wakeAt } = wakeAfterChange(cronJob, this.deps.clock.now(), this.localZone());
    for (const { type, reason, message } of notices) this.recorder.event(cronJob, type, reason, message);
    if (wakeAt !== undefined) this.wake(key, wakeAt);
  }

  private jobUpdated(job: Job, old: Job): void {
    if (controllerOf(old)?.uid !== controllerOf(job)?.uid) this.enqueueOwner(old);
    this.enqueueOwner(job);
  }

  private enqueueOwner(job: Job): void {
    const owner = controllerOf(job);
    if (owner?.kind !== cronJobs.kind) return;
    const key = keyOf({ namespace: job.metadata.namespace, name: owner.name });
    if (this.cronJobs.get(key)?.metadata.uid === owner.uid) this.queue.add(key);
  }
}
