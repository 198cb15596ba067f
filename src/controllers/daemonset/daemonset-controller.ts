import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { DaemonSetSync } from '#controllers/daemonset/daemonset-sync.ts';
import { Memory } from '#controllers/daemonset/memory.ts';
import { isBeingDeleted } from '#controllers/daemonset/pod-facts.ts';
import { PodWriter } from '#controllers/daemonset/pod-writer.ts';
import { RevisionHistory } from '#controllers/daemonset/revision-history.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Controller, type ControllerDeps, type RunningController, runController } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';
import { PodControl } from '#reconcile/pod-control.ts';
import type { NamedQueue } from '#reconcile/queue-metrics.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 2;
/** Upstream waits up to 1000 s between tries; a quota that was lifted should not be noticed that late. */
const retry = { msBase: 5, msMax: 60_000 };
/** News about pods and nodes waits so long for more of it: a rollout over hundreds of nodes makes thousands, and a pass that
 *  takes in many costs as much as a pass for one. */
const batchMs: Millis = 10;

/** Runs DaemonSets: a pod on every node that should have one, of the newest template (spec: daemonset.md sections 4 to
 *  16). */
export function createDaemonSetController(deps: ControllerDeps): Controller {
  return new DaemonSetController(deps);
}

class DaemonSetController implements Controller {
  private readonly deps: ControllerDeps;
  private readonly daemonSets: Informer<DaemonSet>;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly revisions: Informer<ControllerRevision>;
  private readonly memory: Memory;
  private readonly recorder: EventRecorder;
  private readonly queue: WorkQueue;
  private readonly sync: DaemonSetSync;
  private readonly ends: (() => void)[] = [];
  private loop: RunningController | undefined;

