import type { Clock } from '#base/clock.ts';
import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { isRunOf, newJob } from '#controllers/cronjob/new-job.ts';
import { type Plan, plan, type Run } from '#controllers/cronjob/plan.ts';
import { type Review, referenceTo, review } from '#controllers/cronjob/review.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import type { Zone } from '#kinds/cron-job/schedule/zone.ts';
import type { CronJob, CronJobStatus } from '#kinds/cron-job/schema.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { isAlreadyExists, isConflict, isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import { keyOf, type ObjectRef } from '#kinds/meta/object.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { byController } from '#reconcile/adoption.ts';
import type { ReconcileResult } from '#reconcile/controller.ts';
import type { Recorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';

const controllerIndex = 'controller';

export interface CronJobSyncDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly cronJobs: Informer<CronJob>;
  readonly jobs: Informer<Job>;
  readonly recorder: Recorder;
  /** Told how long after its time a Job came. */
  readonly skew: (ms: Millis) => void;
  readonly localZone: () => Zone;
  /** Has the CronJob looked at again at that time, whatever becomes of this sync. */
  readonly wake: (key: string, at: Millis) => void;
  /** Has the CronJob looked at again behind all that wait now; false if none waits. */
  readonly standBack: (key: string) => boolean;
}

/** One look at one CronJob: put its status right, delete what is old, start what is due (spec: cronjob.md section 6.5). What is
 *  decided, and why, stands in the pure parts; here they are called in order. */
export class CronJobSync {
  private readonly deps: CronJobSyncDeps;
  /** The revisions this controller wrote last, by uid. An older CronJob in the cache would have things done twice. */
  private readonly written = new Map<string, number>();

  constructor(deps: CronJobSyncDeps) {
    this.deps = deps;
    deps.jobs.addIndex(controllerIndex, byController);
  }

  /** The CronJob is gone. */
  forget(uid: string): void {
    this.written.delete(uid);
  }

  /** Throws when an API call failed; what was done and written down before stays. */
  async run(key: string): Promise<ReconcileResult> {
    const cached = this.deps.cronJobs.get(key);
    if (cached === undefined) return 'done';
    const children = this.deps.jobs.byIndex(controllerIndex, cached.metadata.uid);
    const first = review(cached, children);
    const isStale = Number(cached.metadata.resourceVersion) < (this.written.get(cached.metadata.uid) ?? 0);
    const isOdd = first.strangers.length > 0 || first.unseen.length > 0;
    if (!isStale && !isOdd) await this.sync(cached, first);
    else {
      // The cache may lag behind what this controller, or another, has just done: see before complaining.
      const live = await this.live(cached);
      if (live !== undefined) await this.sync(live, review(live, children));
    }
    return 'done';
  }

