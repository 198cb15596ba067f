import type { Millis } from '#base/units.ts';
import { dependenciesOf } from '#kinds/job/dependencies.ts';
import { findCycle } from '#kinds/job/dependency-cycle.ts';
import {
  type DependencyProgress,
  type KnownJobs,
  progressOf,
  textOfWaiting,
  whyBroken,
} from '#kinds/job/dependency-progress.ts';
import { afterHoldOf, isHeld, recordsOf, unmetDependencies, withHold } from '#kinds/job/hold.ts';
import type { Job, JobCondition, JobStatus } from '#kinds/job/schema.ts';
import { findCondition, setCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';

export const dependencyFailed = 'DependencyFailed';

/** What is to be done about one Job. */
export type OrderPlan =
  /** It waits for nobody. */
  | { readonly do: 'nothing' }
  /** It goes on waiting; `job` is how it is to be stored, itself if nothing is new. */
  | { readonly do: 'wait'; readonly job: Job; readonly message: string; readonly cycle: string | undefined }
  /** It is held no longer. */
  | { readonly do: 'release'; readonly job: Job; readonly message: string }
  /** It can never run: it ends as Failed. */
  | { readonly do: 'fail'; readonly status: JobStatus; readonly message: string };

/** A chain of names longer than this says where to read on. */
const chainLengthMax = 512;

/** Decides what becomes of a Job that comes after others (docs/ordering.md). */
export function plan(job: Job, jobs: KnownJobs, now: Millis): OrderPlan {
  if (!isHeld(job) || job.metadata.deletionTimestamp !== undefined) return { do: 'nothing' };
  const progress = progressOf(dependenciesOf(job), recordsOf(job.metadata.annotations), jobs);
  const [broken] = progress.broken;
  if (broken !== undefined) {
    const message = chainOf(job.metadata.name, broken);
    return { do: 'fail', status: failedStatus(job.status, message, now), message };
  }
  if (progress.waiting.length === 0) return release(job, progress);
  return {
    do: 'wait',
    job: withNotes(job, progress),
    message: `Waiting for ${textOfWaiting(progress)}`,
    cycle: cycleText(job, jobs),
  };
}

function release(job: Job, { records }: DependencyProgress): OrderPlan {
  const { annotations } = job.metadata;
  const suspend = afterHoldOf(annotations) === 'StaySuspended';
  const metadata = { ...job.metadata, annotations: withHold(annotations, undefined, records) };
  const met = `Dependencies are met: ${[...records.met.keys()].join(', ') || 'there are none'}`;
  return {
    do: 'release',
    job: { ...job, metadata, spec: { ...job.spec, suspend } },
    message: suspend ? `${met}; the Job stays suspended until spec.suspend is set to false` : met,
  };
}

/** The job itself if what is known is noted in it already. */
function withNotes(job: Job, { records }: DependencyProgress): Job {
  const { annotations } = job.metadata;
  const noted = withHold(annotations, afterHoldOf(annotations), records);
  const isNew = Object.entries(noted).some(([key, value]) => annotations?.[key] !== value);
  const fewer = Object.keys(noted).length < Object.keys(annotations ?? {}).length;
  return isNew || fewer ? { ...job, metadata: { ...job.metadata, annotations: noted } } : job;
}

/** "load -> clean -> extract: extract is Failed, not Complete (…)": a Job that failed for want of another passes its chain on. */
function chainOf(name: string, { dependency, by }: DependencyProgress['broken'][number]): string {
  const failure = findCondition(by?.status.conditions, 'Failed');
  const { message = '' } = failure ?? {};
  const handedOn = failure?.status === 'True' && failure.reason === dependencyFailed && message !== '';
  if (handedOn && message.length < chainLengthMax) return `${name} -> ${message}`;
  const why = handedOn ? `${dependency.name} is Failed, and tells why` : whyBroken(dependency, by);
  return `${name} -> ${dependency.name}: ${why}`;
}

/** A Job can be failed only like this (spec: job.md section 5.4): begun, decided, ended. */
function failedStatus(status: JobStatus, message: string, now: Millis): JobStatus {
  const time = timestamp(now);
  const condition = (type: string): JobCondition => ({
    type,
    status: 'True',
    reason: dependencyFailed,
    message,
    lastProbeTime: time,
    lastTransitionTime: time,
  });
  const decided = setCondition(status.conditions, condition('FailureTarget'));
  return { ...status, startTime: status.startTime ?? time, conditions: setCondition(decided, condition('Failed')) };
}

/** Admission refuses circles, but not one whose Jobs were created at the same moment. Any edit that opens it helps. */
function cycleText({ metadata: { name } }: Job, jobs: KnownJobs): string | undefined {
  const cycle = findCycle(name, (other) => {
    const known = jobs.current(other);
    return known === undefined ? [] : unmetDependencies(known).map((dependency) => dependency.name);
  });
  if (cycle === undefined) return undefined;
  return `These Jobs wait for each other for ever: ${cycle.join(' -> ')}; change sampan.dev/depends-on of one of them`;
}
