import { claimNameOf } from '#kinds/persistent-volume-claim/class.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';

/** The claim that a volume of a pod stands for; undefined for volumes without one. */
export function claimOfVolume({ metadata }: Pick<Pod, 'metadata'>, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral === undefined ? undefined : claimNameOf(metadata.name, volume.name);
}

const none: readonly string[] = [];

/** The names of the claims that a pod uses, in its own namespace. */
export function claimsOfPod(pod: Pick<Pod, 'metadata' | 'spec'>): readonly string[] {
  const { volumes } = pod.spec;
  if (volumes === undefined) return none;
  const names = volumes.map((volume) => claimOfVolume(pod, volume)).filter((name) => name !== undefined);
  return names.length === 0 ? none : [...new Set(names)];
}

/** Whether the claim was made for an ephemeral volume of this very pod. */
export function isOwnClaim(
  pod: Pick<Pod, 'metadata'>,
  claim: { readonly metadata: Pick<Pod['metadata'], 'ownerReferences'> },
): boolean {
  return (
    claim.metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === pod.metadata.uid) ??
    false
  );
}
