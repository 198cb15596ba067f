import type { ResourceDefinition } from '#kinds/definition.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** An object that every namespace has under the same name. */
export interface Furniture<T extends KubeObject> {
  /** The controller's own name. */
  readonly controller: string;
  readonly resource: ResourceDefinition<T>;
  readonly name: string;
  /** Makes or mends the object in this namespace; `stored` is what is there. */
  settle(namespace: string, stored: T | undefined): Promise<unknown>;
}

/** Keeps one object in every active namespace (spec: nodes-and-scheduling.md section 11). */
export function keepFurniture<T extends KubeObject>(deps: ControllerDeps, furniture: Furniture<T>): Controller {
  const { informers, log } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
  const namespaceCache = informers.of(namespaces);
  const cache = informers.of(furniture.resource);
  const note = ({ metadata }: T): void => {
    if (metadata.name === furniture.name) queue.add(metadata.namespace ?? '');
  };

  async function reconcile(namespace: string): Promise<ReconcileResult> {
    const parent = namespaceCache.get(namespace);
    if (parent === undefined || parent.metadata.deletionTimestamp !== undefined) return 'done';
    try {
      await furniture.settle(namespace, cache.get(`${namespace}/${furniture.name}`));
    } catch (error) {
      if (!isNeedless(error)) throw error;
    }
    return 'done';
  }

  const noteNamespace = ({ metadata }: Namespace): void => queue.add(metadata.name);
  const follow = () => [
    namespaceCache.subscribe({ added: noteNamespace, updated: noteNamespace }),
    cache.subscribe({ deleted: note, updated: note }),
  ];
  const caches = [namespaceCache, cache];
  return createQueuedController({ name: furniture.controller, queue, reconcile, workers: 1, caches, log, follow });
}

/** A namespace that is gone or going needs no furniture; something that is there already needs no second one. */
function isNeedless(error: unknown): boolean {
  return isNotFound(error) || isAlreadyExists(error) || isNamespaceTerminating(error);
}
