import { defineResource } from '#kinds/define.ts';
import { Node } from '#kinds/node/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const nodes = defineResource<Node>({
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: Node,
  rules: { hasStatus: true },
  table: plainTable,
});
