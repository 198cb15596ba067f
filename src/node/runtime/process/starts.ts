import type { Clock } from '#base/clock.ts';
import type { Containers } from '#node/runtime/process/containers.ts';
import type { Exits } from '#node/runtime/process/exits.ts';
import { buildInvocation, type InvocationInput } from '#node/runtime/process/invocation.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';
import type { Ended, Order } from '#node/runtime/process/launcher-protocol.ts';
import { inOrder, isIdentity, makeMountPoints } from '#node/runtime/process/mounting.ts';
import { Records } from '#node/runtime/process/records.ts';
import { hasPipe, onTerminal } from '#node/runtime/process/terminal.ts';
import { type Container, type ContainerConfig, type Mount, StartError } from '#node/runtime/runtime.ts';

export interface StartsDeps {
  readonly records: Records;
  readonly containers: Containers;
  readonly exits: Exits;
  readonly launcher: Launcher;
  readonly clock: Clock;
  /** The present boot of the machine. */
  readonly bootId: string;
  readonly canMount: boolean;
  readonly inputOf: (config: ContainerConfig) => InvocationInput;
}

type StartOrder = Order & { do: 'start' };

/** Starts containers, each pod, name and attempt once. */
export class Starts {
  private readonly deps: StartsDeps;
  private readonly underWay = new Map<string, Promise<Container>>();
  /** Ends of containers whose start has not been told yet. */
  private readonly early = new Map<string, Ended>();

  constructor(deps: StartsDeps) {
    this.deps = deps;
  }

  /** See `Runtime.startContainer`. */
  start(config: ContainerConfig): Promise<Container> {
    const id = Records.idOf(config);
    const known = this.deps.containers.get(id);
    if (known !== undefined) return Promise.resolve(known.view());
    const underWay = this.underWay.get(id);
    if (underWay !== undefined) return underWay;
    // A node that cannot mount takes only pods that can do without: what is left is nearly every pod's token.
    const readOnlyRoot = config.restrictions?.readOnlyRoot === true;
    const isNeeded = (mount: Mount): boolean => readOnlyRoot || !isIdentity(mount);
    const mounts = this.deps.canMount ? inOrder(config.mounts.filter(isNeeded)) : [];
    const start = this.begin(id, { ...config, mounts }).finally(() => {
      this.underWay.delete(id);
      this.early.delete(id);
    });
    this.underWay.set(id, start);
    return start;
  }

  /** The launcher tells of an end. */
  ended(id: string, end: Ended): void {
    if (this.deps.containers.get(id) === undefined && this.underWay.has(id)) this.early.set(id, end);
    else this.deps.exits.gone(id, end);
  }

  private async begin(id: string, config: ContainerConfig): Promise<Container> {
    const { records, containers, exits, clock, bootId, inputOf } = this.deps;
    const plain = buildInvocation(inputOf(config));
    const invocation = config.tty === true ? { ...plain, ...onTerminal(plain) } : plain;
    makeMountPoints(config.mounts);
    const record = { id, bootId, config };
    const told = await this.launch(config, {
      do: 'start',
      id,
      directory: records.directoryOf(id),
      exitFile: records.exitFileOf(id),
      record: JSON.stringify(record),
      terminationFile: needsTerminationFile(config) ? config.terminationMessagePath : undefined,
      ...invocation,
      input: hasPipe(config),
    });
    const container = containers.add(record, clock.now());
    containers.publish(container);
    const early = this.early.get(id);
    if (early !== undefined) exits.gone(id, early);
    if (!told) {
      exits.adopt(id);
      exits.take(id);
    }
    return container.view();
  }

  /** Whether the launcher says that the supervisor runs. If it cannot say, the supervisor may run all the same. */
  private async launch(config: ContainerConfig, order: StartOrder): Promise<boolean> {
    const { records, launcher } = this.deps;
    let unwritten: string | undefined;
    try {
      unwritten = await launcher.ask(order);
    } catch (error) {
      // Whoever has the claim decides whether it runs: with it in our hands, it never will.
      if (!records.abandon(order.id)) return false;
      records.removeContainer(order.id);
      throw new StartError('RunContainerError', `failed to start container process: ${(error as Error).message}`);
    }
    if (unwritten !== undefined) throw new Error(`Cannot write down container ${config.name}: ${unwritten}`);
    return true;
  }
}

/** The command makes it where it may: one file less for each of thousands that never write one. */
function needsTerminationFile({ user, mounts, terminationMessagePath }: ContainerConfig): boolean {
  return user !== undefined || mounts.some(({ source }) => source === terminationMessagePath);
}
