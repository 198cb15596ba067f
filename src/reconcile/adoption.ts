import type { Patch } from '#client/client.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';

/** The reference to the controller that owns `object`, if one does. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** An index for informers: objects by the uid of their controller; those without one under "". Together with the owner's
 *  namespace these are all an owner may claim. */
export function byControllerUid(object: KubeObject): readonly string[] {
  return [controllerOf(object)?.uid ?? ''];
}

/** The reference by which `owner` controls a dependent; deleting the owner in the foreground waits for the dependent. */
export function controllerReference(
  owner: KubeObject,
  definition: { readonly group: string; readonly version: string; readonly kind: string },
): OwnerReference {
  const { name, uid } = owner.metadata;
  const apiVersion = apiVersionOf(definition);
  return { apiVersion, kind: definition.kind, name, uid, controller: true, blockOwnerDeletion: true };
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
