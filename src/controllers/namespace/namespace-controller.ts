import type { Millis } from '#base/units.ts';
import type { ServedResources } from '#client/served-resources.ts';
import { deletionConditions, type Remainder } from '#controllers/namespace/conditions.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';
import { type FollowedKind, KindFollower } from '#reconcile/kind-follower.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

export interface NamespaceControllerDeps extends ControllerDeps {
  /** What may be in a namespace. */
  readonly served: ServedResources;
}

const finalizer = 'kubernetes';
/** Lets creates that were admitted before the namespace began to terminate reach the store. Upstream waits 5 s because it
 *  has several API servers with caches of their own; here admission and store are one process. */
const settleMs: Millis = 200;
/** How soon to look again at content that a finalizer or a running pod keeps; its removal is noticed at once anyway. */
const remainingMs: Millis = 15_000;

/** Empties namespaces that are being deleted, pods first, then lets them go
 *  (spec: nodes-and-scheduling.md section 10.2). */
export function createNamespaceController(deps: NamespaceControllerDeps): Controller {
  return new NamespaceController(deps).controller();
}

class NamespaceController {
  private readonly deps: NamespaceControllerDeps;
  private readonly queue: WorkQueue;
  private readonly cache: Informer<Namespace>;
  private readonly contents: KindFollower;

  constructor(deps: NamespaceControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
    this.cache = deps.informers.of(namespaces);
    const { served, informers } = deps;
    const follow = ({ cache }: FollowedKind): (() => void) =>
      cache.subscribe({ deleted: ({ metadata }) => this.noteRemoval(metadata.namespace ?? '') });
    this.contents = new KindFollower({ served, informers, wants: isContent, follow });
  }

  controller(): Controller {
    const noteChange = (namespace: Namespace): void => {
      if (isOurs(namespace)) this.queue.addAfter(namespace.metadata.name, settleMs);
    };
    return createQueuedController({
      name: 'namespace',
      queue: this.queue,
      reconcile: (name) => this.reconcile(name),
      workers: 10,
      caches: [this.cache],
      log: this.deps.log,
      follow: () => [this.cache.subscribe({ added: noteChange, updated: noteChange }), () => this.contents.stop()],
    });
  }

  private noteRemoval(namespace: string): void {
    const parent = this.cache.get(namespace);
    if (parent !== undefined && isOurs(parent)) this.queue.add(namespace);
  }

  private async reconcile(name: string): Promise<ReconcileResult> {
    const namespace = this.cache.get(name);
    if (namespace === undefined || !isOurs(namespace)) return 'done';
    try {
      const remaining = await this.empty(name);
      const reported = await this.report(namespace, remaining, undefined);
      if (remaining.length === 0) await this.finalize(reported);
      return remaining.length === 0 ? 'done' : { after: remainingMs };
    } catch (error) {
      if (isNotFound(error)) return 'done';
      const text = `Failed to delete all resource types, 1 remaining: ${(error as Error).message}`;
      if (!isConflict(error)) await this.report(namespace, [], text);
      throw error;
    }
  }

  /** Asks everything in the namespace to go; answers with what is still there. Pods first, since they may still need the rest:
   *  while they remain, nothing else is touched. */
  private async empty(name: string): Promise<readonly Remainder[]> {
    const left: Remainder[] = [];
    const contents = this.contents.kinds.map(({ resource }) => resource);
    for (const resource of contents.toSorted((a, b) => Number(isPods(b)) - Number(isPods(a)))) {
      const remainder = await this.removeAll(resource, name);
      if (remainder === undefined) continue;
      left.push(remainder);
      if (isPods(resource)) break;
    }
    return left;
  }

  private async removeAll(resource: ResourceDefinition, namespace: string): Promise<Remainder | undefined> {
    const { client } = this.deps;
    const before = await client.list(resource, { namespace });
    if (before.items.length === 0) return undefined;
    if (before.items.some((object) => object.metadata.deletionTimestamp === undefined)) {
      await client.deleteCollection(resource, { namespace }, { propagationPolicy: 'Background' });
    }
    const after = await client.list(resource, { namespace });
    return after.items.length === 0 ? undefined : { resource, objects: after.items };
  }

  /** The namespace as it is then. */
  private async report(
    namespace: Namespace,
    remaining: readonly Remainder[],
    failure: string | undefined,
  ): Promise<Namespace> {
    const now = timestamp(this.deps.clock.now());
    const conditions = deletionConditions(namespace.status.conditions, remaining, failure, now);
    if (conditions === namespace.status.conditions) return namespace;
    const status = { ...namespace.status, conditions };
    return this.deps.client.update(namespaces, { ...namespace, status }, { subresource: 'status' });
  }

  private async finalize(namespace: Namespace): Promise<void> {
    const finalizers = (namespace.spec.finalizers ?? []).filter((each) => each !== finalizer);
    const spec = { ...namespace.spec, finalizers };
    await this.deps.client.update(namespaces, { ...namespace, spec }, { subresource: 'finalize' });
  }
}

/** What can be in a namespace and be deleted. */
function isContent({ namespaced, verbs }: ResourceDefinition): boolean {
  return namespaced && verbs.includes('deletecollection');
}

function isPods(resource: ResourceDefinition): boolean {
  return resource.group === '' && resource.plural === 'pods';
}

/** Whether the namespace is being deleted and waits for us. */
function isOurs(namespace: Namespace): boolean {
  return namespace.metadata.deletionTimestamp !== undefined && (namespace.spec.finalizers ?? []).includes(finalizer);
}
