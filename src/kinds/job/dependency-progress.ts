import { type Dependency, dependenciesOf, dependencyKey, type Ending } from '#kinds/job/dependencies.ts';
import { type DependencyRecords, isHeld, recordsOf } from '#kinds/job/hold.ts';
import type { Job } from '#kinds/job/schema.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';

/** The Jobs of a namespace, as far as somebody knows them. */
export interface KnownJobs {
  current(name: string): Job | undefined;
  /** The last state of a Job that finished and is gone. */
  departed(uid: string): Job | undefined;
}

/** Where one dependency stands. */
export type DependencyState =
  | { readonly at: 'met'; readonly uid: string }
  /** `uid`: the Job that it waits for, once there is one. */
  | { readonly at: 'waiting'; readonly uid: string | undefined }
  /** It can never be met any more; `by` is the Job that ended otherwise, undefined if it was deleted before its end. */
  | { readonly at: 'broken'; readonly by: Job | undefined };

export interface DependencyProgress {
  /** What is known now, to be noted in the dependant. */
  readonly records: DependencyRecords;
  readonly waiting: readonly { readonly dependency: Dependency; readonly exists: boolean }[];
  readonly broken: readonly { readonly dependency: Dependency; readonly by: Job | undefined }[];
}

/** How a Job ended; undefined while it has not. */
export function endingOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  if (isConditionTrue(status.conditions, 'Complete')) return 'Complete';
  return isConditionTrue(status.conditions, 'Failed') ? 'Failed' : undefined;
}

/** How far `dependencies` are met, given what was noted before. */
export function progressOf(
  dependencies: readonly Dependency[],
  records: DependencyRecords,
  jobs: KnownJobs,
): DependencyProgress {
  const met = new Map<string, string>();
  const awaited = new Map<string, string>();
  const waiting: DependencyProgress['waiting'][number][] = [];
  const broken: DependencyProgress['broken'][number][] = [];
  for (const dependency of dependencies) {
    const key = dependencyKey(dependency);
    const state = stateOf(dependency, records, jobs);
    if (state.at === 'met') {
      met.set(key, state.uid);
    } else if (state.at === 'broken') {
      broken.push({ dependency, by: state.by });
      const uid = records.awaited.get(key);
      if (uid !== undefined) awaited.set(key, uid);
    } else {
      waiting.push({ dependency, exists: state.uid !== undefined });
      if (state.uid !== undefined) awaited.set(key, state.uid);
    }
  }
  return { records: { met, awaited }, waiting, broken };
}

function stateOf(dependency: Dependency, { met, awaited }: DependencyRecords, jobs: KnownJobs): DependencyState {
  const key = dependencyKey(dependency);
  const metBy = met.get(key);
  if (metBy !== undefined) return { at: 'met', uid: metBy };
  const seen = awaited.get(key);
  const current = jobs.current(dependency.name);
  const job = seen === undefined ? present(current) : current?.metadata.uid === seen ? current : jobs.departed(seen);
  if (job === undefined)
    return seen === undefined ? { at: 'waiting', uid: undefined } : { at: 'broken', by: undefined };
  const { uid } = job.metadata;
  const ending = endingOf(job);
  if (ending === undefined) return { at: 'waiting', uid };
  return satisfies(ending, dependency.ending) ? { at: 'met', uid } : { at: 'broken', by: job };
}

/** A Job on its way out, never seen before, is of an earlier life: its successor is meant. */
function present(job: Job | undefined): Job | undefined {
  return job?.metadata.deletionTimestamp === undefined ? job : undefined;
}

function satisfies(ending: 'Complete' | 'Failed', wanted: Ending): boolean {
  return wanted === 'Finished' || wanted === ending;
}

/** What a held Job waits for, in words; undefined for others. */
export function waitingText(job: Job, jobs: KnownJobs): string | undefined {
  if (!isHeld(job)) return undefined;
  return textOfWaiting(progressOf(dependenciesOf(job), recordsOf(job.metadata.annotations), jobs));
}

/** "extract to be Complete (does not exist yet), …": the dependencies that are not met. */
export function textOfWaiting({ waiting, broken }: DependencyProgress): string {
  return [
    ...broken.map((one) => `${wish(one.dependency)} (${whyBroken(one.dependency, one.by)})`),
    ...waiting.map(({ dependency, exists }) => `${wish(dependency)} (${exists ? 'not yet' : 'does not exist yet'})`),
  ].join(', ');
}

function wish({ name, ending }: Dependency): string {
  return `${name} to be ${ending}`;
}

/** Why a dependency can never be met. */
export function whyBroken({ name, ending }: Dependency, by: Job | undefined): string {
  if (by === undefined) return `${name} was deleted before its end`;
  if (endingOf(by) === 'Complete') return `${name} is Complete, not ${ending}`;
  const { reason = '', message = '' } = findCondition(by.status.conditions, 'Failed') ?? {};
  const why = [reason, message].filter((text) => text !== '').join(': ');
  return `${name} is Failed, not ${ending}${why === '' ? '' : ` (${why})`}`;
}
