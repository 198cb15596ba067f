import type { Outcome } from '#controllers/job/accounting.ts';
import type { Assessment } from '#controllers/job/assessment.ts';
import { completionsReached, type EndState } from '#controllers/job/end-state.ts';
import type { Plan, PodOrder } from '#controllers/job/plan.ts';
import { isReady } from '#controllers/job/pod-facts.ts';
import { withSuspension } from '#controllers/job/status.ts';
import { isHeld } from '#kinds/job/hold.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What became of a step. */
export interface Performed {
  readonly created: readonly PodOrder[];
  /** How many pods could not be made. */
  readonly refused: number;
  readonly removed: readonly Pod[];
  /** How many of `removed` still stand, stopping. */
  readonly stopping: number;
  /** The first refusal, if any. */
  readonly error: unknown;
}

/** The Job after the step of this sync (spec: job.md section 6.3, steps 9 and 10). */
export function outcomeOf(
  assessment: Assessment,
  { step, managed }: Plan,
  performed: Performed,
  settled: boolean,
): Outcome {
  const { job, now, suspended } = assessment;
  const { created, removed, stopping, error } = performed;
  const active = assessment.active.length + created.length - removed.length;
  // An end that could not be brought about completely is forgotten for now, and found again by the next sync.
  const decided =
    step.do === 'end' ? (settled && error === undefined ? step.end : undefined) : reached(assessment, active);
  const told = managed && decided === undefined;
  const before = job.status.conditions ?? [];
  const conditions = told ? withSuspension(before, suspended, now) : before;
  const resumed = conditions !== before && !suspended;
  const replaced = new Set(created.map(({ replaces }) => replaces));
  const held = [...(assessment.indexed?.held.values() ?? [])].filter((pod) => !replaced.has(pod));
  return {
    end: decided,
    active,
    ready: assessment.ready - removed.filter(isReady).length,
    terminating: assessment.terminating.length + stopping,
    startTime: told && suspended ? undefined : resumed ? timestamp(now) : assessment.startTime,
    conditions,
    held: new Set(held.map((pod) => pod.metadata.uid)),
  };
}

/** Completeness is looked at before suspension: a suspended Job whose work is done is Complete. One that comes after other Jobs
 *  is not before them, though it may have no work at all. */
function reached({ job, succeededTotal }: Assessment, active: number): EndState | undefined {
  if (active > 0 || isHeld(job)) return undefined;
  const { completions } = job.spec;
  const complete = completions === undefined ? succeededTotal > 0 : succeededTotal >= completions;
  return complete ? completionsReached : undefined;
}
