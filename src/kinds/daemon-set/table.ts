import type { Millis } from '#base/units.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { ageColumn, ageOf, column, labelText, nameColumn } from '#kinds/table.ts';
import { containerCells, containerColumns, selectorColumn } from '#kinds/workload/columns.ts';

/** How DaemonSets are listed (spec: daemonset.md section 17.1). */
export const daemonSetTable: TableDefinition<DaemonSet> = {
  columns: [
    nameColumn,
    column('Desired', { type: 'integer', description: 'Nodes that should run a pod.' }),
    column('Current', { type: 'integer', description: 'Nodes that should run a pod and have one.' }),
    column('Ready', { type: 'integer', description: 'Nodes whose pod is ready.' }),
    column('Up-to-date', { type: 'integer', description: 'Nodes whose pod is of the newest template.' }),
    column('Available', { type: 'integer', description: 'Nodes whose pod has been ready for long enough.' }),
    column('Node Selector', { description: 'The labels a node must have to run a pod.' }),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  cells: daemonSetCells,
};

function daemonSetCells({ metadata, spec, status }: DaemonSet, now: Millis): readonly Cell[] {
  return [
    metadata.name,
    status.desiredNumberScheduled,
    status.currentNumberScheduled,
    status.numberReady,
    status.updatedNumberScheduled ?? 0,
    status.numberAvailable ?? 0,
    labelText(spec.template.spec.nodeSelector),
    ageOf(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    formatSelector(selectorOf(spec.selector)) || '<none>',
  ];
}
