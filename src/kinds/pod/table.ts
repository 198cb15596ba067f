import type { Millis } from '#base/units.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { type InitProgress, initProgress, isUp, podReason } from '#kinds/pod/reason.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

/** How pods are listed (spec: api.md section 14.3). */
export const podTable: TableDefinition<Pod> = {
  columns: [
    nameColumn,
    column('Ready', { description: 'Containers that are ready, of all that are to run.' }),
    column('Status', { description: 'Where the pod is in its life, and what keeps it there.' }),
    column('Restarts', { description: 'How often its containers were started again, and when last.' }),
    ageColumn,
    column('IP', { description: 'Address of the pod.', priority: 1 }),
    column('Node', { description: 'Where the pod runs.', priority: 1 }),
    column('Nominated Node', { description: 'Where room is being made for the pod.', priority: 1 }),
    column('Readiness Gates', { description: 'Conditions of its own that hold, of those it waits for.', priority: 1 }),
  ],
  cells: podCells,
  rowConditions: podRowConditions,
};

function podCells(pod: Pod, now: Millis): readonly Cell[] {
  const { metadata, spec, status } = pod;
  const init = initProgress(pod);
  return [
    metadata.name,
    readyOf(pod, init),
    podReason(pod, init),
    restartsOf(pod, init, now),
    ageOf(metadata.creationTimestamp, now),
    status.podIP || status.podIPs?.[0]?.ip || '<none>',
    spec.nodeName || '<none>',
    status.nominatedNodeName || '<none>',
    gatesOf(pod),
  ];
}

function readyOf(pod: Pod, init: InitProgress): string {
  const { containers, initContainers = [] } = pod.spec;
  const regular = init.isOver ? (pod.status.containerStatuses ?? []).filter(isUp).length : 0;
  return `${init.readySidecars + regular}/${containers.length + initContainers.filter(isSidecar).length}`;
}

/** While init containers run theirs count, then those of the others; sidecars count always. */
function restartsOf({ status }: Pod, init: InitProgress, now: Millis): string {
  const counted = init.isOver ? [...init.sidecars, ...(status.containerStatuses ?? [])] : init.seen;
  const restarts = counted.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = counted.map(({ lastState }) => lastState.terminated?.finishedAt ?? '').filter((time) => time !== '');
  const last = ends.sort().at(-1);
  return restarts > 0 && last !== undefined ? `${restarts} (${ageOf(last, now)} ago)` : String(restarts);
}

function gatesOf({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) => findCondition(status.conditions, conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

/** kubectl leaves finished pods out where it is asked for running ones. */
function podRowConditions({ status }: Pod): ReturnType<NonNullable<TableDefinition<Pod>['rowConditions']>> {
  const { phase } = status;
  if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}
