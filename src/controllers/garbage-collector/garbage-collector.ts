import type { Patch } from '#client/client.ts';
import type { ServedResources } from '#client/served-resources.ts';
import {
  type GraphNode,
  isOrphaning,
  isWaitingForDependents,
  OwnerGraph,
  ownersOf,
} from '#controllers/garbage-collector/graph.ts';
import { blockersOf, type DependentPlan, type OwnerState, planDependent } from '#controllers/garbage-collector/plan.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { type KubeObject, keyOf, type ObjectRef } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { type FollowedKind, KindFollower } from '#reconcile/kind-follower.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

export interface GarbageCollectorDeps extends ControllerDeps {
  /** What may own or be owned. */
  readonly served: ServedResources;
}

const workers = 20;

/** Deletes what has lost its owners, and carries out foreground and orphan deletions
 *  (spec: nodes-and-scheduling.md section 8). Keys of its queue are uids. */
export function createGarbageCollector(deps: GarbageCollectorDeps): Controller {
  return new GarbageCollector(deps).controller();
}

class GarbageCollector {
  private readonly deps: GarbageCollectorDeps;
  private readonly graph = new OwnerGraph();
  private readonly queue: WorkQueue;
  private readonly recorder: EventRecorder;
  private readonly kinds: KindFollower;

