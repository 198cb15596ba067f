import type { Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { runHook } from '#node/pods/hooks.ts';
import { graceMsMin, type StopOrder } from '#node/pods/plan-stops.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';

export interface StopperOptions {
  readonly deps: Pick<PodDeps, 'clock' | 'runtime' | 'events'>;
  readonly pod: () => Pod;
  readonly podIP: () => string;
  /** A container has stopped. */
  readonly onStopped: () => void;
  /** It could not be stopped, and will not be tried again unless it is ordered anew. */
  readonly onFailed: () => void;
}

/** A container on its way out. */
interface Leaving {
  /** When it is to be killed at the latest. */
  deadline: Millis;
  /** Its preStop hook is still at work. */
  hooking: boolean;
  /** It may be asked to stop as soon as the hook is done. */
  ordered: boolean;
  timer: Timer | undefined;
  readonly abort: AbortController;
}

/** Stops the containers of one pod: says so, lets the preStop hook run, then leaves it to the runtime, all within one grace
 *  period (spec: node-agent.md section 12.3). Orders may come again and again; only a shorter grace changes anything. */
export class Stopper {
  private readonly options: StopperOptions;
  private readonly leaving = new Map<string, Leaving>();

  constructor(options: StopperOptions) {
    this.options = options;
  }

  /** Begins the preStop hook of a container whose turn to stop comes later. */
  prepare(order: StopOrder): void {
    if (!this.leaving.has(order.id)) this.begin(order);
  }

  stop(order: StopOrder): void {
    const deadline = this.options.deps.clock.now() + order.grace;
    const known = this.leaving.get(order.id);
    if (known?.ordered === true && known.deadline <= deadline) return;
    const leaving = known ?? this.begin(order);
    leaving.ordered = true;
    leaving.deadline = Math.min(deadline, leaving.deadline);
    if (leaving.hooking) this.hurry(order.id, leaving);
    else this.send(order.id, leaving);
  }

  /** Orders nothing any more, whatever is still under way. */
  close(): void {
    for (const leaving of this.leaving.values()) {
      leaving.ordered = false;
      leaving.timer?.cancel();
      leaving.abort.abort(new Error('Nobody waits for the hook'));
    }
  }

  private begin(order: StopOrder): Leaving {
    const { deps, pod } = this.options;
    const { id, container, grace, message } = order;
    deps.events.killing(pod(), container, message);
    const deadline = deps.clock.now() + grace;
    const abort = new AbortController();
    const leaving: Leaving = { deadline, hooking: false, ordered: false, timer: undefined, abort };
    this.leaving.set(id, leaving);
    void this.hook(order, leaving);
    return leaving;
  }

  private async hook({ id, container: name, grace }: StopOrder, leaving: Leaving): Promise<void> {
    const { deps, pod, podIP } = this.options;
    const { containers, initContainers = [] } = pod().spec;
    const container = [...initContainers, ...containers].find((one) => one.name === name);
    const { preStop } = container?.lifecycle ?? {};
    if (container === undefined || preStop === undefined) return;
    leaving.hooking = true;
    try {
      await runHook(preStop, { container, id, podIP: podIP() }, deps, grace, leaving.abort.signal);
    } catch {
      // One that is cut short because the grace is over is no failure.
      const failed = !leaving.abort.signal.aborted && deps.clock.now() < leaving.deadline;
      if (failed) deps.events.warnContainer(pod(), name, 'FailedPreStopHook', 'PreStopHook failed');
    }
    this.release(id, leaving);
  }

  /** Nothing waits for the hook any more. */
  private release(id: string, leaving: Leaving): void {
    if (!leaving.hooking) return;
    leaving.hooking = false;
    leaving.timer?.cancel();
    if (leaving.ordered) this.send(id, leaving);
  }

  private hurry(id: string, leaving: Leaving): void {
    const { clock } = this.options.deps;
    leaving.timer?.cancel();
    leaving.timer = clock.after(leaving.deadline - clock.now(), () => {
      leaving.abort.abort(new Error('The grace period is over'));
      this.release(id, leaving);
    });
  }

  private send(id: string, leaving: Leaving): void {
    const { deps, pod, onStopped, onFailed } = this.options;
    const grace = Math.max(graceMsMin, leaving.deadline - deps.clock.now());
    deps.runtime.stopContainer(id, grace).then(onStopped, (error: unknown) => {
      this.leaving.delete(id);
      deps.events.failedKill(pod(), error);
      onFailed();
    });
  }
}
