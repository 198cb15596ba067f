import type { Millis } from '#base/units.ts';
import { deletionConditions, type Remainder } from '#controllers/namespace/conditions.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import { type Controller, type ControllerDeps, type ReconcileResult, runController } from '#reconcile/controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

export interface NamespaceControllerDeps extends ControllerDeps {
  /** Every namespaced resource whose objects can be deleted. */
  readonly resources: readonly ResourceDefinition[];
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
  const { client, clock } = deps;
  const cache = deps.informers.of(namespaces);
  const queue = new WorkQueue(clock, { msBase: 5, msMax: 60_000 });
  const contents = deps.resources.filter(
    (resource) => resource.namespaced && resource.verbs.includes('deletecollection'),
  );
  const noteChange = (namespace: Namespace): void => {
    if (isOurs(namespace)) queue.addAfter(namespace.metadata.name, settleMs);
  };
  const noteRemoval = (namespace: string): void => {
    const parent = cache.get(namespace);
    if (parent !== undefined && isOurs(parent)) queue.add(namespace);
  };

  async function reconcile(name: string): Promise<ReconcileResult> {
    const namespace = cache.get(name);
    if (namespace === undefined || !isOurs(namespace)) return 'done';
    try {
      const remaining = await empty(name);
      if (remaining.length === 0) await finalize(namespace);
      else await report(namespace, remaining, undefined);
      return remaining.length === 0 ? 'done' : { after: remainingMs };
    } catch (error) {
      if (isNotFound(error)) return 'done';
      if (!isConflict(error))
        await report(namespace, [], `Failed to delete all resource types: ${(error as Error).message}`);
      throw error;
    }
  }

  /** Asks everything in the namespace to go; answers with what is still there. While pods remain, nothing else is touched:
   *  they may still need it. */
  async function empty(name: string): Promise<readonly Remainder[]> {
    const podsLeft = await removeAll(pods as unknown as ResourceDefinition, name);
    if (podsLeft !== undefined) return [podsLeft];
    const left: Remainder[] = [];
    for (const resource of contents) {
      const remainder = await removeAll(resource, name);
      if (remainder !== undefined) left.push(remainder);
    }
    return left;
  }

  async function removeAll(resource: ResourceDefinition, namespace: string): Promise<Remainder | undefined> {
    const before = await client.list(resource, { namespace });
    if (before.items.length === 0) return undefined;
    if (before.items.some((object) => object.metadata.deletionTimestamp === undefined)) {
      await client.deleteCollection(resource, { namespace }, { propagationPolicy: 'Background' });
    }
    const after = await client.list(resource, { namespace });
    return after.items.length === 0 ? undefined : { resource, objects: after.items };
  }

  async function report(
    namespace: Namespace,
    remaining: readonly Remainder[],
    failure: string | undefined,
  ): Promise<void> {
    const now = timestamp(clock.now());
    const conditions = deletionConditions(namespace.status.conditions, remaining, failure, now);
    if (conditions === namespace.status.conditions) return;
    await client.update(
      namespaces,
      { ...namespace, status: { ...namespace.status, conditions } },
      { subresource: 'status' },
    );
  }

  async function finalize(namespace: Namespace): Promise<void> {
    const finalizers = (namespace.spec.finalizers ?? []).filter((each) => each !== finalizer);
    await client.update(
      namespaces,
      { ...namespace, spec: { ...namespace.spec, finalizers } },
      { subresource: 'finalize' },
    );
  }

  cache.subscribe({ added: noteChange, updated: noteChange });
  for (const resource of contents) {
    deps.informers.of(resource).subscribe({ deleted: (object) => noteRemoval(object.metadata.namespace ?? '') });
  }
  let running: { stop(): Promise<void> } | undefined;
  return {
    start: () => {
      running = runController({ name: 'namespace', queue, reconcile, workers: 10, caches: [cache], log: deps.log });
    },
    stop: async () => running?.stop(),
  };
}

/** Whether the namespace is being deleted and waits for us. */
function isOurs(namespace: Namespace): boolean {
  return namespace.metadata.deletionTimestamp !== undefined && (namespace.spec.finalizers ?? []).includes(finalizer);
}
