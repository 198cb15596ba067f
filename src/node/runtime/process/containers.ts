import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';
import { ProcessContainer } from '#node/runtime/process/process-container.ts';
import type { ContainerRecord, Records } from '#node/runtime/process/records.ts';
import type { Container } from '#node/runtime/runtime.ts';

export interface ContainersDeps {
  readonly records: Records;
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The containers of this node, and who hears of their changes. */
export class Containers {
  private readonly deps: ContainersDeps;
  private readonly byId = new Map<string, ProcessContainer>();
  private readonly listeners = new Set<(container: Container) => void>();

  constructor(deps: ContainersDeps) {
    this.deps = deps;
  }

  get(id: string): ProcessContainer | undefined {
    return this.byId.get(id);
  }

  all(): readonly ProcessContainer[] {
    return [...this.byId.values()];
  }

  ofPod(podUid: string): readonly ProcessContainer[] {
    return this.all().filter(({ config }) => config.podUid === podUid);
  }

  /** One that was started; nobody is told yet. */
  add(record: ContainerRecord, startedAt: Millis): ProcessContainer {
    const { records, launcher, clock, log } = this.deps;
    const punch = (path: string, offset: number, length: number): void => {
      launcher.ask({ do: 'punch', path, offset, length }).catch(() => {});
    };
    const directory = records.directoryOf(record.id);
    const container = new ProcessContainer({ ...record, directory, clock, log, punch }, { is: 'running', startedAt });
    this.byId.set(record.id, container);
    return container;
  }

  forget(id: string): void {
    this.byId.delete(id);
  }

  subscribe(listener: (container: Container) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  publish(container: ProcessContainer): void {
    const view = container.view();
    for (const listener of this.listeners) listener(view);
  }
}
