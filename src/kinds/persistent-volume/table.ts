import type { TableDefinition } from '#kinds/definition.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

export const persistentVolumeTable: TableDefinition<PersistentVolume> = {
  columns: [
    nameColumn,
    column('Capacity', { description: 'How much it holds.' }),
    column('Access Modes', { description: 'How it may be mounted.' }),
    column('Reclaim Policy', { description: 'What becomes of it when its claim is gone.' }),
    column('Status', { description: 'Its phase.' }),
    column('Claim', { description: 'The claim it is bound to, or kept for.' }),
    column('StorageClass', { description: 'The class of storage it is of.' }),
    column('VolumeAttributesClass', { description: 'The class of changeable settings.' }),
    column('Reason', { description: 'What failed.' }),
    ageColumn,
    column('VolumeMode', { priority: 1, description: 'Filesystem or Block.' }),
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.capacity?.storage ?? '0',
    shownModes(spec.accessModes),
    spec.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
    spec.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
    volumeClassOf({ metadata, spec }),
    spec.volumeAttributesClassName ?? '<unset>',
    status.reason ?? '',
    ageOf(metadata.creationTimestamp, now),
    spec.volumeMode ?? '<unset>',
  ],
};

/** The annotation by which classes were named before there was a field for it. */
export const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The class a volume is of; "" for none. */
export function volumeClassOf({ metadata, spec }: Pick<PersistentVolume, 'metadata' | 'spec'>): string {
  return metadata.annotations?.[oldClassAnnotation] ?? spec.storageClassName ?? '';
}

const shortModes = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** Access modes as they are listed: "RWO,ROX". */
export function shownModes(modes: readonly string[] | undefined): string {
  return shortModes
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}
