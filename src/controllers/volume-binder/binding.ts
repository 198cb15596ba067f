import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimStatus } from '#kinds/persistent-volume-claim/schema.ts';
import { bindCompleted, boundByController } from '#placement/volumes.ts';

/** The volume with its claim written into it; the same object if it is there already. */
export function boundVolume(volume: PersistentVolume, { metadata }: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  if (claimRef?.uid === metadata.uid) return volume;
  const { namespace, name, uid, resourceVersion } = metadata;
  const reference = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const kept = claimRef?.name === name && claimRef.namespace === namespace;
  return {
    ...volume,
    metadata: kept ? volume.metadata : marked(volume.metadata, { [boundByController]: 'yes' }),
    spec: { ...volume.spec, claimRef: reference },
  };
}

/** The claim with its volume written into it; the same object if it is there already. */
export function boundClaim(
  claim: PersistentVolumeClaim,
  { metadata: { name } }: PersistentVolume,
): PersistentVolumeClaim {
  const named = claim.spec.volumeName === name;
  if (named && claim.metadata.annotations?.[bindCompleted] !== undefined) return claim;
  return {
    ...claim,
    metadata: marked(claim.metadata, { [bindCompleted]: 'yes', ...(named ? {} : { [boundByController]: 'yes' }) }),
    spec: { ...claim.spec, volumeName: name },
  };
}

/** What a claim has now that it is bound. That its volume is made larger is for others to say. */
export function claimStatusOf(claim: PersistentVolumeClaim, { spec }: PersistentVolume): PersistentVolumeClaimStatus {
  const { status } = claim;
  const larger = status.phase === 'Bound' ? status.capacity : spec.capacity;
  const capacity = larger ?? spec.capacity;
  return {
    phase: 'Bound',
    ...(spec.accessModes === undefined ? {} : { accessModes: spec.accessModes }),
    ...(capacity === undefined ? {} : { capacity }),
  };
}

function marked<T extends { readonly annotations?: { readonly [name: string]: string } }>(
  metadata: T,
  annotations: { readonly [name: string]: string },
): T {
  return { ...metadata, annotations: { ...metadata.annotations, ...annotations } };
}
