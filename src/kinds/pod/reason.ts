import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** Where a pod is in its life, in the word that `kubectl get pods` shows as its status (spec: api.md section 14.3). */
export function podReason(pod: Pod): string {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') return 'Unknown';
    if (!isTerminalPhase(status.phase)) return 'Terminating';
  }
  const init = initReason(pod);
  // Once all are initialised it is the containers who tell: a sidecar that ended after them says nothing of the pod.
  const isOver = init === undefined || isConditionTrue(status.conditions, 'Initialized');
  return isOver ? containerReason(pod, init ?? baseReason(pod)) : init;
}

function baseReason({ status }: Pod): string {
  const gated = findCondition(status.conditions, 'PodScheduled')?.reason === 'SchedulingGated';
  return gated ? 'SchedulingGated' : status.reason || status.phase || '';
}

/** What the first init container that is not done is up to, if there is one. */
function initReason({ spec, status }: Pod): string | undefined {
  const containers = spec.initContainers ?? [];
  for (const [index, one] of (status.initContainerStatuses ?? []).entries()) {
    const container = containers.find(({ name }) => name === one.name);
    const { terminated, waiting } = one.state;
    if (terminated?.exitCode === 0) continue;
    if (container !== undefined && isSidecar(container) && one.started === true) continue;
    if (terminated !== undefined) {
      if (terminated.reason) return `Init:${terminated.reason}`;
      return terminated.signal ? `Init:Signal:${terminated.signal}` : `Init:ExitCode:${terminated.exitCode}`;
    }
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return isConditionTrue(status.conditions, 'Initialized') ? undefined : `Init:${index}/${containers.length}`;
  }
  return undefined;
}

/** What the containers are up to; of several that have something to say, the first; `otherwise` if none has. */
function containerReason(pod: Pod, otherwise: string): string {
  const { status } = pod;
  const statuses = status.containerStatuses ?? [];
  const telling = statuses.map(stateReason).find((reason) => reason !== undefined);
  const reason = telling ?? otherwise;
  const running = statuses.some(({ ready, state }) => ready && state.running !== undefined);
  if (reason !== 'Completed' || !running) return reason;
  return isConditionTrue(status.conditions, 'Ready') ? 'Running' : 'NotReady';
}

function stateReason({ state }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state;
  if (waiting?.reason) return waiting.reason;
  if (terminated === undefined) return undefined;
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}
