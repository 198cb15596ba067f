import { jsonEqual } from '#base/json.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateParameters, validateProvisioner } from '#kinds/storage-class/rules.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { VolumeAttributesClass } from '#kinds/volume-attributes-class/schema.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<VolumeAttributesClass> = {
  columns: [
    nameColumn,
    column('DriverName', { description: 'The storage driver that knows the settings.' }),
    ageColumn,
  ],
  cells: ({ metadata, driverName }, now) => [metadata.name, driverName, ageOf(metadata.creationTimestamp, now)],
};

function validateClass({ driverName, parameters = {} }: VolumeAttributesClass): Findings {
  const isEmpty = Object.keys(parameters).length === 0;
  return [
    ...validateProvisioner(driverName, 'driverName'),
    ...validateParameters(parameters),
    ...(isEmpty ? [fieldError.required('parameters', 'must contain at least one key/value pair')] : []),
  ];
}

/** Volumes have the settings already: others have another name. */
function validateClassUpdate(now: VolumeAttributesClass, old: VolumeAttributesClass): Findings {
  const same = (field: 'driverName' | 'parameters'): Findings =>
    jsonEqual(now[field] ?? {}, old[field] ?? {})
      ? []
      : [fieldError.forbidden(field, `updates to ${field} are forbidden.`)];
  return [...same('driverName'), ...same('parameters'), ...validateClass(now)];
}

const note = 'VolumeAttributesClasses are kept here but nothing changes the settings of volumes';

export const volumeAttributesClasses = defineResource<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  schema: VolumeAttributesClass,
  rules: {
    revalidatesMetadata: true,
    validate: validateClass,
    validateUpdate: validateClassUpdate,
    notes: (_class, old) => (old === undefined ? [note] : []),
  },
  table,
});
