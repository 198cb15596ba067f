import type { Memory } from '#controllers/daemonset/memory.ts';
import { podMaker } from '#controllers/daemonset/new-pod.ts';
import { isBeingDeleted, type Newest } from '#controllers/daemonset/pod-facts.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { isNamespaceTerminating } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Informer } from '#reconcile/informer.ts';
import type { PodControl } from '#reconcile/pod-control.ts';
import { slowStart } from '#reconcile/slow-start.ts';

/** So many pods are created, and so many deleted, in one pass at most. */
const burst = 250;

/** What is to change about the pods of a DaemonSet. */
export interface Changes {
  /** Names of nodes that get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** Carries out changes, and remembers what the cache does not show yet. */
export class PodWriter {
  private readonly cache: Informer<Pod>;
  private readonly control: PodControl;
  private readonly memory: Memory;

  constructor(cache: Informer<Pod>, control: PodControl, memory: Memory) {
    this.cache = cache;
    this.control = control;
    this.memory = memory;
  }

  /** Does as much as one pass may; `more` says whether something was left for the next. Throws the first refusal, after
   *  everything else was done. */
  async perform(daemonSet: DaemonSet, newest: Newest, { create, remove }: Changes): Promise<{ more: boolean }> {
    const errors = await Promise.all([
      this.create(daemonSet, newest, create.slice(0, burst)),
      this.remove(daemonSet, remove.slice(0, burst)),
    ]);
    const error = errors.find((one) => one !== undefined);
    if (error !== undefined) throw error;
    return { more: create.length > burst || remove.length > burst };
  }

  private async create(daemonSet: DaemonSet, newest: Newest, nodeNames: readonly string[]): Promise<unknown> {
    if (nodeNames.length === 0) return undefined;
    const make = podMaker(daemonSet, newest);
    const { error } = await slowStart(nodeNames, async (nodeName) => {
      const pod = await this.control.create(daemonSet, make(nodeName));
      this.memory.note(daemonSet.metadata.uid, 'pods', pod);
    });
    // Nothing will ever be created there again, and the set itself is about to go.
    return isNamespaceTerminating(error) ? undefined : error;
  }

  private async remove(daemonSet: DaemonSet, unwanted: readonly Pod[]): Promise<unknown> {
    const results = await Promise.allSettled(unwanted.map((pod) => this.delete(daemonSet, pod)));
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  private async delete(daemonSet: DaemonSet, pod: Pod): Promise<void> {
    const { deletions } = this.memory;
    const owner = daemonSet.metadata.uid;
    const { uid } = pod.metadata;
    deletions.expect(owner, uid);
    try {
      await this.control.delete(daemonSet, pod);
    } catch (error) {
      deletions.observed(owner, uid);
      throw error;
    }
    const cached = this.cache.get(keyOf(pod.metadata));
    if (cached?.metadata.uid !== uid || isBeingDeleted(cached)) deletions.observed(owner, uid);
  }
}
