import { assert } from '#base/assert.ts';
import type { Millis } from '#base/units.ts';
import { type Assessment, failuresBefore, type Indexed } from '#controllers/job/assessment.ts';
import { delayAfter, remainingDelay } from '#controllers/job/backoff.ts';
import { type EndState, endStateOf, msUntilDeadline } from '#controllers/job/end-state.ts';
import { finishTime, indexOf } from '#controllers/job/pod-facts.ts';
import { byWorth } from '#controllers/job/ranking.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** One pod to be made. */
export interface PodOrder {
  /** Of an Indexed Job. */
  readonly index: number | undefined;
  /** With per-index limits: the failed pod it replaces. */
  readonly replaces: Pod | undefined;
}

/** What to do to the Job's pods now. */
export type Step =
  /** The Job ends: stop what runs; the finalizers stay until each pod is counted. */
  | { readonly do: 'end'; readonly end: EndState; readonly remove: readonly Pod[] }
  /** Give up pods that are not wanted: they lose the finalizer first, and never count. */
  | { readonly do: 'scale-down'; readonly remove: readonly Pod[] }
  | { readonly do: 'create'; readonly orders: readonly PodOrder[] }
  | { readonly do: 'nothing' };

export interface Plan {
  readonly step: Step;
  /** Whether the pods were managed: only then may a Suspended condition be told. */
  readonly managed: boolean;
  /** Look again in so many milliseconds, whatever happens; undefined: only when something changes. */
  readonly lookAfter: Millis | undefined;
}

/** At most so many pods are made, or given up, in one sync. */
export const podsPerSyncMax = 500;
/** A wait for a back-off is never shorter, so that clocks that differ a little do not make it spin. */
const backOffWaitMsMin: Millis = 1000;

/** Decides what a sync does to pods (spec: job.md sections 6.3 and 6.5). `settled`: the cache shows all deletions this
 *  controller has asked for; before that pods are not managed. */
export function plan(assessment: Assessment, settled: boolean): Plan {
  const end = endStateOf(assessment);
  if (end !== undefined) {
    return { step: { do: 'end', end, remove: assessment.active }, managed: false, lookAfter: undefined };
  }
  const deadline = msUntilDeadline(assessment);
  if (!settled || assessment.job.metadata.deletionTimestamp !== undefined) {
    return { step: { do: 'nothing' }, managed: false, lookAfter: deadline };
  }
  const { step, wait } = manage(assessment);
  return { step, managed: true, lookAfter: earliest(wait, deadline) };
}

interface Managed {
  readonly step: Step;
  readonly wait?: Millis | undefined;
}

function manage(assessment: Assessment): Managed {
  const { active, onlyFailed, terminating, suspended } = assessment;
  if (suspended) return { step: removal(active) };
  const wanted = podsWanted(assessment);
  assert(wanted >= 0, 'wanted pods is never negative');
  const surplus = surplusOf(assessment, Math.max(0, active.length - wanted));
  if (surplus.length > 0) {
    const remove = surplus.slice(0, podsPerSyncMax);
    return { step: removal(remove), wait: surplus.length > remove.length ? 0 : undefined };
  }
  const missing = wanted - active.length - (onlyFailed ? terminating.length : 0);
  return missing > 0 ? create(assessment, missing) : { step: { do: 'nothing' } };
}

function removal(remove: readonly Pod[]): Step {
  return remove.length === 0 ? { do: 'nothing' } : { do: 'scale-down', remove };
}

/** How many pods should be active. A Job without completions makes no more pods once one has succeeded. */
function podsWanted({ job, active, succeededTotal }: Assessment): number {
  const { parallelism = 1, completions } = job.spec;
  if (completions === undefined) return succeededTotal > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeededTotal));
}

/** Active pods to give up: what an Indexed Job cannot use at all, and then the least worth up to `count`. */
function surplusOf({ active, indexed }: Assessment, count: number): readonly Pod[] {
  const useless = indexed === undefined ? [] : uselessPods(active, indexed);
  if (useless.length >= count) return useless;
  const dropped = new Set(useless);
  const others = active.filter((pod) => !dropped.has(pod)).sort(byWorth);
  return [...useless, ...others.slice(0, count - useless.length)];
}

/** Pods without a valid index, and all but the best of those that share one. */
function uselessPods(active: readonly Pod[], { completions }: Indexed): readonly Pod[] {
  const useless: Pod[] = [];
  const best = new Map<number, Pod>();
  for (const pod of active) {
    const index = indexOf(pod, completions);
    const rival = index === undefined ? undefined : best.get(index);
    const better = rival === undefined || byWorth(pod, rival) > 0;
    if (index === undefined) useless.push(pod);
    else if (better) best.set(index, pod);
    if (rival !== undefined) useless.push(better ? rival : pod);
  }
  return useless;
}

function create(assessment: Assessment, missing: number): Managed {
  const { backOff, now, indexed } = assessment;
  if (indexed?.failed !== undefined) return createWithinLimits(assessment, indexed, missing);
  const delay = remainingDelay(backOff, now);
  if (delay > 0) return { step: { do: 'nothing' }, wait: Math.max(delay, backOffWaitMsMin) };
  const count = Math.min(missing, podsPerSyncMax);
  const orders =
    indexed === undefined
      ? Array.from({ length: count }, () => ({ index: undefined, replaces: undefined }))
      : pendingIndexes(assessment, indexed, count).map((index) => ({ index, replaces: undefined }));
  return { step: { do: 'create', orders }, wait: missing > count ? 0 : undefined };
}

/** With per-index limits each index waits for its own failures only (spec: job.md section 6.12). */
function createWithinLimits(assessment: Assessment, indexed: Indexed, missing: number): Managed {
  const count = Math.min(missing, podsPerSyncMax);
  const orders: PodOrder[] = [];
  let wait: Millis | undefined = missing > count ? 0 : undefined;
  for (const index of pendingIndexes(assessment, indexed, count)) {
    const replaces = indexed.held.get(index);
    const delay = replaces === undefined ? 0 : retryDelay(replaces, assessment.now);
    if (delay > 0) wait = earliest(wait, Math.max(delay, backOffWaitMsMin));
    else orders.push({ index, replaces });
  }
  return { step: orders.length === 0 ? { do: 'nothing' } : { do: 'create', orders }, wait };
}

function retryDelay(held: Pod, now: Millis): Millis {
  return Math.max(0, finishTime(held) + delayAfter(failuresBefore(held) + 1) - now);
}

/** The lowest indexes that need a pod. */
function pendingIndexes(
  { active, terminating, onlyFailed }: Assessment,
  { completions, succeeded, failed }: Indexed,
  count: number,
): readonly number[] {
  const occupied = onlyFailed ? [...active, ...terminating] : active;
  const taken = new Set(occupied.map((pod) => indexOf(pod, completions)));
  const closed = failed === undefined ? succeeded : succeeded.union(failed);
  return closed.missing(completions, count, (index) => taken.has(index));
}

function earliest(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
