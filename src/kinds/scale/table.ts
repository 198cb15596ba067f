import type { TableDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Scale } from '#kinds/scale/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const counts = [
  column('Desired', { type: 'integer', description: 'How many there are to be.' }),
  column('Available', { type: 'integer', description: 'How many there are.' }),
];

/** How a scale is printed, whatever it is the scale of. */
export const scaleTable: TableDefinition<KubeObject> = {
  columns: [{ ...nameColumn, format: '' }, ...counts, ageColumn],
  cells: (object, now) => {
    const { metadata, spec, status } = object as unknown as Scale;
    return [metadata.name, spec?.replicas ?? 0, status?.replicas ?? 0, ageOf(metadata.creationTimestamp, now)];
  },
};

/** As `scaleTable`, for custom resources, whose ages are dates. A number that is not written is not shown either. */
export const customScaleTable: TableDefinition<KubeObject> = {
  cells: (object, now) => scaleTable.cells(object, now).map((cell, index) => (index === 1 ? cell || null : cell)),
  columns: [nameColumn, ...counts, { ...ageColumn, type: 'date' }],
};