  private async live({ metadata }: CronJob): Promise<CronJob | undefined> {
    try {
      const live = await this.deps.client.get(cronJobs, metadata);
      return live.metadata.uid === metadata.uid ? live : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async sync(cronJob: CronJob, reviewed: Review): Promise<void> {
    const { clock, localZone } = this.deps;
    const uncleaned = await this.cleanUp(cronJob, reviewed.surplus);
    this.tell(cronJob, reviewed);
    const lost = await this.findLost(cronJob, reviewed.unseen);
    const active = reviewed.active.filter((one) => !lost.includes(one));
    const { lastScheduleTime, lastSuccessfulTime } = reviewed;
    const planned = plan({ cronJob, active, lastScheduleTime, now: clock.now(), localZone: localZone() });
    this.announce(cronJob, planned);
    const ran = await this.start(cronJob, planned.run, active);
    // Where many are due at once, all of them run first. The new Job itself says that it ran, whoever looks next.
    const isAllNew = reviewed.completed.length + lost.length + (planned.run?.replaces.length ?? 0) === 0;
    if (ran.started !== undefined && isAllNew && this.deps.standBack(keyOf(cronJob.metadata))) return;
    await this.writeStatus(cronJob, {
      active: ran.active,
      lastScheduleTime: ran.started === undefined ? lastScheduleTime : timestamp(ran.started),
      lastSuccessfulTime,
    });
    const error = ran.error ?? uncleaned;
    if (error !== undefined) throw error;
  }

  private announce(cronJob: CronJob, { notices, wakeAt }: Plan): void {
    for (const { type, reason, message } of notices) this.deps.recorder.event(cronJob, type, reason, message);
    if (wakeAt !== undefined) this.deps.wake(keyOf(cronJob.metadata), wakeAt);
  }

  private tell(cronJob: CronJob, { completed, strangers }: Review): void {
    const { recorder } = this.deps;
    for (const { metadata, status } of completed) {
      const end = isConditionTrue(status.conditions, 'Complete') ? 'Complete' : 'Failed';
      const text = `Saw completed job: ${metadata.name}, condition: ${end}`;
      recorder.event(cronJob, 'Normal', 'SawCompletedJob', text);
    }
    for (const { metadata } of strangers) {
      const text = `Saw a job that the controller did not create or forgot: ${metadata.name}`;
      recorder.event(cronJob, 'Warning', 'UnexpectedJob', text);
    }
  }

  /** Deletes Jobs that the history has no room for. One that cannot be deleted must not keep others from running: the first
   *  such failure is returned, to try again later. */
  private async cleanUp(cronJob: CronJob, surplus: readonly Job[]): Promise<unknown> {
    let failure: unknown;
    for (const { metadata } of surplus) {
      try {
        await this.deleteJob(cronJob, metadata, metadata.uid);
      } catch (error) {
        failure ??= error;
      }
    }
    return failure;
  }

  private async deleteJob(cronJob: CronJob, { namespace, name }: ObjectRef, uid: string): Promise<void> {
    const { client, recorder } = this.deps;
    const options = { propagationPolicy: 'Background', preconditions: { uid } };
    try {
      await client.delete(jobs, { namespace, name }, options);
    } catch (error) {
      // Gone already, or another Job by now.
      if (isNotFound(error) || isConflict(error)) return;
      recorder.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${textOf(error)}`);
      throw error;
    }
    recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  /** Those of the active Jobs that no longer exist. */
  private async findLost(cronJob: CronJob, unseen: readonly ObjectReference[]): Promise<readonly ObjectReference[]> {
    const lost: ObjectReference[] = [];
    for (const one of unseen) {
      if (await this.exists(cronJob, one)) continue;
      lost.push(one);
      this.deps.recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${one.name}`);
    }
    return lost;
  }

  private async exists({ metadata }: CronJob, { name = '', uid }: ObjectReference): Promise<boolean> {
    try {
      const job = await this.deps.client.get(jobs, { namespace: metadata.namespace, name });
      return job.metadata.uid === uid;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** Starts the run, if there is one. A failure is returned, so that what was done before it is written down. */
  private async start(cronJob: CronJob, run: Run | undefined, before: readonly ObjectReference[]): Promise<Started> {
    let active = before;
    if (run === undefined) return { active };
    try {
      for (const { name = '', uid = '' } of run.replaces) {
        await this.deleteJob(cronJob, { namespace: cronJob.metadata.namespace, name }, uid);
        active = active.filter((other) => other.uid !== uid);
      }
      const job = await this.createJob(cronJob, run.slot);
      if (job === undefined) return { active };
      const others = active.filter(({ uid }) => uid !== job.metadata.uid);
      return { active: [...others, referenceTo(job)], started: run.slot };
    } catch (error) {
      return { active, error };
    }
  }

  /** The Job of the slot, made now or earlier; undefined if its name belongs to another Job. */
  private async createJob(cronJob: CronJob, slot: Millis): Promise<Job | undefined> {
    const { client, recorder } = this.deps;
    const job = newJob(cronJob, slot);
    const { namespace, name = '' } = job.metadata;
    try {
      const created = await client.create(jobs, job);
      this.deps.skew(Date.parse(created.metadata.creationTimestamp) - slot);
      recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      return created;
    } catch (error) {
      if (isAlreadyExists(error)) {
        const existing = await client.get(jobs, { namespace, name });
        return isRunOf(existing, cronJob, slot) ? existing : undefined;
      }
      if (!isNamespaceTerminating(error)) {
        recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${textOf(error)}`);
      }
      throw error;
    }
  }

  /** Refused with Conflict when somebody else wrote meanwhile: never forced, the next sync looks again. */
  private async writeStatus(cronJob: CronJob, change: StatusOf): Promise<void> {
    const { active, lastScheduleTime, lastSuccessfulTime } = change;
    const status: CronJobStatus = {
      ...(active.length === 0 ? {} : { active }),
      ...(lastScheduleTime ? { lastScheduleTime } : {}),
      ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
    };
    if (jsonEqual(cronJob.status, status)) return;
    const { metadata } = await this.deps.client.update(cronJobs, { ...cronJob, status }, { subresource: 'status' });
    // It may have been deleted meanwhile, and nobody would ask to forget it again.
    if (this.deps.cronJobs.get(keyOf(metadata))?.metadata.uid !== metadata.uid) return;
    this.written.set(metadata.uid, Number(metadata.resourceVersion));
  }
}

interface Started {
  readonly active: readonly ObjectReference[];
  /** The slot that counts as run now. */
  readonly started?: Millis;
  readonly error?: unknown;
}

interface StatusOf {
  readonly active: readonly ObjectReference[];
  readonly lastScheduleTime: string | undefined;
  readonly lastSuccessfulTime: string | undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
