import type { Millis } from '#base/units.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { podReason } from '#kinds/pod/reason.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';
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
  return [
    metadata.name,
    readyOf(pod),
    podReason(pod),
    restartsOf(pod, now),
    ageOf(metadata.creationTimestamp, now),
    status.podIPs?.[0]?.ip || status.podIP || '<none>',
    spec.nodeName || '<none>',
    status.nominatedNodeName || '<none>',
    gatesOf(pod),
  ];
}

/** Containers that are to stay: the regular ones and sidecars. */
function stayingStatuses(pod: Pod): readonly ContainerStatus[] {
  return [...sidecarStatuses(pod), ...(pod.status.containerStatuses ?? [])];
}

function sidecarStatuses({ spec, status }: Pod): readonly ContainerStatus[] {
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  return (status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
}

function readyOf(pod: Pod): string {
  const { containers, initContainers = [] } = pod.spec;
  const ready = stayingStatuses(pod).filter((status) => status.ready && status.state.running !== undefined);
  return `${ready.length}/${containers.length + initContainers.filter(isSidecar).length}`;
}

/** While init containers run theirs count, then those of the others; sidecars count always. */
function restartsOf(pod: Pod, now: Millis): string {
  const { initContainerStatuses = [] } = pod.status;
  const counted = isInitialising(pod) ? initContainerStatuses : stayingStatuses(pod);
  const restarts = counted.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = counted.map(({ lastState }) => lastState.terminated?.finishedAt ?? '').filter((time) => time !== '');
  const last = ends.sort().at(-1);
  return restarts > 0 && last !== undefined ? `${restarts} (${ageOf(last, now)} ago)` : String(restarts);
}

function isInitialising(pod: Pod): boolean {
  const { initContainers = [] } = pod.spec;
  if (isConditionTrue(pod.status.conditions, 'Initialized')) return false;
  return (pod.status.initContainerStatuses ?? []).some(({ name, state, started }) => {
    const container = initContainers.find((one) => one.name === name);
    const done =
      state.terminated?.exitCode === 0 || (container !== undefined && isSidecar(container) && started === true);
    return !done;
  });
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
