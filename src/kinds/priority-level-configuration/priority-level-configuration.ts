import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { asksAutoUpdate } from '#kinds/flow-schema/auto-update.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import { defaultLevel, validateLevel, validateLevelStatus } from '#kinds/priority-level-configuration/rules.ts';
import { PriorityLevelConfiguration } from '#kinds/priority-level-configuration/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const nothing = '<none>';

const table: TableDefinition<PriorityLevelConfiguration> = {
  columns: [
    nameColumn,
    column('Type', { description: 'Whether its requests are limited.' }),
    column('NominalConcurrencyShares', { description: 'Its share of what the server does at once.' }),
    column('Queues', { description: 'How many queues there are.' }),
    column('HandSize', { description: 'Among how many of them each flow is spread.' }),
    column('QueueLengthLimit', { description: 'How many requests one queue holds.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec: { type, limited } }, now) => {
    const { queues, handSize, queueLengthLimit } = limited?.limitResponse.queuing ?? {};
    return [
      metadata.name,
      type,
      limited?.nominalConcurrencyShares ?? nothing,
      queues ?? nothing,
      handSize ?? nothing,
      queueLengthLimit ?? nothing,
      ageOf(metadata.creationTimestamp, now),
    ];
  },
};

const note = 'PriorityLevelConfigurations are kept here but requests are limited by fixed numbers';

export const priorityLevelConfigurations = defineResource<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  schema: PriorityLevelConfiguration,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    unowned: { status: [['metadata']] },
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update', 'status'],
    defaults: defaultLevel,
    prepareStatusUpdate: keepMetadata,
    validate: validateLevel,
    validateUpdate: validateLevel,
    validateStatusUpdate: validateLevelStatus,
    notes: (level, old) => (old === undefined && asksAutoUpdate(level) !== true ? [note] : []),
  },
  table,
});
