import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';
import { shouldRestart } from '#node/pods/restart.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PhaseInput {
  readonly spec: Pick<PodSpec, 'containers' | 'initContainers' | 'restartPolicy'>;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  /** The pod is being torn down: nothing is started any more. */
  readonly ending: boolean;
  /** Containers that are restarted whatever their exit code says, as they were killed for their probes. */
  readonly revived?: ReadonlySet<string>;
}

interface Tally {
  running: number;
  waiting: number;
  unknown: number;
  stopped: number;
  succeeded: number;
  restartable: number;
}

/** The phase that these container statuses amount to (spec: node-agent.md section 3; first match wins). */
export function phaseOf({ spec, initStatuses, statuses, ending, revived }: PhaseInput): Phase {
  const policy = spec.restartPolicy ?? 'Always';
  const inits = initPart(spec.initContainers ?? [], initStatuses, policy, ending);
  if (inits.failed) return 'Failed';
  const tally = tallyOf(spec.containers, statuses, policy, revived);
  const everStarted = statuses.some(hasStarted);
  if (inits.pending || (inits.sidecarPending && !everStarted)) return 'Pending';
  if (tally.waiting > 0) return 'Pending';
  if (tally.running > 0 && tally.unknown === 0) return 'Running';
  if (tally.running > 0 || tally.stopped === 0 || tally.unknown > 0) return 'Pending';
  if (!ending && tally.restartable > 0) return 'Running';
  return tally.succeeded === tally.stopped ? 'Succeeded' : 'Failed';
}

/** Whether an instance of this container ever ran, or was at least tried. */
export function hasStarted({ state, lastState }: Pick<ContainerStatus, 'state' | 'lastState'>): boolean {
  return state.running !== undefined || state.terminated !== undefined || lastState.terminated !== undefined;
}

function initPart(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  policy: string,
  ending: boolean,
): { failed: boolean; pending: boolean; sidecarPending: boolean } {
  const result = { failed: false, pending: false, sidecarPending: false };
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    if (isSidecar(container)) {
      const { running, terminated } = status?.state ?? {};
      const waiting = running === undefined && terminated === undefined && status?.lastState.terminated === undefined;
      if ((running !== undefined && status?.started !== true) || waiting) result.sidecarPending = true;
      continue;
    }
    const exit = status?.state.terminated ?? (status?.state.waiting && status.lastState.terminated);
    if (exit === undefined) result.pending = true;
    else if (exit.exitCode !== 0) {
      if (ending || !shouldRestart(container, policy, true, exit)) result.failed = true;
      else result.pending = true;
    }
  }
  return result;
}

function tallyOf(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  policy: string,
  revived: ReadonlySet<string> | undefined,
): Tally {
  const tally: Tally = { running: 0, waiting: 0, unknown: 0, stopped: 0, succeeded: 0, restartable: 0 };
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    const exit = status?.state.terminated ?? (status?.state.waiting && status.lastState.terminated);
    if (status?.state.running !== undefined) tally.running++;
    else if (exit !== undefined) {
      tally.stopped++;
      if (exit.exitCode === 0) tally.succeeded++;
      if (revived?.has(container.name) === true || shouldRestart(container, policy, false, exit)) tally.restartable++;
    } else if (status?.state.waiting !== undefined) tally.waiting++;
    else tally.unknown++;
  }
  return tally;
}
