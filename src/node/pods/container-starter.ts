import { isApiError } from '#kinds/meta/errors.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { containerConfig } from '#node/pods/container-config.ts';
import { buildEnvironment, ConfigError } from '#node/pods/environment.ts';
import type { FailedStart } from '#node/pods/instance.ts';
import type { StartOrder } from '#node/pods/plan-starts.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import { type ContainerConfig, type Container as RuntimeContainer, StartError } from '#node/runtime/runtime.ts';
import { VolumeError } from '#node/volumes/payload.ts';
import { type PodVolumes, usesVariables } from '#node/volumes/pod-volumes.ts';

/** How a start went. `blocked` may succeed later, `failed` counts as an exit (spec: node-agent.md section 14 on why the two
 *  differ). */
export type StartOutcome =
  | { readonly is: 'started'; readonly live: RuntimeContainer }
  /** `byVolume`: tried again sooner at first, as what a volume shows is often made a moment after the pod. */
  | { readonly is: 'blocked'; readonly reason: string; readonly message: string; readonly byVolume: boolean }
  | { readonly is: 'failed'; readonly failedStart: FailedStart };

/** Starts single containers: makes the configuration, asks the runtime, tells users. */
export class ContainerStarter {
  private readonly deps: PodDeps;
  private readonly volumes: PodVolumes;

  constructor(deps: PodDeps, volumes: PodVolumes) {
    this.deps = deps;
    this.volumes = volumes;
  }

  /** Throws only for failures that have nothing to do with the container (the API does not answer). */
  async start(pod: Pod, order: StartOrder, podIP: string): Promise<StartOutcome> {
    const { runtime, events } = this.deps;
    const { container } = order;
    const { name } = container;
    let live: RuntimeContainer;
    try {
      this.refuseGuest(pod, container);
      const config = await this.configure(pod, order, podIP);
      events.pulled(pod, name, runtime.imageNote(config.image));
      live = await runtime.startContainer(config);
    } catch (error) {
      return this.refused(pod, order, error);
    }
    events.created(pod, name);
    events.started(pod, name);
    return { is: 'started', live };
  }

  /** The termination message of an ended container (spec: node-agent.md section 15). */
  async lastWords(pod: Pod, name: string, id: string, exitCode: number): Promise<string> {
    const { containers, initContainers = [] } = pod.spec;
    const all = [...initContainers, ...containers];
    const policy = all.find((container) => container.name === name)?.terminationMessagePolicy;
    const message = await this.deps.runtime.terminationMessage(
      id,
      policy === 'FallbackToLogsOnError' && exitCode !== 0,
    );
    return message.slice(0, Math.floor(messageCharsMax / all.length));
  }

  /** The pod was taken without its guests, which came later. */
  private refuseGuest(pod: Pod, container: Container): void {
    const guest = pod.spec.ephemeralContainers?.some(({ name }) => name === container.name) ?? false;
    if (!guest) return;
    const { runtime } = this.deps;
    const { capabilities, ...context } = container.securityContext ?? {};
    // Tools for debugging ask for what root has here anyway.
    const { add: _had, ...others } = capabilities ?? {};
    const left =
      runtime.user?.uid === 0 ? { ...context, ...(capabilities?.drop ? { capabilities: others } : {}) } : undefined;
    const seen = left === undefined ? container : { ...container, securityContext: left };
    const refusal = runtime.refusal({ ...pod, spec: { ...pod.spec, initContainers: [], containers: [seen] } });
    if (refusal === undefined) return;
    const text = refusal.replaceAll('spec.containers[0]', `spec.ephemeralContainers[${container.name}]`);
    throw new StartError('CreateContainerConfigError', text);
  }

  private async configure(pod: Pod, { container, attempt }: StartOrder, podIP: string): Promise<ContainerConfig> {
    const { objects, services, hostIP, allocatable, runtime } = this.deps;
    const facts = { hostIP, podIP, allocatable };
    const { volumes } = this;
    if (runtime.volumes) await volumes.lay(pod, facts);
    const given = runtime.volumes && usesVariables(pod) ? volumes.variables(pod) : new Map<string, string>();
    const env = await buildEnvironment({
      ...{ pod, container, facts, given },
      read: objects.reader(pod.metadata.uid),
      services: (namespace) => services.of(namespace),
      apiServer: this.deps.apiServer(),
    });
    const mounts = runtime.volumes && !usesVariables(pod) ? volumes.mountsOf(pod, container, env) : [];
    const users = { own: runtime.user, image: runtime.imageUser(container.image ?? '') };
    return containerConfig(pod, container, attempt, env, runtime.directories, users, mounts);
  }

  private refused(pod: Pod, order: StartOrder, error: unknown): StartOutcome {
    const { container, isInit, attempt } = order;
    if (error instanceof VolumeError) {
      this.deps.events.warn(pod, 'FailedMount', error.message);
      const reason = isInit ? 'PodInitializing' : 'ContainerCreating';
      return { is: 'blocked', reason, message: '', byVolume: true };
    }
    const known = error instanceof StartError || error instanceof ConfigError || isApiError(error);
    if (!known) throw error;
    const { message } = error as Error;
    const reason = error instanceof StartError ? error.reason : 'CreateContainerConfigError';
    this.deps.events.failed(pod, container.name, message);
    if (!(error instanceof StartError) || reason.startsWith('Create'))
      return { is: 'blocked', reason, message, byVolume: false };
    const { exitCode } = error;
    const failedStart = { container: container.name, attempt, exitCode, message, at: this.deps.clock.now() };
    return { is: 'failed', failedStart };
  }
}

/** For all containers of a pod together. */
const messageCharsMax = 12_288;
