import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import type { PersistentVolumeClaimSpec } from '#kinds/pod/schema/volumes.ts';
import type { Draft } from '#schema/type.ts';

/** Holds a claim for as long as a pod uses it. */
export const claimProtection = 'kubernetes.io/pvc-protection';

/** Fills in what a claim leaves out. */
export function defaultClaim({ spec, status }: Draft<PersistentVolumeClaim>): void {
  status.phase ||= 'Pending';
  spec.volumeMode ??= 'Filesystem';
  for (const amounts of [spec.resources.limits, spec.resources.requests, status.capacity]) roundQuantities(amounts);
}

/** A new claim waits, whatever status the client sent. */
export function prepareClaimCreate(claim: Draft<PersistentVolumeClaim>): void {
  claim.status = { phase: 'Pending' };
  const { spec } = claim;
  if (spec.dataSource !== undefined && !isKnownSource(spec.dataSource)) delete spec.dataSource;
  bringSourcesTogether(spec);
}

/** What a volume is filled with is said in both ways, whichever of them the client knows. */
export function bringSourcesTogether(spec: Draft<PersistentVolumeClaimSpec>): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) spec.dataSourceRef = { ...dataSource };
  if (dataSource !== undefined || dataSourceRef === undefined || dataSourceRef.namespace) return;
  const { apiGroup, kind, name } = dataSourceRef;
  spec.dataSource = { apiGroup, kind, name };
}

/** The old field means claims and snapshots alone; anything else in it is passed over, as it always was. */
function isKnownSource({ apiGroup, kind }: NonNullable<PersistentVolumeClaimSpec['dataSource']>): boolean {
  if (kind === 'PersistentVolumeClaim') return apiGroup === '';
  return kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
}
