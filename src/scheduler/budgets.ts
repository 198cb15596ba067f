import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodDisruptionBudget } from '#kinds/pod-disruption-budget/schema.ts';

/** The disruption budgets of a namespace. */
export type BudgetsOf = (namespace: string) => readonly PodDisruptionBudget[];

/** Those of `pods` whose leaving would break a disruption budget, if they all left in this order (spec: nodes-and-scheduling.md
 *  section 7.7). A budget without a selector, or with an empty one, protects nobody here, as upstream has it. */
export function protectedPods(pods: readonly Pod[], budgetsOf: BudgetsOf): ReadonlySet<Pod> {
  const left = new Map<PodDisruptionBudget, number>();
  const found = new Set<Pod>();
  for (const pod of pods) {
    for (const budget of budgetsOf(pod.metadata.namespace)) {
      if (!concerns(budget, pod)) continue;
      const allowed = (left.get(budget) ?? budget.status.disruptionsAllowed) - 1;
      left.set(budget, allowed);
      if (allowed < 0) found.add(pod);
    }
  }
  return found;
}

function concerns({ spec, status }: PodDisruptionBudget, { metadata }: Pod): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec.selector ?? {};
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return false;
  // One whose eviction was granted has been paid for.
  if (status.disruptedPods?.[metadata.name] !== undefined) return false;
  return selectorMatches(selectorOf(spec.selector), metadata.labels);
}
