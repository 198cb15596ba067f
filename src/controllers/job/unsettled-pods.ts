import { hasSucceeded, hasTracking } from '#controllers/job/pod-facts.ts';
import { controllerUidLabel } from '#kinds/job/labels.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { byController } from '#reconcile/adoption.ts';

/** The name of the index of pods a Job still has to look at. */
export const unsettledPods = 'job-unsettled';

/** As `byController`, but for pods that have succeeded, are counted and belong to their Job by the generated label: nothing
 *  will ever be done about them, and a Job may have a hundred thousand of them. */
export function byUnsettledController(pod: Pod): readonly string[] {
  const settled =
    hasSucceeded(pod) &&
    !hasTracking(pod) &&
    pod.metadata.labels?.[controllerUidLabel] !== undefined &&
    pod.metadata.labels[controllerUidLabel] === controllerOf(pod)?.uid;
  return settled ? [] : byController(pod);
}
