import type { NodePort } from '#client/node-port.ts';
import { ApiError, apiErrors, isApiError } from '#kinds/meta/errors.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainersOf } from '#node/logs/pod-logs.ts';
import type { Runtime, Container as RuntimeContainer } from '#node/runtime/runtime.ts';

/** Runs commands in a node's pods, shows what their containers write, and connects to their ports (spec: node-agent.md
 *  section 28). */
export function createPodCommands(
  runtime: Runtime,
  containersOf: ContainersOf,
): Pick<NodePort, 'exec' | 'attach' | 'dial'> {
  const running = (podUid: string, name: string): RuntimeContainer => {
    const found = containersOf(podUid).find((one) => one.name === name && one.state.is === 'running');
    if (found !== undefined) return found;
    throw new ApiError({ code: 500, reason: 'InternalError', message: `container not found ("${name}")` });
  };
  return {
    async exec(pod, name, request) {
      const { id } = running(pod.metadata.uid, name);
      try {
        return await runtime.open(id, request);
      } catch (error) {
        if (isApiError(error)) throw error;
        throw apiErrors.internal(`error executing command in container: ${(error as Error).message}`);
      }
    },
    async attach(pod, name, request) {
      const { id } = running(pod.metadata.uid, name);
      if (request.stdin && containerOf(pod, name)?.stdin !== true) {
        throw apiErrors.badRequest(
          `container ${name} of pod ${pod.metadata.name} takes no input: attach without stdin`,
        );
      }
      return runtime.attach(id, request);
    },
    async dial({ metadata }, port) {
      const runs = containersOf(metadata.uid).some(({ state }) => state.is === 'running');
      if (!runs) throw new ApiError({ code: 500, message: `pod ${metadata.name} is not running` });
      return runtime.dial(metadata.uid, port).catch((error: Error) => {
        throw new ApiError({ code: 500, message: error.message });
      });
    },
  };
}

function containerOf({ spec }: Pod, name: string): Pick<Container, 'stdin'> | undefined {
  const all = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  return all.find((container) => container.name === name);
}
