import { defineResource } from '#kinds/define.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import { ReplicaSet } from '#kinds/replica-set/schema.ts';
import { replicaCells, replicaColumns } from '#kinds/replica-set/table.ts';
import { validateReplicaSet, validateReplicaSetUpdate, validateReplicaStatus } from '#kinds/replica-set/validate.ts';
import { selectingHints } from '#kinds/workload/hints.ts';
import { workloadNotes, workloadScale, workloadWarnings } from '#kinds/workload/workload.ts';

/** ReplicaSets, kept as on a cluster; no controller runs them. */
export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: ReplicaSet,
  scale: workloadScale,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    defaults: ({ spec }) => {
      spec.replicas ??= 1;
      defaultPodTemplate(spec.template);
    },
    validate: validateReplicaSet,
    validateUpdate: validateReplicaSetUpdate,
    validateStatusUpdate: ({ status }) => validateReplicaStatus(status),
    warnings: workloadWarnings,
    notes: workloadNotes('ReplicaSet'),
    hints: ({ spec }, errors) => selectingHints('ReplicaSet', spec.template, errors),
  },
  table: {
    columns: replicaColumns,
    cells: (set, now) => replicaCells(set, formatSelector(selectorOf(set.spec.selector)) || '<none>', now),
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas) },
});
