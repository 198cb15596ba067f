import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import {
  defaultNamespace,
  prepareNamespaceCreate,
  prepareNamespaceUpdate,
  validateNamespace,
  validateNamespaceFinalizers,
  validateNamespaceStatus,
} from '#kinds/namespace/rules.ts';
import { Namespace } from '#kinds/namespace/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<Namespace> = {
  columns: [
    nameColumn,
    column('Status', { description: 'Active, or Terminating while it is being emptied.' }),
    ageColumn,
  ],
  cells: ({ metadata, status }, now) => [metadata.name, status.phase ?? '', ageOf(metadata.creationTimestamp, now)],
};

export const namespaces = defineResource<Namespace>({
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema: Namespace,
  subresources: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  rules: {
    hasStatus: true,
    revalidatesMetadata: true,
    // Spec: api.md section 15.
    subresourceUpdates: { finalize: { writes: ['metadata', 'spec'], validate: validateNamespaceFinalizers } },
    nameProblems: labelProblems,
    defaults: defaultNamespace,
    prepareCreate: prepareNamespaceCreate,
    prepareUpdate: prepareNamespaceUpdate,
    validate: validateNamespace,
    validateUpdate: validateNamespace,
    validateStatusUpdate: validateNamespaceStatus,
  },
  table,
  selectableFields: { 'status.phase': (namespace) => namespace.status.phase ?? '' },
});
