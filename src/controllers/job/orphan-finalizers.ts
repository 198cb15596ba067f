import type { Client } from '#client/client.ts';
import { isManagedElsewhere } from '#controllers/job/job-sync.ts';
import { hasTracking } from '#controllers/job/pod-facts.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobTrackingFinalizer } from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ReconcileResult } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';

/** The Job that controls the pod, `elsewhere` when that is none of ours, `gone` when no living Job does. */
export type PodOwner = Job | 'elsewhere' | 'gone';

/** Looks the controller of a pod up, by name and uid. */
export function ownerOf(pod: Pod, jobs: Informer<Job>): PodOwner {
  const controller = controllerOf(pod);
  if (controller === undefined) return 'gone';
  if (controller.kind !== 'Job' || !controller.apiVersion.startsWith('batch/')) return 'elsewhere';
  const job = jobs.get(`${pod.metadata.namespace}/${controller.name}`);
  return job === undefined || job.metadata.uid !== controller.uid ? 'gone' : job;
}

/** Whether the pod holds a tracking finalizer that no sync will ever take off (spec: job.md section 6.19). */
export function isStranded(pod: Pod, owner: PodOwner): boolean {
  if (!hasTracking(pod) || owner === 'elsewhere') return false;
  return owner === 'gone' || (isFinished(owner) && !isManagedElsewhere(owner));
}

/** Frees the pod at `key` if it is still stranded. The patch holds for the version looked at, so that a pod adopted
 *  meanwhile keeps its finalizer. */
export async function freeStranded(
  client: Client,
  caches: { readonly pods: Informer<Pod>; readonly jobs: Informer<Job> },
  key: string,
): Promise<ReconcileResult> {
  const pod = caches.pods.get(key);
  if (pod === undefined || !isStranded(pod, ownerOf(pod, caches.jobs))) return 'done';
  const { resourceVersion, uid } = pod.metadata;
  const metadata = { uid, resourceVersion, '$deleteFromPrimitiveList/finalizers': [jobTrackingFinalizer] };
  try {
    await client.patch(pods, pod.metadata, { type: 'strategic', body: { metadata } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return 'done';
}
