import type { Client } from '#client/client.ts';
import type { Memory } from '#controllers/job/memory.ts';
import { jobs } from '#kinds/job/job.ts';
import { jobTrackingFinalizer } from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isApiError, isNotFound } from '#kinds/meta/errors.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { adoptionPatch, claimsOf, releasePatch } from '#reconcile/adoption.ts';

const finalizers = [jobTrackingFinalizer];

/** The Job's pods, after taking in what matches and has no controller, and letting go what no longer matches
 *  (spec: job.md section 6.4). */
export async function claimPods(
  client: Client,
  memory: Memory,
  job: Job,
  candidates: readonly Pod[],
): Promise<readonly Pod[]> {
  const selector = selectorOf(job.spec.selector);
  const { kept, release, adopt } = claimsOf(job, candidates, (labels) => selectorMatches(selector, labels));
  if (release.length === 0 && adopt.length === 0) return kept;
  const note = (pod: Pod): Pod => {
    const remembered = memory.of(job.metadata.uid);
    remembered.podRevision = Math.max(remembered.podRevision, Number(pod.metadata.resourceVersion));
    return pod;
  };
  await Promise.all(release.map((pod) => releasePod(client, job, pod).then((left) => left && note(left))));
  if (adopt.length === 0) return kept;
  await assertStillThere(client, job);
  const adopted = await Promise.all(adopt.map((pod) => adoptPod(client, job, pod)));
  return [...kept, ...adopted.filter((pod) => pod !== undefined).map(note)];
}

/** The cached Job may be gone already: a pod must not be given to an owner that no longer exists. */
async function assertStillThere(client: Client, job: Job): Promise<void> {
  const live = await client.get(jobs, job.metadata);
  if (live.metadata.uid !== job.metadata.uid || live.metadata.deletionTimestamp !== undefined) {
    throw new Error(`Cannot adopt pods for Job ${job.metadata.namespace}/${job.metadata.name}: it is being replaced`);
  }
}

async function adoptPod(client: Client, job: Job, pod: Pod): Promise<Pod | undefined> {
  const patch = adoptionPatch(pod.metadata.uid, ownerReference(job, jobs), finalizers);
  try {
    return await client.patch(pods, pod.metadata, patch);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** 404: the pod is gone; 422: it no longer has this owner, or is another pod by now. Either way it is let go. */
async function releasePod(client: Client, job: Job, pod: Pod): Promise<Pod | undefined> {
  const patch = releasePatch(pod.metadata.uid, job.metadata.uid, finalizers);
  try {
    return await client.patch(pods, pod.metadata, patch);
  } catch (error) {
    if (isApiError(error) && (error.code === 404 || error.code === 422)) return undefined;
    throw error;
  }
}
