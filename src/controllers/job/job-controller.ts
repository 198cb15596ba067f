import { jsonEqual } from '#base/json.ts';
import { MetricsRegistry } from '#base/metrics.ts';
import type { Millis } from '#base/units.ts';
import { JobMetrics } from '#controllers/job/job-metrics.ts';
import { isManagedElsewhere, JobSync } from '#controllers/job/job-sync.ts';
import { Memory } from '#controllers/job/memory.ts';
import { freeStranded, isStranded, ownerOf, type PodOwner } from '#controllers/job/orphan-finalizers.ts';
import { hasEnded, hasSucceeded, hasTracking, isBeingDeleted } from '#controllers/job/pod-facts.ts';
import { PodWriter } from '#controllers/job/pod-writer.ts';
import { byUnsettledController, unsettledPods } from '#controllers/job/unsettled-pods.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Controller, type ControllerDeps, type RunningController, runController } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';
import { PodControl } from '#reconcile/pod-control.ts';
import type { NamedQueue } from '#reconcile/queue-metrics.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 5;
const retry = { msBase: 1_000, msMax: 60_000 };

/** News that only changes what a status shows waits, so that much of it is taken in one sync (spec: job.md section 6.1). */
const batchMs: Millis = 1_000;
/** News that lets the Job move on (a pod ended, is deleted, changed hands) waits a twentieth of that. Upstream's whole second
 *  would cap a Job at `parallelism` pods a second; this is still long enough for what ends together to be counted together,
 *  and under load a running sync gathers the news for the next anyway. No client can tell but by its speed. */
const soonMs: Millis = 50;
/** News that may end the Job while other pods of it run waits as long as upstream has it wait: they are stopped then, and those
 *  that end in the same moment must be seen before, to count as what they are. After a failure no pod is made for ten seconds
 *  anyway. */
const decisiveMs: Millis = 1_000;

/** Runs Jobs: makes pods, counts how they end, and says when the Job is done (spec: job.md section 6). */
export function createJobController(deps: ControllerDeps): Controller {
  return new JobController(deps);
}

class JobController implements Controller {
  private readonly deps: ControllerDeps;
  private readonly jobs: Informer<Job>;
  private readonly pods: Informer<Pod>;
  private readonly memory: Memory;
  private readonly metrics: JobMetrics;
  private readonly recorder: EventRecorder;
  private readonly jobQueue: WorkQueue;
  private readonly podQueue: WorkQueue;
  private readonly sync: JobSync;
  private readonly ends: (() => void)[] = [];
  private loops: readonly RunningController[] = [];

