import { defineResource } from '#kinds/define.ts';
import { defaultNode, validateNode, validateNodeStatusUpdate, validateNodeUpdate } from '#kinds/node/rules.ts';
import { Node } from '#kinds/node/schema.ts';
import { nodeTable } from '#kinds/node/table.ts';

export const nodes = defineResource<Node>({
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: Node,
  rules: {
    hasStatus: true,
    keepsStatusOnCreate: true,
    defaults: defaultNode,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    validateStatusUpdate: validateNodeStatusUpdate,
  },
  table: nodeTable,
  selectableFields: { 'spec.unschedulable': (node) => String(node.spec.unschedulable ?? false) },
});
