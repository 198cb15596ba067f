import { findCondition } from '#kinds/meta/conditions.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { disruptionAllowed, syncFailed, withAllowedCondition } from '#kinds/pod-disruption-budget/conditions.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import type { PodDisruptionBudget } from '#kinds/pod-disruption-budget/schema.ts';
import type { ApiCore } from '../core.ts';
import { modify } from '../modify.ts';
import { sealed } from '../object-value.ts';

const violation = "Cannot evict pod as it would violate the pod's disruption budget.";
const unseenMax = 2_000;
const retrySeconds = 10;

/** Takes one eviction from the pod's disruption budget, if it has one, or refuses it (spec: api.md section 19.7). The count is
 *  written, if nobody else was faster, before the pod is touched: of many evictions at once no more pass than are allowed. */
export async function takeFromBudget(core: ApiCore, pod: Pod, dryRun: boolean): Promise<void> {
  if (isUnguarded(pod)) return;
  const { namespace } = pod.metadata;
  const budgets = core.objects
    .all(podDisruptionBudgets, namespace)
    .filter(({ spec }) => selectorMatches(selectorOf(spec.selector), pod.metadata.labels));
  const [budget] = budgets;
  if (budget === undefined) return;
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiError({ code: 500, message });
  }
  if (!isPodReady(pod) && mayGoUnhealthy(budget)) return;
  const { definition: resource } = core.objects.of(podDisruptionBudgets);
  await modify(core, { resource, namespace, name: budget.metadata.name }, dryRun, (current) => ({
    do: 'put',
    object: sealed(resource, charged(current as PodDisruptionBudget, pod.metadata.name, timestamp(core.clock.now()))),
  }));
}

/** What does not serve anybody is no loss. */
function isUnguarded({ metadata, status }: Pod): boolean {
  const idle = status.phase === 'Succeeded' || status.phase === 'Failed' || status.phase === 'Pending';
  return idle || metadata.deletionTimestamp !== undefined;
}

function mayGoUnhealthy({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function charged(budget: PodDisruptionBudget, podName: string, now: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const { name } = metadata;
  const { disruptedPods = {}, disruptionsAllowed, observedGeneration = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, retrySeconds);
  }
  const refuse = (why: string): never => {
    throw apiErrors.forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, name, why);
  };
  if (disruptionsAllowed < 0) refuse('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > unseenMax) {
    refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) throw tooMany(whyNone(budget));
  const left = {
    ...status,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [podName]: now },
  };
  return { ...budget, status: left.disruptionsAllowed === 0 ? withAllowedCondition(left, now) : left };
}

function whyNone({ metadata, status }: PodDisruptionBudget): string {
  const condition = findCondition(status.conditions, disruptionAllowed);
  if (condition?.reason === syncFailed) {
    return `The disruption budget ${metadata.name} does not allow evicting pods currently because it failed sync: ${condition.message}`;
  }
  const { desiredHealthy, currentHealthy } = status;
  return `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
}

function tooMany(cause: string, retryAfterSeconds?: number): ApiError {
  const causes = [{ reason: 'DisruptionBudget', message: cause }];
  const details = retryAfterSeconds === undefined ? { causes } : { causes, retryAfterSeconds };
  return new ApiError({ code: 429, reason: 'TooManyRequests', message: violation, details });
}
