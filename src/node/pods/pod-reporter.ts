import type { Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodPlan } from '#node/pods/plan.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import { StatusWriter } from '#node/pods/status-writer.ts';

/** A pod that is being started is reported when it runs, or after this long: when a hundred start at once, most have come further
 *  by the time that it would have been said. */
const startingMs: Millis = 500;
/** The same for one that has begun to run: the shortest are over by then. */
const beginningMs: Millis = 20;

export interface PodReporterOptions {
  readonly deps: PodDeps;
  /** The newest version known. */
  readonly pod: () => Pod;
  /** The pod as it was answered with our status in it. */
  readonly onWritten: (pod: Pod) => void;
}

/** Tells the API how a pod is doing, as each plan has it. */
export class PodReporter {
  private readonly deps: PodDeps;
  private readonly pod: () => Pod;
  private readonly writer: StatusWriter;
  private readonly backOffsTold = new Map<string, number>();
  private timer: Timer | undefined;
  /** When the last status that waits is due. */
  private dueAt: Millis = Number.POSITIVE_INFINITY;
  private stopped = false;

  constructor({ deps, pod, onWritten }: PodReporterOptions) {
    const { client, clock, log } = deps;
    this.deps = deps;
    this.pod = pod;
    this.writer = new StatusWriter({ client, clock, log, pod, onWritten });
  }

  tell(plan: PodPlan): void {
    this.timer?.cancel();
    if (this.stopped) return;
    this.tellStatus(plan);
    for (const { container, attempt } of plan.inBackOff) {
      if (this.backOffsTold.get(container) === attempt) continue;
      this.backOffsTold.set(container, attempt);
      this.deps.events.backOff(this.pod(), container);
    }
  }

  /** Says nothing more. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.writer.stop();
  }

  /** A status that is soon out of date waits a moment, as it would only be followed by the next: but what follows does not wait
   *  anew. */
  private tellStatus({ starts, status }: PodPlan): void {
    const { clock, runtime } = this.deps;
    const begins = status.phase === 'Running' && this.pod().status.phase === 'Pending' && runtime.probed;
    const delay = starts.length > 0 && status.phase === 'Pending' ? startingMs : begins ? beginningMs : 0;
    const now = clock.now();
    this.dueAt = Math.min(this.dueAt, now + delay);
    const write = (): void => {
      this.dueAt = Number.POSITIVE_INFINITY;
      this.writer.want(status);
    };
    if (this.dueAt > now) this.timer = clock.after(this.dueAt - now, write);
    else write();
  }
}
