import type { Clock } from '#base/clock.ts';
import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { account, settle } from '#controllers/job/accounting.ts';
import { type Assessment, assess } from '#controllers/job/assessment.ts';
import { claimPods } from '#controllers/job/claim.ts';
import type { EndState } from '#controllers/job/end-state.ts';
import type { JobMetrics } from '#controllers/job/job-metrics.ts';
import type { Memory } from '#controllers/job/memory.ts';
import { outcomeOf } from '#controllers/job/outcome.ts';
import { type Plan, plan } from '#controllers/job/plan.ts';
import type { PodWriter } from '#controllers/job/pod-writer.ts';
import { unsettledPods } from '#controllers/job/unsettled-pods.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import { builtInController } from '#kinds/job/labels.ts';
import type { Job, JobCondition, JobStatus } from '#kinds/job/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { isNamespaceTerminating } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { candidatesOf } from '#reconcile/adoption.ts';
import type { ReconcileResult } from '#reconcile/controller.ts';
import type { Recorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';

export interface JobSyncDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly jobs: Informer<Job>;
  readonly pods: Informer<Pod>;
  readonly recorder: Recorder;
  readonly memory: Memory;
  readonly writer: PodWriter;
  readonly metrics: JobMetrics;
  /** Has the Job looked at again in so many milliseconds at the latest, though this sync fails. */
  readonly lookAgain: (key: string, after: Millis) => void;
}

/** Whether another controller looks after the Job. */
export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== builtInController;
}

/** One step of one Job towards its end: observe, decide, act on pods, count (spec: job.md section 6.3). What is decided,
 *  and why, stands in the pure parts; here they are called in order. */
export class JobSync {
  private readonly deps: JobSyncDeps;

  constructor(deps: JobSyncDeps) {
    this.deps = deps;
  }

  /** Throws when an API call failed or a cache lags behind our own writes; what was counted stays counted. */
  async run(key: string): Promise<ReconcileResult> {
    const job = this.deps.jobs.get(key);
    if (job === undefined || isManagedElsewhere(job)) return 'done';
    if (isFinished(job)) {
      this.deps.memory.forget(job.metadata.uid);
      return 'done';
    }
    if (job.spec.completionMode !== 'NonIndexed' && job.spec.completionMode !== 'Indexed') {
      const text = 'Skipped Job sync because completion mode is unknown';
      this.deps.recorder.event(job, 'Warning', 'UnknownCompletionMode', text);
      return 'done';
    }
    this.assertFresh(job);
    try {
      return await this.sync(job);
    } finally {
      // Deleted meanwhile: what this sync noted must not stay for ever.
      if (this.deps.jobs.get(key)?.metadata.uid !== job.metadata.uid) this.deps.memory.forget(job.metadata.uid);
    }
  }

  /** A cache older than our own last write would have us do things twice. */
  private assertFresh(job: Job): void {
    const remembered = this.deps.memory.of(job.metadata.uid);
    const { jobs: jobCache, pods: podCache } = this.deps;
    const jobsLag = jobCache.revision < remembered.jobRevision;
    remembered.waiting = jobsLag || podCache.revision < remembered.podRevision;
    if (!remembered.waiting) return;
    this.deps.metrics.putOff(jobsLag ? jobs.group : pods.group, jobsLag ? jobs.plural : pods.plural);
    throw new Error('Cannot sync the Job yet: the caches are older than its last write');
  }

  private async sync(job: Job): Promise<ReconcileResult> {
    const { client, memory, clock, metrics } = this.deps;
    const { uid } = job.metadata;
    const begun = clock.now();
    let planned: Plan | undefined;
    let failed = true;
    try {
      const remembered = memory.of(uid);
      const settled = memory.deletions.satisfied(uid);
      const candidates = candidatesOf(this.deps.pods, unsettledPods, job);
      const claimed = await claimPods(client, memory, job, candidates);
      const released = (pod: string): boolean => memory.releases.has(uid, pod);
      const assessment = assess({ job, pods: claimed, now: clock.now(), backOff: remembered.backOff, released });
      planned = plan(assessment, settled);
      const result = await this.carryOut(job, assessment, planned, settled);
      failed = false;
      return result;
    } catch (error) {
      // The back-off of a sync that fails grows to a minute, but a deadline is kept.
      if (planned?.lookAfter !== undefined) this.deps.lookAgain(keyOf(job.metadata), planned.lookAfter);
      throw error;
    } finally {
      metrics.synced(job, planned, failed, clock.now() - begun);
    }
  }

  private async carryOut(job: Job, assessment: Assessment, planned: Plan, settled: boolean): Promise<ReconcileResult> {
    const { memory, clock, writer, metrics } = this.deps;
    const remembered = memory.of(job.metadata.uid);
    const performed = await writer.perform(job, planned.step);
    metrics.created(assessment, performed.created.length, performed.refused);
    const outcome = outcomeOf(assessment, planned, performed, settled);

    const accounting = account(assessment, outcome);
    const counted = await this.writeStatus(job, accounting.status);
    metrics.judged(accounting.verdicts);
    remembered.backOff = assessment.backOff;
    this.tellSuspension(job, accounting.status);
    const release = await writer.release(job, accounting.release);
    const end = release.error === undefined ? outcome.end : undefined;
    const { truncated } = accounting;
    const last = settle(accounting.status, release.released, { end, truncated, now: clock.now() });
    const written = await this.writeStatus(counted, last.status);
    if (last.finished && end !== undefined) this.tellEnd(written, end, assessment.succeededTotal);

    if (release.error !== undefined) throw release.error;
    if (performed.error !== undefined && !isNamespaceTerminating(performed.error)) throw performed.error;
    if (truncated) return { after: 0 };
    return planned.lookAfter === undefined || last.finished ? 'done' : { after: planned.lookAfter };
  }

  /** Refused with Conflict when somebody else wrote meanwhile: never forced, the next sync looks again. */
  private async writeStatus(job: Job, status: JobStatus): Promise<Job> {
    if (jsonEqual(job.status, status)) return job;
    const written = await this.deps.client.update(jobs, { ...job, status }, { subresource: 'status' });
    const remembered = this.deps.memory.of(job.metadata.uid);
    remembered.jobRevision = Math.max(remembered.jobRevision, Number(written.metadata.resourceVersion));
    this.deps.metrics.counted(job, job.status, status);
    return written;
  }

  private tellSuspension(job: Job, status: JobStatus): void {
    const before = findCondition(job.status.conditions, 'Suspended');
    const after: JobCondition | undefined = findCondition(status.conditions, 'Suspended');
    if (after === undefined || after.status === before?.status) return;
    const reason = after.status === 'True' ? 'Suspended' : 'Resumed';
    this.deps.recorder.event(job, 'Normal', reason, after.message ?? '');
  }

  private tellEnd(job: Job, end: EndState, succeeded: number): void {
    const { recorder, metrics } = this.deps;
    metrics.finished(job, end);
    if (end.outcome === 'failure') {
      recorder.event(job, 'Warning', end.reason, end.message);
      return;
    }
    if (succeeded > (job.spec.completions ?? succeeded)) {
      const text = 'Too many succeeded pods running after completion count reached';
      recorder.event(job, 'Warning', 'TooManySucceededPods', text);
    }
    recorder.event(job, 'Normal', 'Completed', 'Job completed');
  }
}