  constructor(deps: ControllerDeps) {
    const { client, clock, informers } = deps;
    this.deps = deps;
    this.daemonSets = informers.of(daemonSets);
    this.pods = informers.of(pods);
    this.nodes = informers.of(nodes);
    this.revisions = informers.of(controllerRevisions);
    this.memory = new Memory(clock);
    this.queue = new WorkQueue(clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'daemonset-controller' });
    const { memory, recorder, revisions } = this;
    this.sync = new DaemonSetSync({
      client,
      clock,
      daemonSets: this.daemonSets,
      pods: this.pods,
      nodes: this.nodes,
      revisions,
      recorder,
      memory,
      history: new RevisionHistory(client, revisions, memory),
      writer: new PodWriter(this.pods, new PodControl(client, recorder), memory),
    });
  }

  get queues(): readonly NamedQueue[] {
    return [{ name: 'daemonset', queue: this.queue }];
  }

  start(): void {
    const caches = [this.daemonSets, this.pods, this.nodes, this.revisions];
    this.ends.push(
      this.daemonSets.subscribe({
        added: (daemonSet) => this.queue.add(keyOf(daemonSet.metadata)),
        updated: (daemonSet, old) => this.daemonSetUpdated(daemonSet, old),
        deleted: (daemonSet) => this.memory.forget(daemonSet.metadata.uid),
      }),
      this.pods.subscribe({
        added: (pod) => this.podAdded(pod),
        updated: (pod, old) => this.podUpdated(pod, old),
        deleted: (pod) => this.podDeleted(pod),
      }),
      this.revisions.subscribe({
        added: (revision) => this.looseAppeared(revision),
        updated: (revision, old) => this.revisionUpdated(revision, old),
        deleted: (revision) => this.revisionChanged(revision),
      }),
      this.nodes.subscribe({
        added: (node) => this.nodeChanged(node, undefined),
        updated: (node, old) => this.nodeChanged(node, old),
        deleted: () => this.enqueueAll(),
      }),
    );
    const reconcile = (key: string) => this.sync.run(key);
    this.loop = runController({ name: 'daemonset', queue: this.queue, reconcile, workers, caches, log: this.deps.log });
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) end();
    await this.loop?.stop();
    this.recorder.stop();
  }

  private daemonSetUpdated(daemonSet: DaemonSet, old: DaemonSet): void {
    if (daemonSet.metadata.generation !== old.metadata.generation) this.queue.add(keyOf(daemonSet.metadata));
    else this.enqueue(daemonSet);
  }

  /** A pass that waits for this very news, to believe its caches, gets it at once. */
  private enqueue({ metadata }: DaemonSet): void {
    this.queue.addAfter(keyOf(metadata), this.memory.isWaiting(metadata.uid) ? 0 : batchMs);
  }

  private enqueueAll(): void {
    for (const daemonSet of this.daemonSets.list()) this.enqueue(daemonSet);
  }

  private podAdded(pod: Pod): void {
    if (isBeingDeleted(pod)) this.deletionSeen(pod);
    this.enqueueOwner(pod);
    this.looseAppeared(pod);
  }

  private podUpdated(pod: Pod, old: Pod): void {
    if (isBeingDeleted(pod) && !isBeingDeleted(old)) this.deletionSeen(pod);
    const moved = controllerOf(old)?.uid !== controllerOf(pod)?.uid;
    if (moved) this.enqueueOwner(old);
    const relabelled = !jsonEqual(pod.metadata.labels, old.metadata.labels);
    if (moved || relabelled) this.looseAppeared(pod);
    if (moved || relabelled || matters(pod, old)) this.enqueueOwner(pod);
  }

  private podDeleted(pod: Pod): void {
    this.deletionSeen(pod);
    this.enqueueOwner(pod);
  }

  private revisionUpdated(revision: ControllerRevision, old: ControllerRevision): void {
    this.revisionChanged(old);
    this.revisionChanged(revision);
    this.looseAppeared(revision);
  }

  /** Not put off: who changes a revision and then makes another one of the same data must not find both taken for one, as a
   *  pass would that came between late. A new revision that has its owner is no reason for a pass at all. */
  private revisionChanged(revision: ControllerRevision): void {
    const owner = this.ownerOf(revision);
    if (owner !== undefined) this.queue.add(keyOf(owner.metadata));
  }

  /** A node matters to the sets that judge it otherwise than before. */
  private nodeChanged(node: Node, old: Node | undefined): void {
    if (old !== undefined && hasSameMarks(node, old)) return;
    for (const daemonSet of this.daemonSets.list()) {
      const { placement } = this.memory.compiledOf(daemonSet);
      if (old === undefined || placement(old) !== placement(node)) this.enqueue(daemonSet);
    }
  }

  private enqueueOwner(object: KubeObject): void {
    const owner = this.ownerOf(object);
    if (owner !== undefined) this.enqueue(owner);
  }

  private ownerOf(object: KubeObject): DaemonSet | undefined {
    const owner = controllerOf(object);
    if (owner === undefined || owner.kind !== 'DaemonSet') return undefined;
    const { namespace } = object.metadata;
    const daemonSet = this.daemonSets.get(keyOf({ namespace, name: owner.name }));
    return daemonSet?.metadata.uid === owner.uid ? daemonSet : undefined;
  }

  /** What has no controller may be adopted by any set that selects it. */
  private looseAppeared(object: KubeObject): void {
    const { namespace, labels } = object.metadata;
    if (namespace === undefined || controllerOf(object) !== undefined) return;
    for (const daemonSet of this.daemonSets.list(namespace)) {
      if (selectorMatches(selectorOf(daemonSet.spec.selector), labels)) this.enqueue(daemonSet);
    }
  }

  private deletionSeen(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner !== undefined) this.memory.deletions.observed(owner.uid, pod.metadata.uid);
  }
}

/** Whether a DaemonSet would see the pod otherwise than before. */
function matters(pod: Pod, old: Pod): boolean {
  if (isBeingDeleted(pod) !== isBeingDeleted(old) || pod.status.phase !== old.status.phase) return true;
  if (pod.spec.nodeName !== old.spec.nodeName) return true;
  const ready = findCondition(pod.status.conditions, 'Ready');
  const before = findCondition(old.status.conditions, 'Ready');
  return ready?.status !== before?.status || ready?.lastTransitionTime !== before?.lastTransitionTime;
}

function hasSameMarks(a: Node, b: Node): boolean {
  return jsonEqual(a.metadata.labels, b.metadata.labels) && jsonEqual(a.spec.taints, b.spec.taints);
}
