import type { Millis } from '#base/units.ts';
import { resourceOf, type Scales } from '#controllers/disruption/scales.ts';
import { amountOf, numberIn } from '#kinds/meta/int-or-percent.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { withAllowedCondition, withFailedSync } from '#kinds/pod-disruption-budget/conditions.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '#kinds/pod-disruption-budget/schema.ts';

/** How long a granted eviction may take until the pod is seen to be deleted; after that it counts as healthy again. */
const unseenMsMax: Millis = 120_000;

export interface BudgetPlan {
  readonly status: PodDisruptionBudgetStatus;
  /** When to look again although nothing changed. */
  readonly checkAfter: Millis | undefined;
  /** Why the counts could not be made. */
  readonly failure: string | undefined;
  /** Nobody says how many there should be of some of the pods. */
  readonly unmanaged: boolean;
  /** Pods whose eviction was granted long ago, and that stand as before. */
  readonly overdue: readonly Pod[];
}

/** What a budget's status should say of the pods it selects (policy/v1 PodDisruptionBudgetStatus; spec: api.md section 19.7). */
export function planBudget(budget: PodDisruptionBudget, pods: readonly Pod[], scales: Scales, now: Millis): BudgetPlan {
  const unscaled = needsScale(budget) ? pods.find((pod) => isUnscaled(pod, scales)) : undefined;
  if (unscaled !== undefined) {
    const failure = withoutScale(unscaled);
    // The generation stays unobserved: the eviction API then knows that the counts are not about this spec.
    const status = withFailedSync(budget.status, failure, timestamp(now));
    return { status, checkAfter: undefined, failure, unmanaged: false, overdue: [] };
  }
  const { generation } = budget.metadata;
  const disrupted = stillUnseen(budget, pods, now);
  const overdue = standing(pods).filter(({ metadata: { name } }) => {
    return budget.status.disruptedPods?.[name] !== undefined && disrupted[name] === undefined;
  });
  const currentHealthy = pods.filter((pod) => isHealthy(pod, disrupted)).length;
  const { expectedPods, desiredHealthy } = wanted(budget, pods, scales);
  const allowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { disruptedPods: _old, conditions } = budget.status;
  const status: PodDisruptionBudgetStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    ...(conditions === undefined ? {} : { conditions }),
  };
  const times = Object.values(disrupted).map((at) => Date.parse(at) + unseenMsMax - now);
  const checkAfter = times.length === 0 ? undefined : Math.max(1, Math.min(...times));
  return {
    status: withAllowedCondition(status, timestamp(now)),
    checkAfter,
    failure: undefined,
    unmanaged: needsScale(budget) && pods.some((pod) => controllerOf(pod) === undefined),
    overdue,
  };
}

/** A number that must stay is counted against the pods there are; all else against how many there should be. */
export function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** Pods without a controller are passed over. */
function isUnscaled(pod: Pod, scales: Scales): boolean {
  const owner = controllerOf(pod);
  return owner !== undefined && !scales.has(owner.uid);
}

/** Why it is not known how many pods there should be, in upstream's words: Jobs and DaemonSets have no scale. */
function withoutScale(pod: Pod): string {
  const owner = controllerOf(pod);
  const resource = owner && resourceOf(owner);
  if (owner !== undefined && resource === undefined)
    return `no matches for kind ${JSON.stringify(owner.kind)} in version ${JSON.stringify(owner.apiVersion)}`;
  if (resource === undefined || resource.scale !== undefined)
    return `found no controllers for pod ${JSON.stringify(pod.metadata.name)}`;
  const { plural, group } = resource;
  return `${plural}${group === '' ? '' : `.${group}`} does not implement the scale subresource`;
}

/** Without controllers that say how many pods there should be, a share of them is a share of none. */
function wanted(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  scales: Scales,
): { expectedPods: number; desiredHealthy: number } {
  const { maxUnavailable, minAvailable = 0 } = budget.spec;
  if (!needsScale(budget)) return { expectedPods: pods.length, desiredHealthy: numberIn(minAvailable) };
  const asked = pods.flatMap((pod) => scales.get(controllerOf(pod)?.uid ?? '') ?? []);
  const expectedPods = sum([...new Map(asked.map(({ uid, replicas }) => [uid, replicas])).values()]);
  if (maxUnavailable === undefined) return { expectedPods, desiredHealthy: amountOf(minAvailable, expectedPods) };
  return { expectedPods, desiredHealthy: Math.max(0, expectedPods - amountOf(maxUnavailable, expectedPods)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

type DisruptedPods = { readonly [name: string]: string };

/** The granted evictions whose pods are not yet seen to go. */
function stillUnseen({ status }: PodDisruptionBudget, pods: readonly Pod[], now: Millis): DisruptedPods {
  const names = new Set(standing(pods).map(({ metadata }) => metadata.name));
  const entries = Object.entries(status.disruptedPods ?? {});
  return Object.fromEntries(entries.filter(([name, at]) => names.has(name) && Date.parse(at) + unseenMsMax > now));
}

function standing(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function isHealthy(pod: Pod, disrupted: DisruptedPods): boolean {
  const { name, deletionTimestamp } = pod.metadata;
  return deletionTimestamp === undefined && disrupted[name] === undefined && isPodReady(pod);
}
