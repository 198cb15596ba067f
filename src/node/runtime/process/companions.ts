import { type Clock, sleep } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { CommandRequest, RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import { Attachment } from '#node/runtime/process/attachment.ts';
import type { Containers } from '#node/runtime/process/containers.ts';
import {
  buildCompanion,
  hasOwnMounts,
  type Invocation,
  type InvocationInput,
} from '#node/runtime/process/invocation.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';
import type { ProcessContainer } from '#node/runtime/process/process-container.ts';
import type { Records } from '#node/runtime/process/records.ts';
import { onTerminal } from '#node/runtime/process/terminal.ts';
import type { ContainerConfig, ExecResult } from '#node/runtime/runtime.ts';

export interface CompanionsDeps {
  readonly records: Records;
  readonly containers: Containers;
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly inputOf: (config: ContainerConfig) => InvocationInput;
}

/** A container that was just started gets this long to make its mounts; it is looked at so often meanwhile. */
const mountMs: Millis = 1_000;
const lookMs: Millis = 5;

/** Runs commands beside containers, and shows what these write. */
export class Companions {
  private readonly deps: CompanionsDeps;

  constructor(deps: CompanionsDeps) {
    this.deps = deps;
  }

  /** See `Runtime.exec`. */
  async run(id: string, command: readonly string[], timeout: Millis): Promise<ExecResult> {
    return this.deps.launcher.ask({ do: 'run', ...(await this.invocation(id, command)), timeout });
  }

  /** See `Runtime.open`. */
  async open(id: string, request: CommandRequest): Promise<RemoteCommand> {
    const { command, stdin, stdout, tty } = request;
    const invocation = await this.invocation(id, command);
    // A terminal has one output only.
    const streams = { stdin, stdout, stderr: request.stderr && !tty, tty };
    return this.deps.launcher.open(tty ? onTerminal(invocation) : invocation, streams);
  }

  /** See `Runtime.attach`. */
  async attach(id: string, request: StreamRequest): Promise<RemoteCommand> {
    const { containers, launcher } = this.deps;
    const container = containers.get(id);
    if (container?.running !== true) throw new Error(`Cannot attach to container ${id}: it is not running`);
    const { config } = container;
    const once = request.stdin && config.input === 'once' && config.tty !== true;
    const wanted = (request.stdin && config.input !== undefined) || config.tty === true;
    // It may have ended, for this one or for all: then there is only output left.
    const feed = wanted ? await launcher.feed(container.directory, once).catch(() => undefined) : undefined;
    return new Attachment({ container, request, feed, detaches: !once });
  }

  private async invocation(id: string, command: readonly string[]): Promise<Invocation> {
    const { containers, records, inputOf } = this.deps;
    const container = containers.get(id);
    if (container?.running !== true) throw new Error(`Cannot run a command in container ${id}: it is not running`);
    await this.mounted(container);
    return buildCompanion(inputOf(container.config), command, records.supervisorOf(id));
  }

  /** A supervisor has made the mounts when it claims the container. */
  private async mounted(container: ProcessContainer): Promise<void> {
    if (!hasOwnMounts(container.config)) return;
    const { clock, records } = this.deps;
    const late = clock.now() + mountMs;
    while (container.running && clock.now() < late && records.supervisorOf(container.id) === undefined) {
      await sleep(clock, lookMs);
    }
  }
}
