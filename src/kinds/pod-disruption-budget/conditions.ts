import { setCondition } from '#kinds/meta/conditions.ts';
import type { PodDisruptionBudgetStatus } from '#kinds/pod-disruption-budget/schema.ts';

export const disruptionAllowed = 'DisruptionAllowed';
export const syncFailed = 'SyncFailed';

/** `status` with the condition that its counts mean. `at`: RFC 3339. */
export function withAllowedCondition(status: PodDisruptionBudgetStatus, at: string): PodDisruptionBudgetStatus {
  const enough = status.disruptionsAllowed > 0;
  return withCondition(status, enough ? 'True' : 'False', enough ? 'SufficientPods' : 'InsufficientPods', '', at);
}

/** `status` after the counts could not be made: nothing may be evicted. */
export function withFailedSync(
  status: PodDisruptionBudgetStatus,
  message: string,
  at: string,
): PodDisruptionBudgetStatus {
  return withCondition({ ...status, disruptionsAllowed: 0 }, 'False', syncFailed, message, at);
}

function withCondition(
  status: PodDisruptionBudgetStatus,
  value: string,
  reason: string,
  message: string,
  lastTransitionTime: string,
): PodDisruptionBudgetStatus {
  const { observedGeneration } = status;
  const generation = observedGeneration === undefined ? {} : { observedGeneration };
  const condition = { type: disruptionAllowed, status: value, ...generation, lastTransitionTime, reason, message };
  return { ...status, conditions: setCondition(status.conditions, condition) };
}
