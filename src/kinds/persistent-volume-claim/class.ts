import type { StringMap } from '#kinds/meta/labels.ts';
import { oldClassAnnotation } from '#kinds/persistent-volume/table.ts';
import type { PersistentVolumeClaimSpec } from '#kinds/pod/schema/volumes.ts';

/** The class a claim asks for: "" for storage without a class, undefined if it leaves that open. */
export function claimClassOf(claim: {
  readonly metadata: { readonly annotations?: StringMap };
  readonly spec: PersistentVolumeClaimSpec;
}): string | undefined {
  return claim.metadata.annotations?.[oldClassAnnotation] ?? claim.spec.storageClassName;
}

/** What the claim of an ephemeral volume is called. */
export function claimNameOf(podName: string, volumeName: string): string {
  return `${podName}-${volumeName}`;
}
