import type { LogOptions, NodePort } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';
import type { Container, Runtime } from '#node/runtime/runtime.ts';

/** Finds what the runtime has of a pod. */
export type ContainersOf = (podUid: string) => readonly Container[];

/** Answers for the logs of a node's pods, with upstream's texts (spec: api.md section 19.3, node-agent.md section 16). */
export function createPodLogs(runtime: Runtime, containersOf: ContainersOf): Pick<NodePort, 'logs'> {
  return {
    async *logs(pod: Pod, container: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
      const instances = containersOf(pod.metadata.uid)
        .filter(({ name }) => name === container)
        .toSorted((a, b) => b.attempt - a.attempt);
      const chosen = options.previous ? previousOf(instances, pod, container) : instances[0];
      if (chosen === undefined) throw apiErrors.badRequest(whyNone(pod, container, options.previous));
      yield* runtime.logs(chosen.id, options, signal);
    },
  };
}

/** The instance before the present one; while the container waits for its next start, the one that ended last. */
function previousOf(instances: readonly Container[], pod: Pod, name: string): Container | undefined {
  const waiting = statusOf(pod, name)?.state.waiting !== undefined;
  return instances[waiting ? 0 : 1];
}

function whyNone(pod: Pod, name: string, previous: boolean): string {
  const where = `container "${name}" in pod "${pod.metadata.name}"`;
  if (previous) return `previous terminated ${where} not found`;
  const { waiting, terminated } = statusOf(pod, name)?.state ?? {};
  if (terminated !== undefined) return `${where} is terminated`;
  if (waiting?.reason === undefined) return `${where} is not available`;
  if (waiting.reason === 'ErrImagePull') return `${where} is waiting to start: image can't be pulled`;
  if (waiting.reason === 'ImagePullBackOff') return `${where} is waiting to start: trying and failing to pull image`;
  return `${where} is waiting to start: ${waiting.reason}`;
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  const all = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return all.find((one) => one.name === name);
}
