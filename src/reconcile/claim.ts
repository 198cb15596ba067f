import type { Client } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isApiError, isNotFound } from '#kinds/meta/errors.ts';
import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import { type Selector, selectorMatches } from '#kinds/meta/selector.ts';
import { adoptionPatch, claimsOf, releasePatch } from '#reconcile/adoption.ts';

/** Who claims what. */
export interface Claimant<Owner extends KubeObject, T extends KubeObject> {
  readonly client: Client;
  readonly owners: ResourceDefinition<Owner>;
  readonly dependents: ResourceDefinition<T>;
  /** Put on with the owner, and taken off with it. */
  readonly finalizers?: readonly string[];
  /** Is told every version that claiming wrote. */
  readonly written: (object: T) => void;
}

/** What belongs to `owner`, after taking in what matches and has no controller, and letting go what no longer matches
 *  (spec: daemonset.md section 13, job.md section 6.4). Throws when the API refuses, or when the owner is not what the cache
 *  said: nothing is given to an owner that is no more. */
export async function claimDependents<Owner extends KubeObject, T extends KubeObject>(
  claimant: Claimant<Owner, T>,
  owner: Owner,
  selector: Selector,
  candidates: readonly T[],
): Promise<readonly T[]> {
  const { kept, release, adopt } = claimsOf(owner, candidates, (labels) => selectorMatches(selector, labels));
  if (release.length === 0 && adopt.length === 0) return kept;
  await Promise.all(release.map((object) => letGo(claimant, owner, object)));
  if (adopt.length === 0) return kept;
  await assertStillThere(claimant, owner);
  const adopted = await Promise.all(adopt.map((object) => takeIn(claimant, owner, object)));
  return [...kept, ...adopted.filter((object) => object !== undefined)];
}

/** The cached owner may be gone already. */
async function assertStillThere<Owner extends KubeObject, T extends KubeObject>(
  { client, owners }: Claimant<Owner, T>,
  owner: Owner,
): Promise<void> {
  const live = await client.get(owners, owner.metadata);
  if (live.metadata.uid === owner.metadata.uid && live.metadata.deletionTimestamp === undefined) return;
  throw new Error(`Cannot adopt anything for ${owners.kind} ${keyOf(owner.metadata)}: it is being replaced`);
}

async function takeIn<Owner extends KubeObject, T extends KubeObject>(
  { client, owners, dependents, finalizers = [], written }: Claimant<Owner, T>,
  owner: Owner,
  object: T,
): Promise<T | undefined> {
  const patch = adoptionPatch(object.metadata.uid, ownerReference(owner, owners), finalizers);
  try {
    const adopted = await client.patch(dependents, object.metadata, patch);
    written(adopted);
    return adopted;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** 404: it is gone; 422: it no longer has this owner, or is another object by now. Either way it is let go. */
async function letGo<Owner extends KubeObject, T extends KubeObject>(
  { client, dependents, finalizers = [], written }: Claimant<Owner, T>,
  owner: Owner,
  object: T,
): Promise<void> {
  const patch = releasePatch(object.metadata.uid, owner.metadata.uid, finalizers);
  try {
    written(await client.patch(dependents, object.metadata, patch));
  } catch (error) {
    if (!isApiError(error) || (error.code !== 404 && error.code !== 422)) throw error;
  }
}
