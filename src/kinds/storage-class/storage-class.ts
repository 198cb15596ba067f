import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import {
  defaultStorageClass,
  isDefaultClass,
  storageClassWarnings,
  validateStorageClass,
  validateStorageClassUpdate,
} from '#kinds/storage-class/rules.ts';
import { StorageClass } from '#kinds/storage-class/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<StorageClass> = {
  columns: [
    nameColumn,
    column('Provisioner', { description: 'Who makes the volumes.' }),
    column('ReclaimPolicy', { description: 'What becomes of a volume when its claim is gone.' }),
    column('VolumeBindingMode', { description: 'Whether a claim gets its volume at once.' }),
    column('AllowVolumeExpansion', { description: 'Whether claims may ask for more later.' }),
    ageColumn,
  ],
  cells: (storageClass, now) => [
    `${storageClass.metadata.name}${isDefaultClass(storageClass) ? ' (default)' : ''}`,
    storageClass.provisioner,
    storageClass.reclaimPolicy ?? 'Delete',
    storageClass.volumeBindingMode ?? 'Immediate',
    storageClass.allowVolumeExpansion ?? false,
    ageOf(storageClass.metadata.creationTimestamp, now),
  ],
};

export const storageClasses = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  schema: StorageClass,
  rules: {
    answersDeleted: true,
    revalidatesMetadata: true,
    defaults: defaultStorageClass,
    validate: validateStorageClass,
    validateUpdate: validateStorageClassUpdate,
    warnings: storageClassWarnings,
  },
  table,
});