  constructor(deps: GarbageCollectorDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 30_000 });
    this.recorder = new EventRecorder({ ...deps, component: 'garbage-collector-controller' });
    const { served, informers } = deps;
    const follow = (kind: FollowedKind): (() => void) => this.follow(kind);
    const gone = ({ cache }: FollowedKind): void => {
      for (const object of cache.list()) {
        this.graph.delete(object.metadata.uid);
        this.noteAbsence(object);
      }
    };
    this.kinds = new KindFollower({ served, informers, wants: isInGraph, follow, gone });
  }

  controller(): Controller {
    return createQueuedController({
      name: 'garbage-collector',
      queue: this.queue,
      reconcile: (uid) => this.reconcile(uid),
      workers,
      caches: [this.kinds],
      log: this.deps.log,
      follow: () => [() => this.kinds.stop()],
      release: () => this.recorder.stop(),
    });
  }

  private follow({ resource, cache }: FollowedKind): () => void {
    const seen = (object: KubeObject): void => {
      const old = this.graph.get(object.metadata.uid)?.object;
      this.graph.put(resource, object);
      this.noteChange(object, old);
    };
    return cache.subscribe({ added: seen, updated: seen, deleted: (object) => this.noteDeletion(object) });
  }

  private noteDeletion(object: KubeObject): void {
    this.graph.depart(object.metadata.uid);
    this.noteAbsence(object);
  }

  private noteAbsence(object: KubeObject): void {
    const { uid } = object.metadata;
    for (const dependent of this.graph.dependentsOf(uid)) this.queue.add(dependent.object.metadata.uid);
    this.noteWaitingOwners(object);
  }

  /** Queues what may have to act on a change, and nothing else: most objects are kept by owners that are plainly there. */
  private noteChange(object: KubeObject, old: KubeObject | undefined): void {
    const { uid } = object.metadata;
    const owners = ownersOf(object);
    if (isOrphaning(object) || isWaitingForDependents(object)) this.queue.add(uid);
    if (isWaitingForDependents(object) && (old === undefined || !isWaitingForDependents(old))) {
      for (const dependent of this.graph.dependentsOf(uid)) this.queue.add(dependent.object.metadata.uid);
    }
    if (old?.metadata.ownerReferences === object.metadata.ownerReferences && old !== undefined) return;
    if (owners.some((owner) => this.cachedState(object, owner) !== 'solid')) this.queue.add(uid);
    this.noteWaitingOwners(object);
    if (old !== undefined) this.noteWaitingOwners(old);
  }

  /** Owners in foreground deletion look again when a dependent went or changed its references. */
  private noteWaitingOwners(object: KubeObject): void {
    for (const { uid } of ownersOf(object)) {
      const owner = this.graph.get(uid)?.object;
      if (owner !== undefined && isWaitingForDependents(owner)) this.queue.add(uid);
    }
  }

  private async reconcile(uid: string): Promise<ReconcileResult> {
    const node = this.graph.get(uid);
    if (node === undefined) return 'done';
    if (isOrphaning(node.object)) await this.orphan(node);
    else if (isWaitingForDependents(node.object)) await this.finishForeground(node);
    if (ownersOf(node.object).length > 0) await this.settleDependent(node);
    return 'done';
  }

  private async settleDependent(node: GraphNode): Promise<void> {
    const { object } = node;
    const isDeleting = object.metadata.deletionTimestamp !== undefined;
    if (isDeleting && !isWaitingForDependents(object)) return;
    const states = new Map<string, OwnerState>();
    for (const owner of ownersOf(object)) states.set(owner.uid, await this.stateOf(node, owner));
    const dependents = this.graph.dependentsOf(object.metadata.uid).map((dependent) => dependent.object);
    await this.carryOut(
      node,
      planDependent(object, (owner) => states.get(owner.uid) ?? 'solid', dependents),
      isDeleting,
    );
  }

  private async carryOut(node: GraphNode, plan: DependentPlan, isDeleting: boolean): Promise<void> {
    if (plan.do === 'release') await this.release(node, plan.owners);
    if (plan.do !== 'delete') return;
    if (plan.unblock) await this.unblock(node);
    if (isDeleting) return;
    const { uid, resourceVersion } = node.object.metadata;
    await this.tolerant(node, () =>
      this.deps.client.delete(node.resource, refOf(node), {
        propagationPolicy: plan.propagation,
        preconditions: plan.unblock ? { uid } : { uid, resourceVersion },
      }),
    );
  }

  /** An owner as the caches show it: enough to keep a dependent, never enough to delete one. */
  private cachedState(object: KubeObject, owner: OwnerReference): OwnerState {
    const known = this.graph.get(owner.uid);
    if (known === undefined || !isNamed(known, owner, object)) return 'absent';
    return isWaitingForDependents(known.object) ? 'waiting' : 'solid';
  }

  /** An owner as the API shows it now. Throws, to be asked again later, when nobody here knows its kind. */
  private async stateOf(node: GraphNode, owner: OwnerReference): Promise<OwnerState> {
    const cached = this.cachedState(node.object, owner);
    if (cached === 'solid') return cached;
    const departed = this.graph.departedOwner(owner.uid);
    if (departed !== undefined && isNamed(departed, owner, node.object)) return this.absent(node, owner);
    const resource = this.deps.served.resources.find(
      (each) => each.kind === owner.kind && apiVersionOf(each) === owner.apiVersion,
    );
    if (resource === undefined) {
      throw new Error(
        `Cannot judge the owner ${owner.kind} "${owner.name}": no resource of ${owner.apiVersion} has that kind`,
      );
    }
    const { namespace } = node.object.metadata;
    if (resource.namespaced && namespace === undefined) {
      this.tellIfElsewhere(node, owner);
      return 'solid';
    }
    try {
      const ref = { namespace: resource.namespaced ? namespace : undefined, name: owner.name };
      const live = await this.deps.client.get(resource, ref);
      if (live.metadata.uid !== owner.uid) return this.absent(node, owner);
      return isWaitingForDependents(live) ? 'waiting' : 'solid';
    } catch (error) {
      if (isNotFound(error)) return this.absent(node, owner);
      throw error;
    }
  }

  private absent(node: GraphNode, owner: OwnerReference): OwnerState {
    this.tellIfElsewhere(node, owner);
    return 'absent';
  }

  /** An owner that is there, but in another namespace, was named by mistake: who did that should hear of it. */
  private tellIfElsewhere(node: GraphNode, owner: OwnerReference): void {
    const elsewhere = this.graph.get(owner.uid)?.object.metadata.namespace;
    const { namespace = '' } = node.object.metadata;
    if (elsewhere === undefined || elsewhere === namespace) return;
    const what = `[${owner.apiVersion}/${owner.kind}, namespace: ${namespace}, name: ${owner.name}, uid: ${owner.uid}]`;
    const text = `ownerRef ${what} does not exist in namespace "${namespace}"`;
    this.recorder.event(node.object, 'Warning', 'OwnerRefInvalidNamespace', text);
  }

  /** Sets all dependents free, then lets the owner go. */
  private async orphan(node: GraphNode): Promise<void> {
    const owner = node.object.metadata;
    for (const dependent of this.graph.dependentsOf(owner.uid)) {
      await this.release(
        dependent,
        ownersOf(dependent.object).filter((ref) => ref.uid === owner.uid),
      );
    }
    await this.removeFinalizer(node, 'orphan');
  }

  private async finishForeground(node: GraphNode): Promise<void> {
    const dependents = this.graph.dependentsOf(node.object.metadata.uid);
    const blockers = blockersOf(
      node.object,
      dependents.map((dependent) => dependent.object),
    );
    if (blockers.length === 0) return this.removeFinalizer(node, 'foregroundDeletion');
    for (const blocker of blockers) this.queue.add(blocker.metadata.uid);
  }

  private async release(node: GraphNode, owners: readonly OwnerReference[]): Promise<void> {
    const released = new Set(owners.map(({ uid }) => uid));
    await this.patch(node, {
      strategic: { ownerReferences: [...released].map((uid) => ({ $patch: 'delete', uid })) },
      merge: { ownerReferences: ownersOf(node.object).filter(({ uid }) => !released.has(uid)) },
    });
  }

  private async unblock(node: GraphNode): Promise<void> {
    const owners = ownersOf(node.object);
    await this.patch(node, {
      strategic: { ownerReferences: owners.map(({ uid }) => ({ uid, blockOwnerDeletion: false })) },
      merge: { ownerReferences: owners.map((owner) => ({ ...owner, blockOwnerDeletion: false })) },
    });
  }

  private async removeFinalizer(node: GraphNode, finalizer: string): Promise<void> {
    const { finalizers = [] } = node.object.metadata;
    await this.patch(node, {
      strategic: { '$deleteFromPrimitiveList/finalizers': [finalizer] },
      merge: { finalizers: finalizers.filter((each) => each !== finalizer) },
    });
  }

  /** Changes metadata of exactly this incarnation: the uid in the patch must match. Custom resources know no strategic merge;
   *  there whole lists are replaced, of the very version they were taken from. */
  private async patch(node: GraphNode, change: { readonly strategic: object; readonly merge: object }): Promise<void> {
    const { uid, resourceVersion } = node.object.metadata;
    const patch: Patch =
      node.resource.custom === undefined
        ? { type: 'strategic', body: { metadata: { uid, ...change.strategic } } }
        : { type: 'merge', body: { metadata: { uid, resourceVersion, ...change.merge } } };
    await this.tolerant(node, () => this.deps.client.patch(node.resource, refOf(node), patch));
  }

  /** An object that is gone needs nothing more; one that changed meanwhile is looked at again when its news arrives. */
  private async tolerant(node: GraphNode, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
      this.queue.addRateLimited(node.object.metadata.uid);
      this.deps.log.debug('Object changed under garbage collection; looking again', {
        key: keyOf(node.object.metadata),
      });
    }
  }
}

/** Events are left out: nothing owns them, and there are many. */
function isInGraph({ kind, verbs }: ResourceDefinition): boolean {
  return kind !== 'Event' && verbs.includes('delete');
}

function refOf(node: GraphNode): ObjectRef {
  return { namespace: node.object.metadata.namespace, name: node.object.metadata.name };
}

/** Whether `known` is where `owner` says it is: right kind and name, in the dependent's namespace or in none. */
function isNamed(known: GraphNode, owner: OwnerReference, dependent: KubeObject): boolean {
  const { resource, object } = known;
  const { namespace } = object.metadata;
  const isReachable = namespace === undefined || namespace === dependent.metadata.namespace;
  return (
    isReachable &&
    object.metadata.name === owner.name &&
    resource.kind === owner.kind &&
    apiVersionOf(resource) === owner.apiVersion
  );
}
