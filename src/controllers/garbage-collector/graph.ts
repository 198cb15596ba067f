import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';

/** An object as garbage collection sees it. */
export interface GraphNode {
  readonly resource: ResourceDefinition;
  readonly object: KubeObject;
}

/** How many owners that were seen to go are remembered. */
const departedMax = 500;

/** Who owns whom, by uid. Follows the caches; an owner that no cache shows (yet, or any more) simply has no node. */
export class OwnerGraph {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly dependents = new Map<string, Set<string>>();
  private readonly departed = new Map<string, GraphNode>();

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  /** Takes in a new state of an object. */
  put(resource: ResourceDefinition, object: KubeObject): void {
    const { uid } = object.metadata;
    const old = this.nodes.get(uid);
    if (old !== undefined) this.unlink(old.object);
    this.nodes.set(uid, { resource, object });
    for (const owner of ownersOf(object)) {
      const known = this.dependents.get(owner.uid);
      if (known === undefined) this.dependents.set(owner.uid, new Set([uid]));
      else known.add(uid);
    }
  }

  /** Nothing is known of the object any more. Its dependents stay, with an owner that is absent. */
  delete(uid: string): void {
    const old = this.nodes.get(uid);
    if (old === undefined) return;
    this.unlink(old.object);
    this.nodes.delete(uid);
  }

  /** The object has been deleted: nobody need ask the API whether it is there, which has perhaps forgotten its kind. */
  depart(uid: string): void {
    const old = this.nodes.get(uid);
    this.delete(uid);
    if (old === undefined || !this.dependents.has(uid)) return;
    this.departed.set(uid, old);
    const [oldest] = this.departed.keys();
    if (this.departed.size > departedMax && oldest !== undefined) this.departed.delete(oldest);
  }

  /** The last state of an owner that was seen to go. */
  departedOwner(uid: string): GraphNode | undefined {
    return this.departed.get(uid);
  }

  /** What names `uid` as an owner. */
  dependentsOf(uid: string): readonly GraphNode[] {
    const found: GraphNode[] = [];
    for (const dependent of this.dependents.get(uid) ?? []) {
      const node = this.nodes.get(dependent);
      if (node !== undefined) found.push(node);
    }
    return found;
  }

  private unlink(object: KubeObject): void {
    for (const owner of ownersOf(object)) {
      const known = this.dependents.get(owner.uid);
      known?.delete(object.metadata.uid);
      if (known?.size === 0) this.dependents.delete(owner.uid);
    }
  }
}

export function ownersOf(object: KubeObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}

/** Whether the object is deleted and stays until its blocking dependents are gone. */
export function isWaitingForDependents(object: KubeObject): boolean {
  return isDeletingWith(object, 'foregroundDeletion');
}

/** Whether the object is deleted and stays until its dependents have been set free. */
export function isOrphaning(object: KubeObject): boolean {
  return isDeletingWith(object, 'orphan');
}

function isDeletingWith(object: KubeObject, finalizer: string): boolean {
  const { deletionTimestamp, finalizers } = object.metadata;
  return deletionTimestamp !== undefined && (finalizers?.includes(finalizer) ?? false);
}
