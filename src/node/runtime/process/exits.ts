import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Containers } from '#node/runtime/process/containers.ts';
import type { ExitRecord } from '#node/runtime/process/exit-file.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';
import type { Ended } from '#node/runtime/process/launcher-protocol.ts';
import { isAlive } from '#node/runtime/process/processes.ts';
import type { Reaper } from '#node/runtime/process/reaper.ts';
import type { Records } from '#node/runtime/process/records.ts';

export interface ExitsDeps {
  readonly records: Records;
  readonly containers: Containers;
  readonly launcher: Launcher;
  readonly reaper: Reaper;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether somebody has asked this container to stop. */
  readonly isStopping: (id: string) => boolean;
}

/** How often adopted containers are looked at, in case their supervisor died without a word. */
const sweepMs: Millis = 5_000;

/** Learns how containers end. Of those that our launcher started it tells us; those of an earlier one are adopted: the files in
 *  which their supervisors write are watched. */
export class Exits {
  private readonly deps: ExitsDeps;
  /** Running containers whose supervisor is no child of the present launcher. */
  private readonly adopted = new Set<string>();
  private watcher: FSWatcher | undefined;
  private sweeper: Timer | undefined;
  private closed = false;

  constructor(deps: ExitsDeps) {
    this.deps = deps;
  }

  /** From now on the launcher will not tell of it. Its exit may have been written before: `check`, or `take`, tells. */
  adopt(id: string): void {
    this.adopted.add(id);
    if (this.closed || this.sweeper !== undefined) return;
    this.watch();
    this.sweepLater();
  }

  /** The launcher is gone. */
  adoptAll(): void {
    for (const container of this.deps.containers.all()) {
      if (!container.running) continue;
      this.adopt(container.id);
      this.take(container.id);
    }
  }

  close(): void {
    this.closed = true;
    this.watcher?.close();
    this.sweeper?.cancel();
  }

  /** Publishes the end of a container if its exit has been written down; whether the container is known and has ended. */
  take(id: string): boolean {
    const container = this.deps.containers.get(id);
    if (container?.running !== true) return container !== undefined;
    const exit = this.deps.records.readExit(id);
    if (exit !== undefined) this.end(id, exit, true);
    return exit !== undefined;
  }

  /** What the launcher tells of a supervisor that was its child. */
  gone(id: string, { code, exit, wrote }: Ended): void {
    const { containers, records, isStopping } = this.deps;
    if (containers.get(id)?.running !== true) return;
    if (exit !== undefined) {
      this.end(id, exit, wrote);
      return;
    }
    const claimed = !records.abandon(id);
    // It could not write the file, but told its parent. Or it was stopped before it began.
    const exitCode = claimed ? code : isStopping(id) ? 143 : null;
    if (exitCode === null) {
      this.vanish(id);
      return;
    }
    records.writeExit(id, exitCode, '');
    this.take(id);
  }

  /** Looks whether an adopted container still runs. */
  async check(id: string): Promise<void> {
    if (this.take(id)) return;
    const by = this.deps.records.supervisorOf(id);
    if (by === undefined || !isAlive(by)) this.vanish(id);
  }

  /** Looks at all adopted containers. */
  async checkAll(): Promise<void> {
    await Promise.all([...this.adopted].map((id) => this.check(id)));
  }

  /** The container is gone, or must go, and nobody knows how it ended. */
  vanish(id: string): void {
    const { launcher, records } = this.deps;
    const tell = (): void => {
      if (this.closed || this.take(id)) return;
      records.writeExit(id, 137, 'ContainerStatusUnknown');
      this.take(id);
    };
    launcher.ask({ do: 'kill', ids: [id], supervisors: [] }).then(tell, tell);
  }

  private end(id: string, { exitCode, reason, at }: ExitRecord, wrote: boolean): void {
    const { containers, reaper } = this.deps;
    const container = containers.get(id);
    if (container === undefined) return;
    const known = reason === '' ? (exitCode === 0 ? 'Completed' : 'Error') : reason;
    container.exit({ exitCode, reason: known, message: reason === '' ? '' : vanishedMessage, at }, wrote);
    this.adopted.delete(id);
    reaper.later(id);
    containers.publish(container);
  }

  private watch(): void {
    const { records, log } = this.deps;
    this.watcher ??= watch(records.exitsDirectory, (_event, id) => {
      if (id !== null && this.adopted.has(id)) this.take(id);
    });
    this.watcher.on('error', (error) => log.error('Cannot watch for exits; they are found later', { error }));
  }

  private sweepLater(): void {
    const sweep = (): void => {
      void this.checkAll();
      if (this.adopted.size > 0) this.sweepLater();
      else this.rest();
    };
    this.sweeper = this.deps.clock.after(sweepMs, sweep, { background: true });
  }

  /** Nobody is adopted: nothing to watch. */
  private rest(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.sweeper = undefined;
  }
}

const vanishedMessage = 'The processes of the container were gone, and nobody was left to tell its exit code';
