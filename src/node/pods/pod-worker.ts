import type { Timer } from '#base/clock.ts';
import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { ContainerStarter } from '#node/pods/container-starter.ts';
import { newMemory, type PodMemory } from '#node/pods/memory.ts';
import { type PodInput, planPod } from '#node/pods/plan.ts';
import type { StartOrder } from '#node/pods/plan-starts.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import { PodHealth } from '#node/pods/pod-health.ts';
import { PodReporter } from '#node/pods/pod-reporter.ts';
import { backOffAfterRestart } from '#node/pods/restart.ts';
import type { RuntimeView } from '#node/pods/runtime-view.ts';
import { createSandbox } from '#node/pods/sandbox.ts';
import { Stopper } from '#node/pods/stopper.ts';
import { PodVolumes } from '#node/volumes/pod-volumes.ts';
import { volumesDirectory } from '#node/volumes/volume-directories.ts';

/** After a step that failed for no reason of the pod's. */
const retryMs: Millis = 1_000;
/** Between tries to create a container whose configuration is not there yet, give or take a half. */
const blockedRetryMs: Millis = 10_000;
/** The same for volumes: a little longer each time. */
const volumeRetryMsMin: Millis = 500;
const volumeRetryMsMax: Millis = 122_000;
/** Instances kept of each container: the present one, and the one before for `logs --previous`. */
const instancesKept = 2;

/** Carries one pod through its life: looks, plans, acts, and looks again, one step at a time. Everything that is decided is
 *  decided in `planPod`. One worker a uid, so that a pod and its successor of the same name do not disturb each other. */
export class PodWorker {
  private readonly deps: PodDeps;
  private readonly reporter: PodReporter;
  private readonly starter: ContainerStarter;
  private readonly volumes: PodVolumes;
  private pod: Pod;
  private removed = false;
  private memory: PodMemory;
  private rejection: PodInput['rejection'];
  private admitted = false;
  private dirty = false;
  private busy = false;
  private stopped = false;
  private timer: Timer | undefined;
  private readonly health: PodHealth;
  private readonly stopper: Stopper;
  private deleteSent = false;

  constructor(pod: Pod, deps: PodDeps) {
    this.deps = deps;
    this.pod = pod;
    this.memory = newMemory(deps.clock.now(), deps.view.sandboxOf(pod.metadata.uid));
    const self = { deps, pod: () => this.pod, podIP: () => this.memory.sandbox?.ip ?? '' };
    this.health = new PodHealth({ ...self, since: deps.clock.now(), onChange: () => this.wake() });
    this.stopper = new Stopper({
      ...self,
      onStopped: () => this.wake(),
      onFailed: () => this.lookAt(deps.clock.now() + retryMs),
    });
    const { client, objects, readNode, clock, log, jitter, runtime } = deps;
    const write = runtime.writeVolume.bind(runtime);
    this.volumes = new PodVolumes({
      client,
      read: objects.reader(pod.metadata.uid),
      readNode,
      clock,
      log,
      jitter,
      directories: runtime.directories,
      volumes: volumesDirectory(runtime),
      write,
      pod: self.pod,
    });
    this.starter = new ContainerStarter(deps, this.volumes);
    this.reporter = new PodReporter({ deps, pod: self.pod, onWritten: (written) => this.written(written) });
  }

  /** The newest version of the pod, from wherever it came. */
  observe(pod: Pod): void {
    if (newer(pod, this.pod) === this.pod) return;
    const former = this.pod.metadata;
    this.pod = pod;
    const { labels, annotations } = pod.metadata;
    if (!jsonEqual(labels, former.labels) || !jsonEqual(annotations, former.annotations)) this.volumes.podChanged();
    this.wake();
  }

  /** Our own status came back: nothing new, unless somebody changed the pod in between, or it waits to be let go. */
  private written(pod: Pod): void {
    const same = pod.metadata.generation === this.pod.metadata.generation;
    if (same && pod.metadata.deletionTimestamp === undefined) this.pod = newer(pod, this.pod);
    else this.observe(pod);
  }

