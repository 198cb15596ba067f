import { compareQuantities } from '#kinds/meta/quantity.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { volumeClassOf } from '#kinds/persistent-volume/table.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { nodeSelectorMatches } from '#placement/node-affinity.ts';

/** On a claim: the node that the scheduler chose, for whoever makes the volume. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
/** On a claim and its volume: they have found each other. */
export const bindCompleted = 'pv.kubernetes.io/bind-completed';
/** On either: it was not the user who named the other one. */
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
/** The provisioner of classes whose volumes people make. */
export const noProvisioner = 'kubernetes.io/no-provisioner';

/** Whether the claim has been bound to its volume, in both directions. */
export function isFullyBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.[bindCompleted] !== undefined;
}

/** Whether the volume is this claim's, or kept for it. */
export function isForClaim({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Whether the claim waits for a pod before it gets a volume. */
export function waitsForConsumer(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): boolean {
  if (claim.metadata.annotations?.[selectedNode] !== undefined) return false;
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Whether pods on the node can reach the volume. */
export function isReachable({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || nodeSelectorMatches(required, node);
}

/** The smallest volume that satisfies the claim, one kept for it before all others. With a `node`: one that can be reached
 *  there; without, a claim that `waits` gets only what is kept for it. */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  choice: { readonly node?: Node; readonly waits?: boolean; readonly taken?: ReadonlySet<string> } = {},
): PersistentVolume | undefined {
  const { node, waits = false, taken } = choice;
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (taken?.has(volume.metadata.name) === true || !isPossible(claim, volume)) continue;
    if (node !== undefined && !isReachable(volume, node)) continue;
    if (isForClaim(volume, claim)) return volume;
    if (waits && node === undefined) continue;
    if (!satisfies(claim, volume)) continue;
    if (smallest === undefined || compareQuantities(sizeOf(volume), sizeOf(smallest)) < 0) smallest = volume;
  }
  return smallest;
}

/** Why the claim cannot have a volume that it names; undefined if it can. */
export function mismatch(claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (compareQuantities(sizeOf(volume), askedBy(claim)) < 0) return 'requested PV is too small';
  if (volumeClassOf(volume) !== (claimClassOf(claim) ?? '')) return 'storageClassName does not match';
  if (!sameMode(claim, volume)) return 'incompatible volumeMode';
  return hasModes(claim, volume) ? undefined : 'incompatible accessMode';
}

function isPossible(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  if (volume.spec.claimRef !== undefined && !isForClaim(volume, claim)) return false;
  if (volume.metadata.deletionTimestamp !== undefined) return false;
  return compareQuantities(sizeOf(volume), askedBy(claim)) >= 0 && sameMode(claim, volume);
}

function satisfies(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const { selector, volumeAttributesClassName } = claim.spec;
  if (volume.status.phase !== 'Available') return false;
  if (selector !== undefined && !selectorMatches(selectorOf(selector), volume.metadata.labels)) return false;
  if (volumeClassOf(volume) !== (claimClassOf(claim) ?? '')) return false;
  if ((volume.spec.volumeAttributesClassName ?? '') !== (volumeAttributesClassName ?? '')) return false;
  return hasModes(claim, volume);
}

function sizeOf({ spec }: PersistentVolume): string {
  return spec.capacity?.storage ?? '0';
}

function askedBy({ spec }: PersistentVolumeClaim): string {
  return spec.resources.requests?.storage ?? '0';
}

function sameMode(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.volumeMode ?? 'Filesystem') === (volume.spec.volumeMode ?? 'Filesystem');
}

function hasModes(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

/** The volume with its claim written into it; the same object if it is there already. */
export function boundVolume(volume: PersistentVolume, { metadata }: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  if (claimRef?.uid === metadata.uid) return volume;
  const { namespace, name, uid, resourceVersion } = metadata;
  const reference = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const kept = claimRef?.name === name && claimRef.namespace === namespace;
  return {
    ...volume,
    metadata: kept ? volume.metadata : annotated(volume.metadata, { [boundByController]: 'yes' }),
    spec: { ...volume.spec, claimRef: reference },
  };
}

/** The metadata with these annotations added. */
export function annotated<T extends { readonly annotations?: { readonly [name: string]: string } }>(
  metadata: T,
  annotations: { readonly [name: string]: string },
): T {
  return { ...metadata, annotations: { ...metadata.annotations, ...annotations } };
}
