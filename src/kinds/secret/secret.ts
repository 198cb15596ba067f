import { defineResource } from '#kinds/define.ts';
import { Secret } from '#kinds/secret/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const secrets = defineResource<Secret>({
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: Secret,
  table: plainTable,
});
