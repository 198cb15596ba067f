import type { Millis } from '#base/units.ts';
import type { ContainerState, ContainerStatus } from '#kinds/pod/schema/status.ts';
import type { Container } from '#node/runtime/runtime.ts';

/** One start of a container, as far as it is known: from the runtime, from a start that failed, or, where the runtime has no
 *  record any more, from what the API was told before. */
export interface Instance {
  readonly attempt: number;
  /** The runtime's id; undefined when nothing was ever created, or the runtime lost it. */
  readonly runtimeId: string | undefined;
  /** As in `status.containerID`; empty when there is none. */
  readonly containerID: string;
  readonly state: InstanceState;
}

export type InstanceState = { readonly is: 'running'; readonly startedAt: Millis } | Ended;

export interface Ended {
  readonly is: 'exited';
  /** Undefined when it never ran. */
  readonly startedAt: Millis | undefined;
  readonly finishedAt: Millis;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
}

/** A start that failed for good: the command cannot be run (spec: node-agent.md section 14, StartError). */
export interface FailedStart {
  readonly container: string;
  readonly attempt: number;
  readonly exitCode: number;
  readonly message: string;
  readonly at: Millis;
}

export interface History {
  /** The runtime's containers of this pod that bear this name. */
  readonly containers: readonly Container[];
  readonly failedStarts: readonly FailedStart[];
  readonly previous: ContainerStatus | undefined;
  /** The runtime's name, such as "process". */
  readonly runtimeName: string;
  /** Last words of ended containers, by runtime id. */
  readonly messages: ReadonlyMap<string, string>;
  readonly now: Millis;
}

const lostMessage = 'The container could not be located when the pod was deleted.  The container used to be Running';

/** All known instances of one container, newest first. What the runtime says wins over what was said before. */
export function instancesOf(history: History): readonly Instance[] {
  const known = [
    ...history.containers.map((container) => fromRuntime(container, history)),
    ...history.failedStarts.map(fromFailedStart),
  ];
  const newest = Math.max(-1, ...known.map(({ attempt }) => attempt));
  const remembered = fromStatus(history.previous, history.now).filter(({ attempt }) => attempt > newest);
  return [...known, ...remembered].toSorted((a, b) => b.attempt - a.attempt);
}

function fromRuntime(container: Container, { runtimeName, messages }: History): Instance {
  const { id, attempt, state } = container;
  const containerID = `${runtimeName}://${id}`;
  if (state.is === 'running') return { attempt, runtimeId: id, containerID, state };
  const lastWords = messages.get(id) ?? '';
  const message = [state.message, lastWords].filter((text) => text !== '').join(': ');
  return { attempt, runtimeId: id, containerID, state: { ...state, message } };
}

function fromFailedStart({ attempt, exitCode, message, at }: FailedStart): Instance {
  const state = {
    is: 'exited',
    startedAt: undefined,
    finishedAt: at,
    exitCode,
    reason: 'StartError',
    message,
  } as const;
  return { attempt, runtimeId: undefined, containerID: '', state };
}

/** What the API was told of a container that the runtime knows nothing of (spec: node-agent.md section 5, "Missing-instance
 *  repair"). */
function fromStatus(previous: ContainerStatus | undefined, now: Millis): Instance[] {
  if (previous === undefined) return [];
  const { restartCount: attempt, containerID = '', state, lastState } = previous;
  const older = ended(lastState, attempt - 1);
  const newer = ended(state, attempt);
  if (newer !== undefined) return older === undefined ? [newer] : [newer, older];
  if (state.running !== undefined) {
    const startedAt = Date.parse(state.running.startedAt ?? '');
    const lost = { exitCode: 137, reason: 'ContainerStatusUnknown', message: lostMessage };
    const state137 = { is: 'exited', startedAt, finishedAt: now, ...lost } as const;
    return [{ attempt, runtimeId: undefined, containerID, state: state137 }];
  }
  // Waiting to be started again: `restartCount` still counts the instance that ended.
  const last = ended(lastState, attempt);
  return last === undefined ? [] : [last];
}

function ended(state: ContainerState, attempt: number): Instance | undefined {
  const { terminated } = state;
  if (terminated === undefined) return undefined;
  const { exitCode, reason = '', message = '', containerID = '', startedAt, finishedAt } = terminated;
  return {
    attempt,
    runtimeId: undefined,
    containerID,
    state: {
      is: 'exited',
      startedAt: startedAt === null ? undefined : Date.parse(startedAt),
      finishedAt: Date.parse(finishedAt ?? '') || 0,
      exitCode,
      reason,
      message,
    },
  };
}
