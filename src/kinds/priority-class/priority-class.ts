import { defineResource } from '#kinds/define.ts';
import { PriorityClass } from '#kinds/priority-class/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const priorityClasses = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: PriorityClass,
  rules: { managesGeneration: true },
  table: plainTable,
});
