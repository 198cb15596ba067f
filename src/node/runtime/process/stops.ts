import { type Clock, sleep } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { ProcessContainer } from '#node/runtime/process/process-container.ts';
import { isAlive, type ProcessIdentity, send } from '#node/runtime/process/processes.ts';

export interface StopsDeps {
  readonly clock: Clock;
  /** Who watches the container, as far as it has said so. */
  readonly supervisorOf: (id: string) => ProcessIdentity | undefined;
  /** Kills all processes of a container but these; resolves with how many do not die. */
  readonly kill: (id: string, spared: readonly number[]) => Promise<number>;
  /** Finds out how a container ended whose supervisor is gone. */
  readonly look: (id: string) => Promise<void>;
}

interface Stop {
  /** Shortens the wait. */
  hurry(deadline: Millis): void;
  readonly done: Promise<void>;
}

/** Between two looks for the claim of a container that is being started. */
const claimMs: Millis = 5;
/** What a supervisor gets to write down the exit of a command that was killed. */
const recordMs: Millis = 1_000;

/** The stops of containers that are under way: one each, however often it is asked for. */
export class Stops {
  private readonly deps: StopsDeps;
  private readonly underWay = new Map<string, Stop>();

  constructor(deps: StopsDeps) {
    this.deps = deps;
  }

  has(id: string): boolean {
    return this.underWay.has(id);
  }

  /** Asks a container to end, waits, then kills all of its processes; resolves when none is left. A later call with a shorter
   *  grace shortens the wait. */
  stop(container: ProcessContainer, grace: Millis, signal: NodeJS.Signals): Promise<void> {
    const { id } = container;
    const deadline = this.deps.clock.now() + grace;
    const known = this.underWay.get(id);
    if (known !== undefined) {
      known.hurry(deadline);
      return known.done;
    }
    const stop = this.begin(container, deadline, signal);
    this.underWay.set(id, stop);
    return stop.done.finally(() => this.underWay.delete(id));
  }

  private begin(container: ProcessContainer, deadline: Millis, signal: NodeJS.Signals): Stop {
    const { clock } = this.deps;
    const abort = new AbortController();
    let timer = clock.after(deadline - clock.now(), () => abort.abort());
    const hurry = (sooner: Millis): void => {
      if (sooner >= deadline) return;
      deadline = sooner;
      timer.cancel();
      timer = clock.after(deadline - clock.now(), () => abort.abort());
    };
    const done = this.carryOut(container, signal, abort.signal).finally(() => timer.cancel());
    return { hurry, done };
  }

  private async carryOut(container: ProcessContainer, signal: NodeJS.Signals, late: AbortSignal): Promise<void> {
    const { supervisorOf, kill, look } = this.deps;
    const { id } = container;
    if (container.running) {
      const by = await this.claimed(container, late);
      // The whole group, as there is no PID namespace whose first process would be the one meant.
      if (by !== undefined && isAlive(by)) send(-by.pid, signal);
      while (container.running && !late.aborted) await container.changed(late);
    }
    while (container.running) {
      const by = supervisorOf(id);
      const alive = by !== undefined && isAlive(by);
      await kill(id, alive ? [by.pid] : []);
      if (!alive) await look(id);
      if (container.running) await container.changed(AbortSignal.timeout(recordMs));
    }
    const left = await kill(id, []);
    if (left > 0) throw new Error(`Cannot stop container ${id}: ${left} of its processes do not die`);
  }

  /** The supervisor of a container that was started a moment ago may not have said yet who it is. */
  private async claimed(container: ProcessContainer, late: AbortSignal): Promise<ProcessIdentity | undefined> {
    for (;;) {
      const by = this.deps.supervisorOf(container.id);
      if (by !== undefined || !container.running || late.aborted) return by;
      await sleep(this.deps.clock, claimMs);
    }
  }
}
