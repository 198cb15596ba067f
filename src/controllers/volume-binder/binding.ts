import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimStatus } from '#kinds/persistent-volume-claim/schema.ts';
import { annotated, bindCompleted, boundByController } from '#placement/volumes.ts';

/** The claim with its volume written into it; the same object if it is there already. */
export function boundClaim(
  claim: PersistentVolumeClaim,
  { metadata: { name } }: PersistentVolume,
): PersistentVolumeClaim {
  const named = claim.spec.volumeName === name;
  if (named && claim.metadata.annotations?.[bindCompleted] !== undefined) return claim;
  return {
    ...claim,
    metadata: annotated(claim.metadata, { [bindCompleted]: 'yes', ...(named ? {} : { [boundByController]: 'yes' }) }),
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
