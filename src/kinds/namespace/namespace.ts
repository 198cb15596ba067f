import { defineResource } from '#kinds/define.ts';
import { Namespace } from '#kinds/namespace/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const namespaces = defineResource<Namespace>({
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  schema: Namespace,
  rules: { hasStatus: true },
  table: plainTable,
});
