import type { Pod } from '#kinds/pod/schema/pod.ts';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import { sandboxConfig } from '#node/pods/container-config.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import type { Sandbox } from '#node/runtime/runtime.ts';

/** Prepares the place the pod lives in, the way its runtime class says. Throws, in words for users, when there is no such way
 *  here: it may come, so that the pod waits (spec: node-agent.md section 8). */
export async function createSandbox(
  pod: Pod,
  { client, runtime }: Pick<PodDeps, 'client' | 'runtime'>,
): Promise<Sandbox> {
  const { runtimeClassName: name } = pod.spec;
  if (name !== undefined) {
    const { handler } = await client.get(runtimeClasses, { name });
    if (!runtime.hasHandler(handler)) {
      throw new Error(`failed to get sandbox runtime: no runtime for ${JSON.stringify(handler)} is configured`);
    }
  }
  return runtime.createSandbox(sandboxConfig(pod, runtime.directories));
}
