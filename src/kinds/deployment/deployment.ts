import { jsonEqual } from '#base/json.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { defaultDeployment } from '#kinds/deployment/defaults.ts';
import { Deployment } from '#kinds/deployment/schema.ts';
import {
  validateDeployment,
  validateDeploymentStatusUpdate,
  validateDeploymentUpdate,
} from '#kinds/deployment/validate/deployment.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { containerCells, containerColumns, selectorColumn } from '#kinds/workload/columns.ts';
import { selectingHints } from '#kinds/workload/hints.ts';
import { workloadNotes, workloadScale, workloadWarnings } from '#kinds/workload/workload.ts';
import type { Draft } from '#schema/type.ts';

const table: TableDefinition<Deployment> = {
  columns: [
    nameColumn,
    column('Ready', { description: 'Pods that are ready, of those that are wanted.' }),
    column('Up-to-date', { description: 'Pods of the newest template.' }),
    column('Available', { description: 'Pods that have been ready for long enough.' }),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    formatSelector(selectorOf(spec.selector)),
  ],
};

/** Deployments, kept as on a cluster; no controller runs them. */
export const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: Deployment,
  scale: workloadScale,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    unowned: { status: [['metadata', 'labels']] },
    defaults: defaultDeployment,
    prepareUpdate: countAnnotations,
    prepareStatusUpdate: keepLabels,
    validate: validateDeployment,
    validateUpdate: validateDeploymentUpdate,
    validateStatusUpdate: validateDeploymentStatusUpdate,
    warnings: workloadWarnings,
    notes: workloadNotes('Deployment'),
    hints: ({ spec }, errors) => selectingHints('Deployment', spec.template, errors),
  },
  table,
});

/** Annotations go on to ReplicaSets, and so a change of them counts as one of the spec does. */
function countAnnotations(draft: Draft<Deployment>, old: Deployment): void {
  if (jsonEqual(draft.metadata.annotations ?? {}, old.metadata.annotations ?? {})) return;
  draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** Whoever writes the status cannot change labels with it. */
function keepLabels(draft: Draft<Deployment>, old: Deployment): void {
  if (old.metadata.labels === undefined) delete draft.metadata.labels;
  else draft.metadata.labels = { ...old.metadata.labels };
}
