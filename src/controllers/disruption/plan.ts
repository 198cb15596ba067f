import type { Millis } from '#base/units.ts';
import { catalog } from '#kinds/catalog.ts';
import { numberIn } from '#kinds/meta/int-or-percent.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
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
}

/** What a budget's status should say of the pods it selects (policy/v1 PodDisruptionBudgetStatus; spec: api.md section 19.7). */
export function planBudget(budget: PodDisruptionBudget, pods: readonly Pod[], now: Millis): BudgetPlan {
  const { generation } = budget.metadata;
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const unscaled = needsScale(budget) ? pods.map(controllerOf).find((owner) => owner !== undefined) : undefined;
  if (unscaled !== undefined) {
    const failure = withoutScale(unscaled);
    const status = withFailedSync({ ...budget.status, ...observed }, failure, timestamp(now));
    return { status, checkAfter: undefined, failure };
  }
  const disrupted = stillUnseen(budget, pods, now);
  const currentHealthy = pods.filter((pod) => isHealthy(pod, disrupted)).length;
  const { expectedPods, desiredHealthy } = wanted(budget, pods);
  const allowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { disruptedPods: _old, conditions } = budget.status;
  const status: PodDisruptionBudgetStatus = {
    ...observed,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    ...(conditions === undefined ? {} : { conditions }),
  };
  const times = Object.values(disrupted).map((at) => Date.parse(at) + unseenMsMax - now);
  const checkAfter = times.length === 0 ? undefined : Math.max(1, Math.min(...times));
  return { status: withAllowedCondition(status, timestamp(now)), checkAfter, failure: undefined };
}

/** A number that must stay is counted against the pods there are; all else against how many there should be. */
function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** Jobs and DaemonSets have no scale that says how many pods there should be, which upstream says in these words. */
function withoutScale({ apiVersion, kind }: OwnerReference): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const resource = catalog.find((one) => one.kind === kind && one.group === group);
  if (resource === undefined)
    return `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  return `${resource.plural}${group === '' ? '' : `.${group}`} does not implement the scale subresource`;
}

/** Pods without a controller are passed over. */
function controllerOf({ metadata }: Pod): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Without controllers that say how many pods there should be, a share of them is a share of none. */
function wanted(budget: PodDisruptionBudget, pods: readonly Pod[]): { expectedPods: number; desiredHealthy: number } {
  if (needsScale(budget)) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: pods.length, desiredHealthy: numberIn(budget.spec.minAvailable ?? 0) };
}

type DisruptedPods = { readonly [name: string]: string };

/** The granted evictions whose pods are not yet seen to go. */
function stillUnseen({ status }: PodDisruptionBudget, pods: readonly Pod[], now: Millis): DisruptedPods {
  const standing = new Set(
    pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name),
  );
  const entries = Object.entries(status.disruptedPods ?? {});
  return Object.fromEntries(entries.filter(([name, at]) => standing.has(name) && Date.parse(at) + unseenMsMax > now));
}

function isHealthy(pod: Pod, disrupted: DisruptedPods): boolean {
  const { name, deletionTimestamp } = pod.metadata;
  return deletionTimestamp === undefined && disrupted[name] === undefined && isPodReady(pod);
}
