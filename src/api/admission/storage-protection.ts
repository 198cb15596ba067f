import type { ResourceDefinition } from '#kinds/definition.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { volumeProtection } from '#kinds/persistent-volume/rules.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { claimProtection } from '#kinds/persistent-volume-claim/rules.ts';
import type { AdmissionPlugin } from './chain.ts';

const finalizers: { readonly [plural: string]: string } = {
  [persistentVolumes.plural]: volumeProtection,
  [persistentVolumeClaims.plural]: claimProtection,
};

function finalizerOf({ group, plural }: ResourceDefinition): string | undefined {
  return group === '' ? finalizers[plural] : undefined;
}

/** Gives volumes and claims the finalizer that keeps them for as long as they are in use (upstream's
 *  StorageObjectInUseProtection). */
export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: (resource, subresource, operation) =>
    operation === 'CREATE' && subresource === undefined && finalizerOf(resource) !== undefined,
  admit: ({ metadata }, { resource }) => {
    const finalizer = finalizerOf(resource);
    if (finalizer === undefined || metadata.finalizers?.includes(finalizer)) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