  /** The API has the pod no more. What runs of it is still stopped in order. */
  remove(): void {
    this.removed = true;
    this.reporter.stop();
    this.wake();
  }

  /** The pod as last seen. */
  get latest(): Pod {
    return this.pod;
  }

  /** Something changed: take another step as soon as the present one is done. */
  wake(): void {
    this.dirty = true;
    if (this.busy || this.stopped) return;
    this.busy = true;
    void this.run().finally(() => {
      this.busy = false;
      // Woken when the last step had been taken, and before we came to say so.
      if (this.dirty) this.wake();
    });
  }

  /** Takes no further step. Containers run on. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.health.stop();
    this.stopper.close();
    this.volumes.close();
    this.reporter.stop();
  }

  /** Stops what runs, as a delete would, and resolves when nothing does. The API is not told. */
  async kill(): Promise<void> {
    this.stop();
    const grace = (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const running = this.containers().filter(({ state }) => state.is === 'running');
    await Promise.all(running.map(({ id }) => this.deps.runtime.stopContainer(id, grace)));
  }

  private async run(): Promise<void> {
    while (this.dirty && !this.stopped) {
      this.dirty = false;
      try {
        await this.step();
      } catch (error) {
        this.deps.log.warn('A step of a pod failed; trying again', { pod: this.pod.metadata.name, error });
        this.lookAt(this.deps.clock.now() + retryMs);
      }
    }
  }

  private async step(): Promise<void> {
    if (!this.admitted) await this.admit();
    await this.readLastWords();
    const plan = planPod(this.input());
    if (plan.ending?.why === 'deadline' && this.memory.ending === undefined) {
      this.deps.events.deadline(this.pod, plan.ending.message);
    }
    this.remember({ ending: plan.ending });
    if (plan.ending !== undefined) this.health.end();
    this.reporter.tell(plan);
    const outdated = plan.stops.filter((stop) => stop.outdated === true).map(({ id }) => id);
    if (outdated.length > 0) this.remember({ outdated: new Set([...this.memory.outdated, ...outdated]) });
    for (const stop of plan.stops) this.stopper.stop(stop);
    for (const later of plan.preparations) this.stopper.prepare(later);
    const starts = await this.housed(plan.starts);
    for (const start of starts) {
      if (this.stopped || (this.dirty && start !== starts[0])) break;
      await this.start(start);
    }
    if (plan.over) {
      this.volumes.close();
      this.deps.admission.release(this.pod.metadata.uid);
      this.deps.objects.release(this.pod.metadata.uid);
      await this.finish();
    }
    if (plan.checkAt !== undefined) this.lookAt(plan.checkAt);
  }

  private async admit(): Promise<void> {
    this.rejection = await this.deps.admission.admit(this.pod);
    this.admitted = true;
    if (this.rejection === undefined) return this.warn();
    this.deps.events.warn(this.pod, this.rejection.reason, this.rejection.message);
  }

  /** Once a pod, not again when an agent finds it running. */
  private warn(): void {
    const { runtime, events } = this.deps;
    if (this.pod.status.startTime !== undefined || isTerminalPhase(this.pod.status.phase)) return;
    const fields = runtime.notEnforced(this.pod);
    if (fields.length > 0) events.warn(this.pod, 'ProcessRuntime', `Accepted but not enforced: ${fields.join(', ')}`);
  }

  private input(): PodInput {
    const { runtime, hostIP, limits, clock } = this.deps;
    return {
      pod: this.pod,
      removed: this.removed,
      containers: this.containers(),
      memory: this.memory,
      health: this.health.look(this.containers()),
      rejection: this.rejection,
      runtimeName: runtime.version.split('://')[0] ?? '',
      hostIP,
      limits,
      now: clock.now(),
    };
  }

  private containers(): ReturnType<RuntimeView['containersOf']> {
    return this.deps.view.containersOf(this.pod.metadata.uid);
  }

  private remember(change: Partial<PodMemory>): void {
    this.memory = { ...this.memory, ...change };
  }

  /** Those of `starts` that have a place to run in: none, should it fail, until the next try. */
  private async housed(starts: readonly StartOrder[]): Promise<readonly StartOrder[]> {
    if (starts.length === 0 || this.memory.sandbox !== undefined) return starts;
    const { clock, events } = this.deps;
    try {
      this.remember({ sandbox: await createSandbox(this.pod, this.deps), blocked: new Map() });
      return starts;
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      events.warn(this.pod, 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${cause}`);
      const delay = this.blockedDelay();
      const blocked = new Map(this.memory.blocked);
      for (const { container, isInit } of starts) {
        const reason = isInit ? 'PodInitializing' : 'ContainerCreating';
        blocked.set(container.name, { reason, message: '', delay, retryAt: clock.now() + delay });
      }
      this.remember({ blocked });
      this.dirty = true;
      return [];
    }
  }

  private async start(order: StartOrder): Promise<void> {
    const { clock, limits } = this.deps;
    const { container, after, outdated } = order;
    const { name } = container;
    const outcome = await this.starter.start(this.pod, order, this.memory.sandbox?.ip ?? '');
    const now = clock.now();
    const blocked = new Map(this.memory.blocked);
    blocked.delete(name);
    if (outcome.is === 'blocked') {
      const { reason, message, byVolume } = outcome;
      const before = this.memory.blocked.get(name)?.delay ?? volumeRetryMsMin / 2;
      const delay = byVolume ? Math.min(before * 2, volumeRetryMsMax) : this.blockedDelay();
      this.remember({ blocked: blocked.set(name, { reason, message, delay, retryAt: now + delay }) });
    } else {
      const failedStarts =
        outcome.is === 'failed' ? [...this.memory.failedStarts, outcome.failedStart] : this.memory.failedStarts;
      if (outcome.is === 'started') this.health.started(outcome.live, container, order.isInit);
      this.remember({ blocked, failedStarts });
      if (outdated) {
        this.remember({ backOffs: new Map([...this.memory.backOffs].filter(([other]) => other !== name)) });
      } else if (after !== undefined) {
        const backOff = backOffAfterRestart(this.memory.backOffs.get(name), after.finishedAt, now, limits);
        this.remember({ backOffs: new Map(this.memory.backOffs).set(name, backOff) });
      }
    }
    await this.forgetOldInstances(name);
    this.dirty = true;
  }

  private blockedDelay(): Millis {
    return Math.round(blockedRetryMs * (0.5 + this.deps.jitter.next()));
  }

  private async forgetOldInstances(name: string): Promise<void> {
    const instances = this.containers().filter((container) => container.name === name);
    const old = instances.toSorted((a, b) => b.attempt - a.attempt).slice(instancesKept);
    for (const container of old) {
      if (container.state.is === 'running') continue;
      await this.deps.runtime.removeContainer(container.id);
      this.deps.view.removedContainer(container);
    }
  }

  private async readLastWords(): Promise<void> {
    for (const { id, name, state } of this.containers()) {
      if (state.is === 'running' || this.memory.messages.has(id)) continue;
      const message = await this.starter.lastWords(this.pod, name, id, state.exitCode);
      this.remember({ messages: new Map(this.memory.messages).set(id, message) });
    }
  }

  /** Nothing runs any more. Deleted pods are let go once the API knows how they ended; of those gone all traces are removed. */
  private async finish(): Promise<void> {
    const { metadata, status } = this.pod;
    const { uid, namespace, name } = metadata;
    if (this.removed) {
      await this.deps.runtime.removeSandbox(uid);
      this.stop();
      this.deps.onGone(uid);
      return;
    }
    if (metadata.deletionTimestamp === undefined || !isTerminalPhase(status.phase) || this.deleteSent) return;
    this.deleteSent = true;
    try {
      await this.deps.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return;
      this.deleteSent = false;
      throw error;
    }
  }

  private lookAt(time: Millis): void {
    this.timer?.cancel();
    this.timer = this.deps.clock.after(time - this.deps.clock.now(), () => this.wake());
  }
}

/** The later version of one pod; `b` when they are the same. */
function newer(a: Pod, b: Pod): Pod {
  return Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion) ? a : b;
}
