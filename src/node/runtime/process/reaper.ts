import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';

export interface ReaperDeps {
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Containers that ended within this time are searched for processes that escaped, together. */
const reapMs: Millis = 200;
/** Between two searches, as each looks at every process of the machine. */
const pauseMs: Millis = 1_000;

/** Ends what containers leave behind: processes that left the group outlive the supervisor, and are found by their mark, many
 *  containers at once. */
export class Reaper {
  private readonly deps: ReaperDeps;
  private readonly ended = new Set<string>();
  private timer: Timer | undefined;
  private reapedAt: Millis = 0;
  private closed = false;

  constructor(deps: ReaperDeps) {
    this.deps = deps;
  }

  /** A container has ended: look for what it left, soon. */
  later(id: string): void {
    if (this.closed) return;
    this.ended.add(id);
    if (this.ended.size > 1) return;
    const { clock } = this.deps;
    const delay = Math.max(reapMs, this.reapedAt + pauseMs - clock.now());
    this.timer = clock.after(delay, () => void this.reap());
  }

  /** Looks for the last time. The launcher goes after this, and with it whoever could end what is left. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.ended.size > 0) await this.reap();
  }

  private async reap(): Promise<void> {
    const { launcher, clock, log } = this.deps;
    this.timer?.cancel();
    this.reapedAt = clock.now();
    const ids = [...this.ended];
    this.ended.clear();
    try {
      const left = await launcher.ask({ do: 'kill', ids, supervisors: [] });
      if (left > 0) log.warn('Processes of ended containers do not die', { ids, left });
    } catch (error) {
      if (!this.closed) log.warn('Cannot look for processes of ended containers', { error });
    }
  }
}
