import { ownersOf } from '#controllers/garbage-collector/graph.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';

/** How an owner stands: not there (or another object under its name), staying only until its dependents are gone, or
 *  simply there. */
export type OwnerState = 'absent' | 'waiting' | 'solid';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** What becomes of an object with owners. */
export type DependentPlan =
  | { readonly do: 'keep' }
  /** Take these references off; others still hold the object. */
  | { readonly do: 'release'; readonly owners: readonly OwnerReference[] }
  /** `unblock`: first let it no longer block its owners, or two foreground deletions would wait for each other. */
  | { readonly do: 'delete'; readonly propagation: Propagation; readonly unblock: boolean };

/** Decides from the state of every owner (spec: nodes-and-scheduling.md section 8.3). `dependents` are the object's own. */
export function planDependent(
  object: KubeObject,
  stateOf: (owner: OwnerReference) => OwnerState,
  dependents: readonly KubeObject[],
): DependentPlan {
  const owners = ownersOf(object).map((owner) => ({ owner, state: stateOf(owner) }));
  const gone = owners.filter(({ state }) => state !== 'solid').map(({ owner }) => owner);
  if (gone.length === 0) return { do: 'keep' };
  if (gone.length < owners.length) return { do: 'release', owners: gone };
  const isWaiting = owners.some(({ state }) => state === 'waiting');
  if (isWaiting && dependents.length > 0) {
    return { do: 'delete', propagation: 'Foreground', unblock: dependents.some(isDeletingInForeground) };
  }
  return { do: 'delete', propagation: propagationOf(object), unblock: false };
}

/** An object that was to be deleted in some way before keeps that way. */
function propagationOf(object: KubeObject): Propagation {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes('orphan')) return 'Orphan';
  return finalizers.includes('foregroundDeletion') ? 'Foreground' : 'Background';
}

function isDeletingInForeground(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && propagationOf(object) === 'Foreground';
}

/** The dependents that keep `owner` from going, while it is deleted in the foreground (`blockOwnerDeletion`). */
export function blockersOf(owner: KubeObject, dependents: readonly KubeObject[]): readonly KubeObject[] {
  return dependents.filter((dependent) =>
    ownersOf(dependent).some((ref) => ref.uid === owner.metadata.uid && ref.blockOwnerDeletion === true),
  );
}
