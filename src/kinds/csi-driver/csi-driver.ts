import {
  countChange,
  defaultDriver,
  driverWarnings,
  dropDisabled,
  validateDriver,
  validateDriverUpdate,
} from '#kinds/csi-driver/rules.ts';
import { CSIDriver } from '#kinds/csi-driver/schema.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<CSIDriver> = {
  columns: [
    nameColumn,
    column('AttachRequired', { type: 'boolean', description: 'Whether volumes are attached to a node first.' }),
    column('PodInfoOnMount', { type: 'boolean', description: 'Whether the driver is told for which pod it mounts.' }),
    column('StorageCapacity', {
      type: 'boolean',
      description: 'Whether pods wait until it is known that there is room.',
    }),
    column('TokenRequests', { description: 'Whom the tokens are for that the driver is handed.' }),
    column('RequiresRepublish', {
      type: 'boolean',
      description: 'Whether it is asked to mount again from time to time.',
    }),
    column('Modes', { description: 'Which volumes it makes.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    spec.attachRequired ?? true,
    spec.podInfoOnMount ?? false,
    spec.storageCapacity ?? false,
    spec.tokenRequests === undefined ? '<unset>' : spec.tokenRequests.map(({ audience }) => audience).join(','),
    spec.requiresRepublish ?? false,
    (spec.volumeLifecycleModes ?? []).join(',') || '<none>',
    ageOf(metadata.creationTimestamp, now),
  ],
};

const note = 'CSIDrivers are kept here but nothing makes or mounts volumes through them';

export const csiDrivers = defineResource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  schema: CSIDriver,
  rules: {
    unconditionalUpdate: false,
    defaults: defaultDriver,
    prepareCreate: (draft) => dropDisabled(draft),
    prepareUpdate: (draft, old) => {
      dropDisabled(draft, old);
      countChange(draft, old);
    },
    validate: validateDriver,
    validateUpdate: validateDriverUpdate,
    warnings: driverWarnings,
    notes: (_driver, old) => (old === undefined ? [note] : []),
  },
  table,
});
