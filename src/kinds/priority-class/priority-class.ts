import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import {
  defaultPriorityClass,
  validatePriorityClass,
  validatePriorityClassUpdate,
} from '#kinds/priority-class/rules.ts';
import { PriorityClass } from '#kinds/priority-class/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<PriorityClass> = {
  columns: [
    nameColumn,
    column('Value', { type: 'integer', description: 'The priority; the higher goes first.' }),
    column('Global-Default', { type: 'boolean', description: 'Whether pods that name no class are of this one.' }),
    ageColumn,
    column('PreemptionPolicy', { description: 'Whether its pods may push out others of less priority.' }),
  ],
  cells: ({ metadata, value, globalDefault = false, preemptionPolicy = '' }, now) => [
    metadata.name,
    value,
    globalDefault,
    ageOf(metadata.creationTimestamp, now),
    preemptionPolicy,
  ],
};

export const priorityClasses = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: PriorityClass,
  rules: {
    // It is of the first generation for ever, whatever changes.
    prepareCreate: ({ metadata }) => {
      metadata.generation = 1;
    },
    defaults: defaultPriorityClass,
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
  },
  table,
});
