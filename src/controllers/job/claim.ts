import type { Client } from '#client/client.ts';
import type { Memory } from '#controllers/job/memory.ts';
import { jobs } from '#kinds/job/job.ts';
import { jobTrackingFinalizer } from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import { selectorOf } from '#kinds/meta/selector.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { claimDependents } from '#reconcile/claim.ts';

const finalizers = [jobTrackingFinalizer];

/** The Job's pods, after taking in what matches and has no controller, and letting go what no longer matches
 *  (spec: job.md section 6.4). */
export function claimPods(
  client: Client,
  memory: Memory,
  job: Job,
  candidates: readonly Pod[],
): Promise<readonly Pod[]> {
  const written = (pod: Pod): void => {
    const remembered = memory.of(job.metadata.uid);
    remembered.podRevision = Math.max(remembered.podRevision, Number(pod.metadata.resourceVersion));
  };
  const claimant = { client, owners: jobs, dependents: pods, finalizers, written };
  return claimDependents(claimant, job, selectorOf(job.spec.selector), candidates);
}
