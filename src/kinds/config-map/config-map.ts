import { ConfigMap } from '#kinds/config-map/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { plainTable } from '#kinds/table.ts';

export const configMaps = defineResource<ConfigMap>({
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: ConfigMap,
  table: plainTable,
});
