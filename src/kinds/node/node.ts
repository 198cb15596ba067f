import { defineResource } from '#kinds/define.ts';
import {
  defaultNode,
  dropConfigSource,
  nodeWarnings,
  validateNode,
  validateNodeStatusUpdate,
  validateNodeUpdate,
} from '#kinds/node/rules.ts';
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
    revalidatesMetadata: true,
    keepsStatusOnCreate: true,
    defaults: defaultNode,
    prepareCreate: dropConfigSource,
    prepareUpdate: dropConfigSource,
    prepareStatusUpdate: dropConfigSource,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    validateStatusUpdate: validateNodeStatusUpdate,
    warnings: nodeWarnings,
  },
  table: nodeTable,
  selectableFields: { 'spec.unschedulable': (node) => String(node.spec.unschedulable ?? false) },
});
