import { defineResource } from '#kinds/define.ts';
import { Pod } from '#kinds/pod/schema/pod.ts';
import { plainTable } from '#kinds/table.ts';

export const pods = defineResource<Pod>({
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: Pod,
  rules: { hasStatus: true, managesGeneration: true },
  table: plainTable,
});
