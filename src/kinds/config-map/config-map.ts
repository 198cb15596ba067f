import { ConfigMap } from '#kinds/config-map/schema.ts';
import { validateConfigMap, validateConfigMapUpdate } from '#kinds/config-map/validate.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<ConfigMap> = {
  columns: [nameColumn, column('Data', { description: 'How many keys it has.' }), ageColumn],
  cells: ({ metadata, data = {}, binaryData = {} }, now) => [
    metadata.name,
    Object.keys(data).length + Object.keys(binaryData).length,
    ageOf(metadata.creationTimestamp, now),
  ],
};

export const configMaps = defineResource<ConfigMap>({
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: ConfigMap,
  rules: { revalidatesMetadata: true, validate: validateConfigMap, validateUpdate: validateConfigMapUpdate },
  table,
});
