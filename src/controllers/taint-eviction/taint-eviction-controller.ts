import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { evictingTaints, toleratedFor } from '#controllers/taint-eviction/plan.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { indexByNode, podsOnNode } from '#reconcile/pod-indexes.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 8;
const retry = { msBase: 10, msMax: 10_000 };

const evictionReason = 'DeletionByTaintManager';

/** Deletes the pods of nodes with NoExecute taints that they do not tolerate, or no longer
 *  (spec: nodes-and-scheduling.md section 4.3). Keys of its queue are pods. */
export function createTaintEvictionController(deps: ControllerDeps): Controller {
  return new TaintEvictionController(deps).controller();
}

class TaintEvictionController {
  private readonly deps: ControllerDeps;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly recorder: EventRecorder;
  /** Pods that will be deleted, by uid, and when. What else befalls their node later changes that only for all or nothing. */
  private readonly doomed = new Map<string, Millis>();

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.nodes = deps.informers.of(nodes);
    this.pods = deps.informers.of(pods);
    indexByNode(this.pods);
    this.queue = new WorkQueue(deps.clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'taint-eviction-controller' });
  }

  controller(): Controller {
    return createQueuedController({
      name: 'taint-eviction',
      queue: this.queue,
      reconcile: (key) => this.reconcile(key),
      workers,
      caches: [this.nodes, this.pods],
      log: this.deps.log,
      follow: () => this.follow(),
      release: () => this.recorder.stop(),
    });
  }

  private follow(): readonly (() => void)[] {
    return [
      this.nodes.subscribe({
        added: (node) => this.nodeChanged(node, undefined),
        updated: (node, old) => this.nodeChanged(node, old),
      }),
      this.pods.subscribe({
        added: (pod) => this.podChanged(pod),
        updated: (pod, old) => {
          const isSame =
            pod.spec.nodeName === old.spec.nodeName && jsonEqual(pod.spec.tolerations, old.spec.tolerations);
          if (!isSame) this.podChanged(pod);
        },
        deleted: (pod) => this.spare(pod),
      }),
    ];
  }

  private nodeChanged(node: Node, old: Node | undefined): void {
    const before = old === undefined ? [] : evictingTaints(old);
    if (jsonEqual(before, evictingTaints(node))) return;
    for (const pod of podsOnNode(this.pods, node.metadata.name)) this.queue.add(keyOf(pod.metadata));
  }

  private podChanged(pod: Pod): void {
    const node = this.nodeOf(pod);
    const isThreatened = node !== undefined && evictingTaints(node).length > 0;
    if (isThreatened || this.doomed.has(pod.metadata.uid)) this.queue.add(keyOf(pod.metadata));
  }

  private nodeOf({ spec }: Pod): Node | undefined {
    return spec.nodeName === undefined ? undefined : this.nodes.get(spec.nodeName);
  }

  private async reconcile(key: string): Promise<ReconcileResult> {
    const pod = this.pods.get(key);
    if (pod === undefined || isEvicted(pod)) return 'done';
    const { uid } = pod.metadata;
    const now = this.deps.clock.now();
    const due = this.dueOf(pod, now);
    if (due === undefined) return this.spare(pod);
    if (now < due) {
      this.doomed.set(uid, due);
      return { after: due - now };
    }
    // The news of its end must not be taken for a cancellation; a try that fails must not give it more time.
    const hadTime = this.doomed.delete(uid);
    try {
      await this.evict(pod, now);
    } catch (error) {
      if (hadTime) this.doomed.set(uid, due);
      throw error;
    }
    return 'done';
  }

  /** When the pod is to be deleted; undefined if it may stay. */
  private dueOf(pod: Pod, now: Millis): Millis | undefined {
    const node = this.nodeOf(pod);
    const known = this.doomed.get(pod.metadata.uid);
    // What was decided while the node was there holds when it is gone.
    if (node === undefined) return known;
    const taints = evictingTaints(node);
    const stay = taints.length === 0 ? undefined : toleratedFor(taints, pod.spec.tolerations);
    if (stay === undefined) return undefined;
    if (stay > 0) return known ?? now + stay;
    // What was to happen later happens now, for another reason.
    this.spare(pod);
    return now;
  }

  /** Takes back what was said of a pod that was to be deleted: it may stay, or it has gone by itself. */
  private spare(pod: Pod): ReconcileResult {
    if (this.doomed.delete(pod.metadata.uid)) this.tell(pod, 'Cancelling deletion of');
    return 'done';
  }

  private async evict(pod: Pod, now: Millis): Promise<void> {
    const { namespace, name, uid, generation } = pod.metadata;
    const condition = {
      type: 'DisruptionTarget',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'True',
      reason: evictionReason,
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: timestamp(now),
    };
    const body = { metadata: { uid }, status: { conditions: [condition] } };
    const ref = { namespace, name };
    this.tell(pod, 'Marking for deletion');
    try {
      await this.deps.client.patch(pods, ref, { type: 'strategic', body }, { subresource: 'status' });
      await this.deps.client.delete(pods, ref, { preconditions: { uid } });
    } catch (error) {
      ignoreNotFound(error);
    }
  }

  private tell(pod: Pod, what: string): void {
    this.recorder.event(pod, 'Normal', 'TaintManagerEviction', `${what} Pod ${keyOf(pod.metadata)}`);
  }
}

/** A pod that somebody else deletes, but whose node may never let it go, is told why it would have gone anyway. */
function isEvicted({ metadata, status }: Pod): boolean {
  const target = findCondition(status.conditions, 'DisruptionTarget');
  return metadata.deletionTimestamp !== undefined && target?.reason === evictionReason;
}
