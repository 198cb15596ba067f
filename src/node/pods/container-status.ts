import { noTime, timestamp } from '#kinds/meta/time.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { ContainerState, ContainerStateWaiting, ContainerStatus } from '#kinds/pod/schema/status.ts';
import type { Health } from '#node/pods/health.ts';
import type { Ended, Instance } from '#node/pods/instance.ts';
import type { Container as RuntimeContainer } from '#node/runtime/runtime.ts';

/** A container of a pod with all that is known of it. */
export interface ContainerView {
  readonly container: Container;
  readonly isInit: boolean;
  /** Newest first. */
  readonly instances: readonly Instance[];
  /** The runtime's view of the newest instance, if it has one. */
  readonly live: RuntimeContainer | undefined;
  /** What probes and hooks say of the newest instance; undefined when it has none. */
  readonly health: Health | undefined;
}

/** What a status is to say instead of how the newest instance stands. */
export type Shown =
  | { readonly as: 'is' }
  | ({ readonly as: 'waiting' } & ContainerStateWaiting)
  /** Never found, and never will be (spec: node-agent.md section 5, "Missing-instance repair"). */
  | { readonly as: 'lost' };

const lostExit: Ended = {
  is: 'exited',
  startedAt: undefined,
  finishedAt: 0,
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};

/** The status of one container (spec: node-agent.md section 5). */
export function containerStatus(view: ContainerView, shown: Shown): ContainerStatus {
  const { container, isInit, instances, live, health } = view;
  const [newest, older] = instances;
  const state = stateOf(newest, shown);
  const last = state.waiting !== undefined || shown.as === 'lost' ? newest : older;
  const running = state.running !== undefined;
  const regularInit = isInit && !isSidecar(container);
  const containerID = newest?.containerID ?? '';
  return {
    name: container.name,
    state,
    lastState: last?.state.is === 'exited' ? { terminated: terminated(last.containerID, last.state) } : {},
    ready: regularInit
      ? state.terminated?.exitCode === 0
      : running && live?.unready !== true && health?.ready !== false,
    restartCount: newest?.attempt ?? 0,
    image: live?.image ?? container.image ?? '',
    imageID: live?.imageId ?? '',
    ...(containerID === '' ? {} : { containerID }),
    ...(newest === undefined && shown.as === 'waiting'
      ? { started: false }
      : { started: running && health?.started !== false }),
    ...resourcesOf(container, running),
    ...mountsOf(container),
  };
}

function stateOf(newest: Instance | undefined, shown: Shown): ContainerState {
  if (shown.as === 'waiting') {
    const { reason, message } = shown;
    return { waiting: { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) } };
  }
  if (shown.as === 'lost' || newest === undefined) return { terminated: terminated('', lostExit) };
  if (newest.state.is === 'running') return { running: { startedAt: timestamp(newest.state.startedAt) } };
  return { terminated: terminated(newest.containerID, newest.state) };
}

function terminated(containerID: string, exit: Ended): NonNullable<ContainerState['terminated']> {
  const { exitCode, reason, message, startedAt, finishedAt } = exit;
  return {
    exitCode,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    startedAt: startedAt === undefined ? noTime : timestamp(startedAt),
    finishedAt: finishedAt === 0 ? noTime : timestamp(finishedAt),
    ...(containerID === '' ? {} : { containerID }),
  };
}

function resourcesOf(container: Container, running: boolean): Partial<ContainerStatus> {
  const { limits, requests } = container.resources ?? {};
  if (!running || (limits === undefined && requests === undefined)) return {};
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: container.resources,
  };
}

function mountsOf({ volumeMounts }: Container): Partial<ContainerStatus> {
  if (volumeMounts === undefined || volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}
