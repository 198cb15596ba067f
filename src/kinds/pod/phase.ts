import { isConditionTrue } from '#kinds/meta/conditions.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Whether a pod in this phase has ended for good: nothing of it runs any more. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether a pod takes part in service: its Ready condition is True. */
export function isPodReady(pod: { readonly status: Pick<Pod['status'], 'conditions'> }): boolean {
  return isConditionTrue(pod.status.conditions, 'Ready');
}
