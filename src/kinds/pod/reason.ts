import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** How far the init containers of a pod have come. */
export interface InitProgress {
  /** Whether it is the regular containers who tell about the pod now. */
  readonly isOver: boolean;
  /** The init containers up to the first that is not done; nobody looks further. */
  readonly seen: readonly ContainerStatus[];
  /** Those of `seen` that stay. */
  readonly sidecars: readonly ContainerStatus[];
  /** Sidecars that have started and are ready. */
  readonly readySidecars: number;
  /** What the first that is not done is up to; absent if all are done. */
  readonly reason: string | undefined;
}

/** Looks at the init containers in their order, up to the first that is not done (spec: api.md section 14.3). */
export function initProgress({ spec, status }: Pod): InitProgress {
  const containers = spec.initContainers ?? [];
  const statuses = status.initContainerStatuses ?? [];
  const names = new Set(containers.filter(isSidecar).map(({ name }) => name));
  const hasEnded = (one: ContainerStatus): boolean => one.state.terminated?.exitCode === 0;
  const hasStarted = (one: ContainerStatus): boolean => names.has(one.name) && one.started === true && !hasEnded(one);
  const at = statuses.findIndex((one) => !hasEnded(one) && !hasStarted(one));
  const stopped = statuses[at];
  const seen = stopped === undefined ? statuses : statuses.slice(0, at + 1);
  return {
    isOver: stopped === undefined || isConditionTrue(status.conditions, 'Initialized'),
    seen,
    sidecars: seen.filter(({ name }) => names.has(name)),
    readySidecars: seen.filter((one) => hasStarted(one) && one.ready).length,
    reason: stopped === undefined ? undefined : initReason(stopped, `${at}/${containers.length}`),
  };
}

function initReason({ state }: ContainerStatus, place: string): string {
  const { terminated, waiting } = state;
  if (terminated !== undefined) return `Init:${endReason(terminated)}`;
  const waits = waiting?.reason && waiting.reason !== 'PodInitializing';
  return `Init:${waits ? waiting.reason : place}`;
}

type End = NonNullable<ContainerStatus['state']['terminated']>;

function endReason({ reason, signal, exitCode }: End): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** Whether a regular container runs and is ready. */
export function isUp({ ready, state }: ContainerStatus): boolean {
  return ready && stateReason(state) === undefined && state.running !== undefined;
}

/** Where a pod is in its life, in the word that `kubectl get pods` shows as its status (spec: api.md section 14.3). */
export function podReason(pod: Pod, init: InitProgress): string {
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') return 'Unknown';
    if (!isTerminalPhase(status.phase)) return 'Terminating';
  }
  const before = init.reason ?? baseReason(pod);
  return init.isOver ? containerReason(pod, before) : before;
}

function baseReason({ status }: Pod): string {
  const isGated = (status.conditions ?? []).some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : status.reason || status.phase || '';
}

/** What the containers are up to; of several that have something to say, the first; `otherwise` if none has. That one is done
 *  says little while another failed or runs. */
function containerReason({ status }: Pod, otherwise: string): string {
  const statuses = status.containerStatuses ?? [];
  const telling = statuses.map(({ state }) => stateReason(state)).find((reason) => reason !== undefined);
  const reason = telling ?? otherwise;
  if (reason !== 'Completed') return reason;
  const isRunning = statuses.some(isUp);
  if (isRunning && isConditionTrue(status.conditions, 'Ready')) return 'Running';
  const failed = statuses.find(({ state }) => !state.waiting?.reason && (state.terminated?.exitCode ?? 0) !== 0);
  if (failed?.state.terminated !== undefined) return endReason(failed.state.terminated);
  return isRunning ? 'NotReady' : reason;
}

function stateReason({ waiting, terminated }: ContainerStatus['state']): string | undefined {
  return waiting?.reason || (terminated === undefined ? undefined : endReason(terminated));
}
