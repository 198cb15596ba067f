import { defineResource } from '#kinds/define.ts';
import {
  defaultPersistentVolume,
  preparePersistentVolumeCreate,
  preparePersistentVolumeStatus,
} from '#kinds/persistent-volume/rules.ts';
import { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeTable } from '#kinds/persistent-volume/table.ts';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from '#kinds/persistent-volume/validate.ts';
import { persistentVolumeWarnings } from '#kinds/persistent-volume/warnings.ts';

export const persistentVolumes = defineResource<PersistentVolume>({
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  schema: PersistentVolume,
  rules: {
    hasStatus: true,
    answersDeleted: true,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update'],
    defaults: defaultPersistentVolume,
    prepareCreate: (draft, { now }) => preparePersistentVolumeCreate(draft, now),
    prepareStatusUpdate: (draft, old, { now }) => preparePersistentVolumeStatus(draft, old, now),
    validate: validatePersistentVolume,
    validateUpdate: validatePersistentVolumeUpdate,
    warnings: persistentVolumeWarnings,
  },
  table: persistentVolumeTable,
});