  constructor(deps: ControllerDeps) {
    const { client, clock, informers } = deps;
    this.deps = deps;
    this.jobs = informers.of(jobs);
    this.pods = informers.of(pods);
    this.pods.addIndex(unsettledPods, byUnsettledController);
    this.memory = new Memory(clock);
    this.metrics = new JobMetrics(deps.metrics ?? new MetricsRegistry());
    this.jobQueue = new WorkQueue(clock, retry);
    this.podQueue = new WorkQueue(clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'job-controller' });
    const { memory, recorder, metrics } = this;
    const writer = new PodWriter({ client, cache: this.pods, control: new PodControl(client, recorder), memory });
    const lookAgain = (key: string, after: Millis): void => this.jobQueue.addAfter(key, after);
    const caches = { jobs: this.jobs, pods: this.pods };
    this.sync = new JobSync({ client, clock, ...caches, recorder, memory, writer, metrics, lookAgain });
  }

  get queues(): readonly NamedQueue[] {
    return [
      { name: 'job', queue: this.jobQueue },
      { name: 'job-orphan-pods', queue: this.podQueue },
    ];
  }

  start(): void {
    const { client, log } = this.deps;
    const caches = [this.jobs, this.pods];
    this.ends.push(
      this.jobs.subscribe({
        added: (job) => this.jobAdded(job),
        updated: (job, old) => this.jobUpdated(job, old),
        deleted: (job) => this.jobDeleted(job),
      }),
      this.pods.subscribe({
        added: (pod) => this.podAdded(pod),
        updated: (pod, old) => this.podUpdated(pod, old),
        deleted: (pod) => this.podDeleted(pod),
      }),
    );
    this.loops = [
      runController({
        name: 'job',
        queue: this.jobQueue,
        reconcile: (key) => this.sync.run(key),
        workers,
        caches,
        log,
      }),
      runController({
        name: 'job-orphan-pods',
        queue: this.podQueue,
        reconcile: (key) => freeStranded(client, { pods: this.pods, jobs: this.jobs }, key),
        workers,
        caches,
        log,
      }),
    ];
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    await Promise.all(this.loops.map((loop) => loop.stop()));
    this.recorder.stop();
  }

  private jobAdded(job: Job): void {
    this.jobQueue.add(keyOf(job.metadata));
    if (isManagedElsewhere(job)) this.metrics.leftTo(job.spec.managedBy ?? '');
    if (isFinished(job)) this.freePodsOf(job);
  }

  private jobUpdated(job: Job, old: Job): void {
    const changed =
      job.metadata.generation !== old.metadata.generation ||
      job.metadata.deletionTimestamp !== old.metadata.deletionTimestamp;
    this.enqueue(job, changed ? 0 : batchMs);
    if (isFinished(job)) this.freePodsOf(job);
  }

  private jobDeleted(job: Job): void {
    this.memory.forget(job.metadata.uid);
    this.freePodsOf(job);
  }

  private podAdded(pod: Pod): void {
    this.metrics.podSeen(pod, undefined);
    if (isBeingDeleted(pod)) this.deletionSeen(pod);
    this.podChanged(pod, batchMs);
  }

  private podUpdated(pod: Pod, old: Pod): void {
    this.metrics.podSeen(pod, old);
    if (isBeingDeleted(pod) && !isBeingDeleted(old)) this.deletionSeen(pod);
    if (!hasTracking(pod)) this.releaseSeen(old);
    const before = controllerOf(old)?.uid;
    const moved = before !== controllerOf(pod)?.uid;
    if (moved) this.enqueueOwner(old, soonMs);
    this.podChanged(pod, moved ? soonMs : pace(pod, old, ownerOf(pod, this.jobs)));
  }

  private podDeleted(pod: Pod): void {
    this.metrics.podSeen(undefined, pod);
    this.deletionSeen(pod);
    this.releaseSeen(pod);
    this.podChanged(pod, soonMs);
  }

  private podChanged(pod: Pod, delay: Millis): void {
    const owner = this.enqueueOwner(pod, delay);
    if (isStranded(pod, owner)) this.podQueue.add(keyOf(pod.metadata));
    if (controllerOf(pod) === undefined) this.enqueueMatching(pod, delay);
  }

  private enqueueOwner(pod: Pod, delay: Millis): PodOwner {
    const owner = ownerOf(pod, this.jobs);
    if (owner !== 'elsewhere' && owner !== 'gone') this.enqueue(owner, delay);
    return owner;
  }

  /** A pod without a controller may be adopted by any Job that selects it. */
  private enqueueMatching(pod: Pod, delay: Millis): void {
    for (const job of this.jobs.list(pod.metadata.namespace)) {
      if (selectorMatches(selectorOf(job.spec.selector), pod.metadata.labels)) this.enqueue(job, delay);
    }
  }

  /** A sync that waits for this very news, to believe its caches, gets it at once. */
  private enqueue(job: Job, delay: Millis): void {
    this.jobQueue.addAfter(keyOf(job.metadata), this.memory.isWaiting(job.metadata.uid) ? 0 : delay);
  }

  private freePodsOf(job: Job): void {
    for (const pod of this.pods.byIndex(unsettledPods, job.metadata.uid)) {
      if (hasTracking(pod)) this.podQueue.add(keyOf(pod.metadata));
    }
  }

  private deletionSeen(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner !== undefined) this.memory.deletions.observed(owner.uid, pod.metadata.uid);
  }

  private releaseSeen(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner !== undefined) this.memory.releases.observed(owner.uid, pod.metadata.uid);
  }
}

/** How long the news that `old` has become `pod` may wait. */
function pace(pod: Pod, old: Pod, owner: PodOwner): Millis {
  if (hasEnded(pod) && !hasEnded(old)) return isDecisive(pod, owner) ? decisiveMs : soonMs;
  if (isBeingDeleted(pod) && !isBeingDeleted(old)) return decisiveMs;
  return jsonEqual(pod.metadata.labels, old.metadata.labels) ? batchMs : soonMs;
}

/** Whether the end of the pod may be the end of others that still run. */
function isDecisive(pod: Pod, owner: PodOwner): boolean {
  if (typeof owner !== 'object') return true;
  const { successPolicy, parallelism } = owner.spec;
  return parallelism !== 1 && (successPolicy !== undefined || !hasSucceeded(pod));
}
