import type { Millis } from '#base/units.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Holds a volume for as long as a claim is bound to it. */
export const volumeProtection = 'kubernetes.io/pv-protection';

/** Fills in what a volume leaves out. */
export function defaultPersistentVolume({ spec, status }: Draft<PersistentVolume>): void {
  status.phase ||= 'Pending';
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundQuantities(spec.capacity);
  if (spec.hostPath !== undefined) spec.hostPath.type ??= '';
  if (spec.azureDisk !== undefined) spec.azureDisk.readOnly ??= false;
}

/** A new volume waits to be looked at, whatever status the client sent. */
export function preparePersistentVolumeCreate(volume: Draft<PersistentVolume>, now: Millis): void {
  volume.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(now) };
}

/** A phase that changes carries the time of the change, unless whoever changed it said one. */
export function preparePersistentVolumeStatus(
  { status }: Draft<PersistentVolume>,
  { status: old }: PersistentVolume,
  now: Millis,
): void {
  const said = status.lastPhaseTransitionTime;
  if (status.phase === old.phase || (said !== undefined && said !== old.lastPhaseTransitionTime)) return;
  status.lastPhaseTransitionTime = timestamp(now);
}
