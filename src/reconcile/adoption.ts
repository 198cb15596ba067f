import type { Patch } from '#client/client.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';

/** Where an informer's index by controller keeps the objects of a namespace that have none. */
function loose(namespace: string | undefined): string {
  return `loose/${namespace ?? ''}`;
}

/** An index for informers: objects by the uid of their controller. */
export function byController(object: KubeObject): readonly string[] {
  return [controllerOf(object)?.uid ?? loose(object.metadata.namespace)];
}

/** What `owner` may have a claim on: what it controls, and what nobody controls in its namespace. `index` is the name
 *  under which `byController`, or a part of it, was added. */
export function candidatesOf<T extends KubeObject>(
  cache: { byIndex(name: string, value: string): readonly T[] },
  index: string,
  owner: KubeObject,
): readonly T[] {
  const owned = cache.byIndex(index, owner.metadata.uid);
  const free = cache.byIndex(index, loose(owner.metadata.namespace));
  return free.length === 0 ? owned : [...owned, ...free];
}

/** Who belongs to whom: `kept` are the owner's and match, `release` are the owner's but no longer match, `adopt` match and
 *  have no controller. */
export interface Claims<T> {
  readonly kept: readonly T[];
  readonly release: readonly T[];
  readonly adopt: readonly T[];
}

/** Sorts `candidates` of the owner's namespace by what is to be done with them (spec: job.md section 6.4). Ownership goes
 *  by uid: an earlier owner of the same name is another one. An owner that is being deleted claims and releases nothing,
 *  and what is being deleted is not adopted. */
export function claimsOf<T extends KubeObject>(
  owner: KubeObject,
  candidates: Iterable<T>,
  matches: (labels: { readonly [key: string]: string }) => boolean,
): Claims<T> {
  const leaving = owner.metadata.deletionTimestamp !== undefined;
  const kept: T[] = [];
  const release: T[] = [];
  const adopt: T[] = [];
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    if (controller !== undefined && controller.uid !== owner.metadata.uid) continue;
    const fits = matches(candidate.metadata.labels ?? {});
    if (controller !== undefined) {
      if (fits) kept.push(candidate);
      else if (!leaving) release.push(candidate);
    } else if (fits && !leaving && candidate.metadata.deletionTimestamp === undefined) {
      adopt.push(candidate);
    }
  }
  return { kept, release, adopt };
}

/** Makes `owner` the controller of the object of that uid, and adds `finalizers`. */
export function adoptionPatch(uid: string, owner: OwnerReference, finalizers: readonly string[] = []): Patch {
  return {
    type: 'strategic',
    body: { metadata: { uid, ownerReferences: [owner], ...(finalizers.length === 0 ? {} : { finalizers }) } },
  };
}

/** Takes `ownerUid` off the owners of the object of that uid, and `finalizers` off its finalizers. */
export function releasePatch(uid: string, ownerUid: string, finalizers: readonly string[] = []): Patch {
  return {
    type: 'strategic',
    body: {
      metadata: {
        uid,
        ownerReferences: [{ $patch: 'delete', uid: ownerUid }],
        ...(finalizers.length === 0 ? {} : { '$deleteFromPrimitiveList/finalizers': finalizers }),
      },
    },
  };
}
