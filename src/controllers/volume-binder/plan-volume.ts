import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { boundByController } from '#placement/volumes.ts';
import type { Note } from './plan-claim.ts';

/** On a volume: who made it. */
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';

/** The directories that upstream empties itself. Nothing does that here: who controls volumes is not where they are. */
const deletablePath = /\/tmp\/.+/;

/** What to do with a volume. */
export type VolumePlan =
  | { readonly to: 'set-phase'; readonly phase: 'Available' | 'Bound' | 'Released' }
  /** Its claim has not noticed it yet. */
  | { readonly to: 'call-claim' }
  /** The claim took another one: this one is nobody's again. */
  | { readonly to: 'unbind' }
  /** What was to become of it cannot be done. */
  | { readonly to: 'fail'; readonly note: Note };

/** The next step of a volume. `claim`: the one it names, if it exists. Pure. */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || !claimRef.uid) return { to: 'set-phase', phase: 'Available' };
  if (claim === undefined || claim.metadata.uid !== claimRef.uid) return planReleased(volume);
  if (!claim.spec.volumeName) return { to: 'call-claim' };
  if (claim.spec.volumeName === volume.metadata.name) return { to: 'set-phase', phase: 'Bound' };
  if (volume.metadata.annotations?.[provisionedBy] !== undefined) return planReleased(volume);
  return { to: 'unbind' };
}

/** Nobody has it any more. Volumes that were made for a claim are deleted by whoever made them. */
function planReleased({ metadata, spec, status }: PersistentVolume): VolumePlan {
  const made = metadata.annotations?.[provisionedBy] !== undefined;
  const policy = spec.persistentVolumeReclaimPolicy;
  const stuck = policy === 'Recycle' || (policy === 'Delete' && !made);
  if (!stuck || (status.phase !== 'Released' && status.phase !== 'Failed')) {
    return { to: 'set-phase', phase: 'Released' };
  }
  if (policy === 'Recycle') return fail('VolumeFailedRecycle', 'No recycler plugin found for the volume!');
  const { path = '' } = spec.hostPath ?? {};
  if (path !== '' && !deletablePath.test(path)) {
    return fail('VolumeFailedDelete', `host_path deleter only supports /tmp/.+ but received provided ${path}`);
  }
  const what = `error getting deleter volume plugin for volume "${metadata.name}"`;
  return fail('VolumeFailedDelete', `${what}: no deletable volume plugin matched`);
}

function fail(reason: string, message: string): VolumePlan {
  return { to: 'fail', note: { type: 'Warning', reason, message } };
}

/** The volume without its claim. One that its user kept for a claim by name stays so. */
export function unbound(volume: PersistentVolume): PersistentVolume {
  const { claimRef, ...spec } = volume.spec;
  const { [boundByController]: mark, ...annotations } = volume.metadata.annotations ?? {};
  const { uid: _uid, resourceVersion: _version, ...kept } = claimRef ?? {};
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: mark === undefined ? { ...spec, claimRef: kept } : spec,
  };
}
