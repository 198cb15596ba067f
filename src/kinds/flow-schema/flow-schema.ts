import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { asksAutoUpdate } from '#kinds/flow-schema/auto-update.ts';
import { defaultSchema, validateSchema, validateSchemaStatus } from '#kinds/flow-schema/rules.ts';
import { FlowSchema } from '#kinds/flow-schema/schema.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<FlowSchema> = {
  columns: [
    nameColumn,
    column('PriorityLevel', { description: 'Of what level its requests are.' }),
    column('MatchingPrecedence', { description: 'The schema of the lowest number that a request matches counts.' }),
    column('DistinguisherMethod', { description: 'How flows are told apart.' }),
    ageColumn,
    column('MissingPL', { description: 'Whether there is no such level.' }),
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.priorityLevelConfiguration.name,
    spec.matchingPrecedence,
    spec.distinguisherMethod?.type ?? '<none>',
    ageOf(metadata.creationTimestamp, now),
    status.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
  order: (a, b) =>
    a.spec.matchingPrecedence - b.spec.matchingPrecedence || (a.metadata.name < b.metadata.name ? -1 : 1),
};

const note = 'FlowSchemas are kept here but requests are limited by fixed numbers';

export const flowSchemas = defineResource<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  schema: FlowSchema,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    unowned: { status: [['metadata']] },
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update', 'status'],
    defaults: defaultSchema,
    prepareStatusUpdate: keepMetadata,
    validate: validateSchema,
    validateUpdate: validateSchema,
    validateStatusUpdate: validateSchemaStatus,
    notes: (schema, old) => (old === undefined && asksAutoUpdate(schema) !== true ? [note] : []),
  },
  table,
});
