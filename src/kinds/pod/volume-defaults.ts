import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import { defaultPullPolicy } from '#kinds/pod/image-reference.ts';
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from '#kinds/pod/schema/volumes.ts';
import type { Draft } from '#schema/type.ts';

/** 0644. */
const defaultMode = 420;
const tokenSeconds = 3600;

/** Fills in what a volume leaves out. One without any source is an empty directory. */
export function defaultVolume(volume: Draft<Volume>): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const source of [volume.configMap, volume.secret, volume.downwardAPI, volume.projected]) {
    if (source !== undefined) source.defaultMode ??= defaultMode;
  }
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  if (volume.image !== undefined) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference ?? '');
  if (volume.ephemeral?.volumeClaimTemplate !== undefined) {
    const { spec } = volume.ephemeral.volumeClaimTemplate;
    spec.volumeMode ??= 'Filesystem';
    roundQuantities(spec.resources.limits);
    roundQuantities(spec.resources.requests);
  }
  defaultFiles(volume.downwardAPI?.items);
  defaultProjection(volume.projected);
  if (volume.azureDisk !== undefined) volume.azureDisk.readOnly ??= false;
}

function defaultProjection(projected: Draft<ProjectedVolumeSource> | undefined): void {
  for (const source of projected?.sources ?? []) {
    if (source.serviceAccountToken !== undefined) source.serviceAccountToken.expirationSeconds ??= tokenSeconds;
    defaultFiles(source.downwardAPI?.items);
  }
}

function defaultFiles(files: Draft<DownwardAPIVolumeFile>[] | undefined): void {
  for (const file of files ?? []) if (file.fieldRef !== undefined) file.fieldRef.apiVersion ||= 'v1';
}
