import { CSIStorageCapacity } from '#kinds/csi-storage-capacity/schema.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { checkImmutable, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';
import { oldNodeLabelTexts } from '#kinds/pod/warnings.ts';
import { column, nameColumn } from '#kinds/table.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<CSIStorageCapacity> = {
  columns: [
    nameColumn,
    column('StorageClassName', { description: 'The class of the volumes.' }),
    column('Capacity', { description: 'How much room there is.' }),
  ],
  cells: ({ metadata, storageClassName, capacity }) => [metadata.name, storageClassName, capacity ?? '<unset>'],
};

function validateCapacity({ nodeTopology, storageClassName, capacity }: CSIStorageCapacity): Findings {
  return [
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
    ...invalidEach('storageClassName', storageClassName, subdomainProblems(storageClassName)),
    ...(capacity !== undefined && compareQuantities(capacity, '0') < 0
      ? [fieldError.invalid('capacity', capacity, 'must be greater than or equal to 0')]
      : []),
  ];
}

/** What the driver was asked about stays. */
function validateCapacityUpdate(now: CSIStorageCapacity, old: CSIStorageCapacity): Findings {
  const { nodeTopology, storageClassName } = now;
  return [
    ...validateCapacity(now),
    ...checkImmutable('nodeTopology', nodeTopology, old.nodeTopology, shownSelector(nodeTopology)),
    ...checkImmutable('storageClassName', storageClassName, old.storageClassName),
  ];
}

/** Nodes chosen by labels that they no longer carry. */
function capacityWarnings({ nodeTopology }: CSIStorageCapacity): readonly string[] {
  const { matchExpressions = [], matchLabels = {} } = nodeTopology ?? {};
  return [
    ...matchExpressions.flatMap(({ key }, index) =>
      oldNodeLabelTexts(key).map((text) => `nodeTopology.matchExpressions[${index}].key: ${key} is ${text}`),
    ),
    ...Object.keys(matchLabels).flatMap((label) =>
      oldNodeLabelTexts(label).map((text) => `nodeTopology.matchLabels.${label}: ${text}`),
    ),
  ];
}

export const csiStorageCapacities = defineResource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  schema: CSIStorageCapacity,
  rules: {
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    validate: validateCapacity,
    validateUpdate: validateCapacityUpdate,
    warnings: capacityWarnings,
  },
  table,
});
