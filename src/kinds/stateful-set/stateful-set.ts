import { defineResource } from '#kinds/define.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { claimWarnings } from '#kinds/pod/warnings.ts';
import { defaultStatefulSet } from '#kinds/stateful-set/defaults.ts';
import { StatefulSet } from '#kinds/stateful-set/schema.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from '#kinds/stateful-set/validate/stateful-set.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { containerCells, containerColumns } from '#kinds/workload/columns.ts';
import { selectingHints } from '#kinds/workload/hints.ts';
import { templateWarnings, workloadNotes, workloadScale } from '#kinds/workload/workload.ts';

/** StatefulSets, kept as on a cluster; no controller runs them. */
export const statefulSets = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: StatefulSet,
  scale: workloadScale,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    nameProblems: labelProblems,
    defaults: defaultStatefulSet,
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    validateStatusUpdate: validateStatefulSetStatusUpdate,
    warnings: (set, old) => [...templateWarnings(set, old), ...claimsWarnings(set, old), ...historyWarnings(set)],
    notes: workloadNotes('StatefulSet'),
    hints: ({ spec }, errors) => selectingHints('StatefulSet', spec.template, errors),
  },
  table: {
    columns: [
      nameColumn,
      column('Ready', { description: 'Pods that are ready, of those that are wanted.' }),
      ageColumn,
      ...containerColumns,
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
      ageOf(metadata.creationTimestamp, now),
      ...containerCells(spec.template),
    ],
  },
});

/** Upstream names the fields otherwise after a change than after the create. */
function claimsWarnings({ spec }: StatefulSet, old: StatefulSet | undefined): readonly string[] {
  const part = old === undefined ? '' : '.Spec';
  return (spec.volumeClaimTemplates ?? []).flatMap((claim, index) =>
    claimWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]${part}`),
  );
}

function historyWarnings({ spec }: StatefulSet): readonly string[] {
  if ((spec.revisionHistoryLimit ?? 0) >= 0) return [];
  const text = 'a negative value retains all historical revisions; a value >= 0 is recommended';
  return [`spec.revisionHistoryLimit: ${text}`];
}
