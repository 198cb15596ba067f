import type { Millis } from '#base/units.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerView, Shown } from '#node/pods/container-status.ts';
import type { Ended } from '#node/pods/instance.ts';
import type { PodMemory } from '#node/pods/memory.ts';
import { type BackOffLimits, goSeconds, mayRestart, restartAt, shouldRestart } from '#node/pods/restart.ts';

/** A container to start now. */
export interface StartOrder {
  readonly container: Container;
  readonly isInit: boolean;
  readonly attempt: number;
  /** What ended before, when this is a restart. */
  readonly after: Ended | undefined;
  /** What ended before was stopped for its image: how often the container failed until then is forgotten. */
  readonly outdated?: boolean;
}

export interface StartPlan {
  /** In the order in which they are to be started. */
  readonly starts: readonly StartOrder[];
  /** What the statuses of containers say that do not run, by name. */
  readonly shown: ReadonlyMap<string, Shown>;
  /** Containers in back-off, by name and attempt, for events. */
  readonly inBackOff: readonly { readonly container: string; readonly attempt: number }[];
  /** When to look again; undefined if nothing depends on time. */
  readonly checkAt: Millis | undefined;
  /** Nothing is left to start, now or later: the pod ends as soon as what still runs has been stopped. */
  readonly finished: boolean;
}

export interface StartsInput {
  readonly pod: Pod;
  readonly inits: readonly ContainerView[];
  readonly regulars: readonly ContainerView[];
  readonly memory: PodMemory;
  readonly limits: BackOffLimits;
  readonly now: Millis;
}

/** What stands in the way of a container, if it does not run. */
type Outlook = 'running' | 'done' | 'failed' | 'starting' | 'waiting';

/** Which containers of a living pod to start (spec: node-agent.md sections 6, 8 and 9). */
export function planStarts(input: StartsInput): StartPlan {
  const planning = new Planning(input);
  const begun = input.regulars.some(({ instances }) => instances.length > 0);
  let blocked = false;
  let initFailed = false;
  for (const view of input.inits) {
    // Once a regular container has begun, the regular init containers are history, whatever is still known of them.
    if (begun && !isSidecar(view.container)) continue;
    if (blocked) {
      planning.show(view, initializing);
      continue;
    }
    const outlook = planning.consider(view);
    if (outlook === 'failed') initFailed = true;
    if (!begun && outlook !== 'done' && !(outlook === 'running' && isSidecar(view.container))) blocked = true;
  }
  if (blocked) for (const view of input.regulars) planning.show(view, initializing);
  const outlooks = blocked ? [] : input.regulars.map((view) => planning.consider(view));
  const over = !blocked && outlooks.every((outlook) => outlook === 'done' || outlook === 'failed');
  return planning.result(initFailed || over);
}

/** Whether the newest run was stopped for its image, or killed for its probe or hook, and is to be followed by another. */
export function isRevived(view: ContainerView, { spec }: Pod, memory: PodMemory): boolean {
  const { container, health } = view;
  if (isOutdated(view, memory)) return true;
  return health?.condemned !== undefined && mayRestart(container.restartPolicy ?? spec.restartPolicy);
}

function isOutdated({ instances: [newest] }: ContainerView, { outdated }: PodMemory): boolean {
  return newest?.runtimeId !== undefined && outdated.has(newest.runtimeId);
}

const initializing: Shown = { as: 'waiting', reason: 'PodInitializing' };

class Planning {
  private readonly input: StartsInput;
  private readonly starts: StartOrder[] = [];
  private readonly shown = new Map<string, Shown>();
  private readonly inBackOff: { container: string; attempt: number }[] = [];
  private checkAt: Millis | undefined;
  /** A postStart hook is at work: nothing is started until it has ended. */
  private held = false;

  constructor(input: StartsInput) {
    this.input = input;
  }

  show(view: ContainerView, shown: Shown): void {
    if (view.instances.length === 0) this.shown.set(view.container.name, shown);
  }

  /** Decides about one container whose turn it is. */
  consider(view: ContainerView): Outlook {
    const { container, isInit, instances, health } = view;
    const [newest] = instances;
    if (newest === undefined) return this.start(view, 0, undefined);
    if (newest.state.is === 'running') {
      if (health?.hooking === true) this.held = true;
      return isInit && health?.started === false ? 'starting' : 'running';
    }
    const exit = newest.state;
    const sidecar = isInit && isSidecar(container);
    if (isInit && !sidecar && exit.exitCode === 0) return 'done';
    const { restartPolicy: policy = 'Always' } = this.input.pod.spec;
    if (
      !sidecar &&
      !isRevived(view, this.input.pod, this.input.memory) &&
      !shouldRestart(container, policy, isInit, exit)
    )
      return exit.exitCode === 0 ? 'done' : 'failed';
    const { memory, limits, now } = this.input;
    // What did not fail by itself does not wait.
    if (isOutdated(view, memory)) return this.start(view, newest.attempt + 1, exit);
    const due = restartAt(memory.backOffs.get(container.name), exit.finishedAt, limits);
    if (due <= now) return this.start(view, newest.attempt + 1, exit);
    this.backOff(container, newest.attempt, due);
    return 'waiting';
  }

  result(finished: boolean): StartPlan {
    const { starts, shown, inBackOff, checkAt } = this;
    return { starts: finished ? [] : starts, shown, inBackOff, checkAt, finished };
  }

  private start(view: ContainerView, attempt: number, after: Ended | undefined): Outlook {
    const { container, isInit } = view;
    const blocked = this.input.memory.blocked.get(container.name);
    const outdated = isOutdated(view, this.input.memory);
    if (blocked !== undefined) {
      const { reason, message, retryAt } = blocked;
      this.shown.set(container.name, { as: 'waiting', reason, ...(message === '' ? {} : { message }) });
      if (retryAt > this.input.now) {
        this.lookAt(retryAt);
        return 'waiting';
      }
    } else if (after === undefined || outdated) {
      // Not as ended: of a pod that never restarts, the API takes no other state after that.
      this.shown.set(container.name, { as: 'waiting', reason: isInit ? 'PodInitializing' : 'ContainerCreating' });
    }
    if (!this.held) this.starts.push({ container, isInit, attempt, after, ...(outdated ? { outdated } : {}) });
    return 'starting';
  }

  private backOff(container: Container, attempt: number, due: Millis): void {
    const { pod, memory } = this.input;
    const { name, namespace, uid } = pod.metadata;
    const delay = goSeconds(memory.backOffs.get(container.name)?.delay ?? 0);
    const message = `back-off ${delay} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
    this.shown.set(container.name, { as: 'waiting', reason: 'CrashLoopBackOff', message });
    this.inBackOff.push({ container: container.name, attempt });
    this.lookAt(due);
  }

  private lookAt(time: Millis): void {
    this.checkAt = Math.min(this.checkAt ?? time, time);
  }
}
