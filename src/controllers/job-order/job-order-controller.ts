import { Departed } from '#controllers/job-order/departed.ts';
import { dependencyFailed, plan } from '#controllers/job-order/plan.ts';
import { endingOf, type KnownJobs } from '#kinds/job/dependency-progress.ts';
import { awaitedJobs, dependantsIndex } from '#kinds/job/hold.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 5;
const retry = { msBase: 5, msMax: 60_000 };

/** Lets Jobs run in the order their annotation `sampan.dev/depends-on` asks for (docs/ordering.md): those held at admission are
 *  resumed when what they wait for has ended as it should, and failed when it never will. */
export function createJobOrderController(deps: ControllerDeps): Controller {
  return new JobOrderController(deps).controller();
}

class JobOrderController {
  private readonly deps: ControllerDeps;
  private readonly jobs: Informer<Job>;
  private readonly queue: WorkQueue;
  private readonly departed = new Departed();
  /** What each held Job's Events said last, by uid: the same is not said again. */
  private readonly told = new Map<string, string>();
  private readonly recorder: EventRecorder;

  constructor(deps: ControllerDeps) {
    const { clock } = deps;
    this.deps = deps;
    this.jobs = deps.informers.of(jobs);
    this.jobs.addIndex(dependantsIndex, awaitedJobs);
    this.queue = new WorkQueue(clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'job-order-controller' });
  }

  controller(): Controller {
    return createQueuedController({
      name: 'job-order',
      queue: this.queue,
      reconcile: (key) => this.step(key),
      workers,
      caches: [this.jobs],
      log: this.deps.log,
      follow: () => [
        this.jobs.subscribe({
          added: (job) => this.appeared(job),
          updated: (job, old) => this.changed(job, old),
          deleted: (job) => this.vanished(job),
        }),
      ],
      release: () => this.recorder.stop(),
    });
  }

  private appeared(job: Job): void {
    this.enqueue(job);
    this.enqueueDependants(job);
  }

  private changed(job: Job, old: Job): void {
    if (awaitedJobs(job).length > 0 || awaitedJobs(old).length > 0) this.enqueue(job);
    if (endingOf(job) !== endingOf(old)) this.enqueueDependants(job);
    this.forgetSettled(old);
  }

  private vanished(job: Job): void {
    this.told.delete(job.metadata.uid);
    if (this.dependantsOf(job).length > 0) this.departed.remember(job);
    this.enqueueDependants(job);
    this.forgetSettled(job);
  }

  /** Ends of Jobs that are gone are remembered no longer than somebody waits for them. */
  private forgetSettled(dependant: Job): void {
    for (const key of awaitedJobs(dependant)) {
      if (this.jobs.byIndex(dependantsIndex, key).length === 0) this.departed.forget(key);
    }
  }

  private enqueue(job: Job): void {
    this.queue.add(keyOf(job.metadata));
  }

  private enqueueDependants(job: Job): void {
    for (const dependant of this.dependantsOf(job)) this.enqueue(dependant);
  }

  private dependantsOf(job: Job): readonly Job[] {
    return this.jobs.byIndex(dependantsIndex, keyOf(job.metadata));
  }

  private async step(key: string): Promise<ReconcileResult> {
    const job = this.jobs.get(key);
    if (job === undefined) return 'done';
    await this.act(job).catch(ignoreNotFound);
    return 'done';
  }

  /** Refused with Conflict when somebody else wrote meanwhile: what was decided may not hold any more, so it is decided anew. */
  private async act(job: Job): Promise<void> {
    const { client, clock } = this.deps;
    const planned = plan(job, this.known(job), clock.now());
    switch (planned.do) {
      case 'nothing':
        this.told.delete(job.metadata.uid);
        return;
      case 'wait':
        if (planned.job !== job) await client.update(jobs, planned.job);
        this.tellOnce(job, planned.message, planned.cycle);
        return;
      case 'release':
        await client.update(jobs, planned.job);
        this.recorder.event(job, 'Normal', 'DependenciesMet', planned.message);
        return;
      case 'fail':
        await client.update(jobs, { ...job, status: planned.status }, { subresource: 'status' });
        this.recorder.event(job, 'Warning', dependencyFailed, planned.message);
    }
  }

  private known({ metadata: { namespace } }: Job): KnownJobs {
    return {
      current: (name) => this.jobs.get(keyOf({ namespace, name })),
      departed: (uid) => this.departed.of(uid),
    };
  }

  private tellOnce(job: Job, message: string, cycle: string | undefined): void {
    const all = `${message}\n${cycle ?? ''}`;
    if (this.told.get(job.metadata.uid) === all) return;
    this.told.set(job.metadata.uid, all);
    this.recorder.event(job, 'Normal', 'WaitingForJobs', message);
    if (cycle !== undefined) this.recorder.event(job, 'Warning', 'DependencyCycle', cycle);
  }
}
