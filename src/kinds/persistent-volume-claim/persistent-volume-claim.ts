import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { oldClassAnnotation, shownModes } from '#kinds/persistent-volume/table.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import { bringSourcesTogether, defaultClaim, prepareClaimCreate } from '#kinds/persistent-volume-claim/rules.ts';
import { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { validateClaim, validateClaimStatus, validateClaimUpdate } from '#kinds/persistent-volume-claim/validate.ts';
import { claimWarnings } from '#kinds/pod/warnings.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<PersistentVolumeClaim> = {
  columns: [
    nameColumn,
    column('Status', { description: 'Its phase.' }),
    column('Volume', { description: 'The volume it got.' }),
    column('Capacity', { description: 'How much its volume holds.' }),
    column('Access Modes', { description: 'How its volume may be mounted.' }),
    column('StorageClass', { description: 'The class of storage that is claimed.' }),
    column('VolumeAttributesClass', { description: 'The class of changeable settings.' }),
    ageColumn,
    column('VolumeMode', { priority: 1, description: 'Filesystem or Block.' }),
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
    spec.volumeName ?? '',
    spec.volumeName ? (status.capacity?.storage ?? '0') : '',
    spec.volumeName ? shownModes(status.accessModes) : '',
    claimClassOf({ metadata, spec }) ?? '',
    spec.volumeAttributesClassName ?? '<unset>',
    ageOf(metadata.creationTimestamp, now),
    spec.volumeMode ?? '<unset>',
  ],
};

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  schema: PersistentVolumeClaim,
  rules: {
    hasStatus: true,
    answersDeleted: true,
    revalidatesMetadata: true,
    defaults: defaultClaim,
    prepareCreate: prepareClaimCreate,
    prepareUpdate: ({ spec }) => bringSourcesTogether(spec),
    validate: validateClaim,
    validateUpdate: validateClaimUpdate,
    validateStatusUpdate: validateClaimStatus,
    warnings: ({ metadata, spec }) => [
      ...(metadata.annotations?.[oldClassAnnotation] === undefined
        ? []
        : [
            `metadata.annotations[${oldClassAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
          ]),
      ...claimWarnings(spec, 'spec'),
    ],
  },
  table,
});
