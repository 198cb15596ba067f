import type { Millis } from '#base/units.ts';
import type { Cell, ColumnDefinition } from '#kinds/definition.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { containerCells, containerColumns, selectorColumn } from '#kinds/workload/columns.ts';

/** What ReplicaSets and ReplicationControllers show. */
export const replicaColumns: readonly ColumnDefinition[] = [
  nameColumn,
  column('Desired', { type: 'integer', description: 'Pods that are wanted.' }),
  column('Current', { type: 'integer', description: 'Pods that there are.' }),
  column('Ready', { type: 'integer', description: 'Pods that are ready.' }),
  ageColumn,
  ...containerColumns,
  selectorColumn,
];

interface Replicas {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  readonly spec: { readonly replicas?: number; readonly template?: PodTemplateSpec };
  readonly status: { readonly replicas: number; readonly readyReplicas?: number };
}

/** Their cells; `selector` is the text of which pods are meant, `<none>` if it says nothing. */
export function replicaCells({ metadata, spec, status }: Replicas, selector: string, now: Millis): readonly Cell[] {
  return [
    metadata.name,
    spec.replicas ?? 0,
    status.replicas,
    status.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    selector,
  ];
}
