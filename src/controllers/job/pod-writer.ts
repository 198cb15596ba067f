import type { Client, Patch } from '#client/client.ts';
import type { Memory } from '#controllers/job/memory.ts';
import { newPod } from '#controllers/job/new-pod.ts';
import type { Performed } from '#controllers/job/outcome.ts';
import type { PodOrder, Step } from '#controllers/job/plan.ts';
import { hasTracking, isBeingDeleted } from '#controllers/job/pod-facts.ts';
import { jobTrackingFinalizer } from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Informer } from '#reconcile/informer.ts';
import type { PodControl } from '#reconcile/pod-control.ts';
import { slowStart } from '#reconcile/slow-start.ts';

export interface PodWriterDeps {
  readonly client: Client;
  readonly cache: Informer<Pod>;
  readonly control: PodControl;
  readonly memory: Memory;
}

/** Takes the tracking finalizer off, and nothing else. */
export const releaseTracking: Patch = {
  type: 'strategic',
  body: { metadata: { '$deleteFromPrimitiveList/finalizers': [jobTrackingFinalizer] } },
};

/** Carries out what was decided about a Job's pods, and remembers what the cache does not show yet. */
export class PodWriter {
  private readonly deps: PodWriterDeps;

  constructor(deps: PodWriterDeps) {
    this.deps = deps;
  }

  /** Never throws: what was refused is in the answer, next to what was done. */
  async perform(job: Job, step: Step): Promise<Performed> {
    switch (step.do) {
      case 'nothing':
        return { created: [], refused: 0, removed: [], stopping: 0, error: undefined };
      case 'create':
        return this.create(job, step.orders);
      case 'end':
        return this.remove(job, step.remove, (pod) => this.delete(job, pod));
      case 'scale-down':
        return this.remove(job, step.remove, async (pod) => {
          await this.dropTracking(job.metadata.uid, pod);
          return this.delete(job, pod);
        });
    }
  }

  /** Takes the tracking finalizer off. Answers with the uids of the pods that are without it now. */
  async release(
    job: Job,
    release: readonly Pod[],
  ): Promise<{ readonly released: ReadonlySet<string>; readonly error: unknown }> {
    const results = await Promise.allSettled(release.map((pod) => this.dropTracking(job.metadata.uid, pod)));
    const released = release.filter((_, index) => results[index]?.status === 'fulfilled');
    return { released: new Set(released.map((pod) => pod.metadata.uid)), error: firstError(results) };
  }

  private async create(job: Job, orders: readonly PodOrder[]): Promise<Performed> {
    const created: PodOrder[] = [];
    const { skipped, error } = await slowStart(orders, async (order) => {
      const pod = await this.deps.control.create(job, newPod(job, order));
      this.note(job.metadata.uid, pod);
      created.push(order);
    });
    const refused = orders.length - created.length - skipped;
    return { created, refused, removed: [], stopping: 0, error };
  }

  private async remove(
    _job: Job,
    remove: readonly Pod[],
    step: (pod: Pod) => Promise<Pod | undefined>,
  ): Promise<Performed> {
    const results = await Promise.allSettled(remove.map(step));
    return {
      created: [],
      refused: 0,
      removed: remove.filter((_, index) => results[index]?.status === 'fulfilled'),
      stopping: results.filter((result) => result.status === 'fulfilled' && result.value !== undefined).length,
      error: firstError(results),
    };
  }

  private async delete(job: Job, pod: Pod): Promise<Pod | undefined> {
    const { deletions } = this.deps.memory;
    const owner = job.metadata.uid;
    deletions.expect(owner, pod.metadata.uid);
    try {
      const left = await this.deps.control.delete(job, pod);
      const cached = this.cached(pod);
      if (cached === undefined || isBeingDeleted(cached)) deletions.observed(owner, pod.metadata.uid);
      return left;
    } catch (error) {
      deletions.observed(owner, pod.metadata.uid);
      throw error;
    }
  }

  /** A pod that is gone has no finalizer either. */
  private async dropTracking(owner: string, pod: Pod): Promise<void> {
    const { releases } = this.deps.memory;
    const { namespace, name, uid } = pod.metadata;
    releases.expect(owner, uid);
    try {
      this.note(owner, await this.deps.client.patch(pods, { namespace, name }, releaseTracking));
    } catch (error) {
      if (!isNotFound(error)) {
        releases.observed(owner, uid);
        throw error;
      }
    }
    const cached = this.cached(pod);
    if (cached === undefined || !hasTracking(cached)) releases.observed(owner, uid);
  }

  private note(owner: string, pod: Pod): void {
    const remembered = this.deps.memory.of(owner);
    remembered.podRevision = Math.max(remembered.podRevision, Number(pod.metadata.resourceVersion));
  }

  private cached(pod: Pod): Pod | undefined {
    const cached = this.deps.cache.get(keyOf(pod.metadata));
    return cached?.metadata.uid === pod.metadata.uid ? cached : undefined;
  }
}

function firstError(results: readonly PromiseSettledResult<unknown>[]): unknown {
  return results.find((result) => result.status === 'rejected')?.reason;
}
