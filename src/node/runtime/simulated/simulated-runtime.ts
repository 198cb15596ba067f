import type { Clock, Timer } from '#base/clock.ts';
import type { Random, RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { LogOptions } from '#client/node-port.ts';
import type { RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { LogPrinter } from '#node/logs/read-log.ts';
import type { Machine } from '#node/registration/machine.ts';
import {
  type Container,
  type ContainerConfig,
  type ContainerState,
  type ExecResult,
  type Runtime,
  type RuntimeSnapshot,
  type Sandbox,
  type SandboxConfig,
  StartError,
} from '#node/runtime/runtime.ts';
import { annotatedRun, type Run, type Script } from '#node/runtime/simulated/script.ts';
import { SimulatedAttachment } from '#node/runtime/simulated/simulated-attachment.ts';

export type { Run, Script } from '#node/runtime/simulated/script.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Sampan's own version. */
  readonly version: string;
  /** What containers do; unless it says, their annotations do, and else they run briefly and succeed. */
  readonly script?: Script;
  /** How long a container runs that nobody said anything about, give or take a half. */
  readonly run?: Millis;
  readonly machine?: Partial<Machine>;
}

const runMs: Millis = 100;

/** A machine large enough that it is never the reason why something is slow. */
const machineDefault: Machine = {
  hostname: 'simulated',
  ip: '10.0.0.1',
  cpus: 64,
  memoryBytes: 256 * 1024 ** 3,
  diskBytes: 1024 ** 4,
  machineId: 'simulated',
  bootId: 'simulated',
  kernelVersion: '6.0.0',
  osImage: 'Simulated',
  operatingSystem: 'linux',
  architecture: 'amd64',
};

interface Simulated {
  container: Container;
  readonly run: Run;
  readonly config: ContainerConfig;
  /** Becomes ready, or exits. */
  timer: Timer | undefined;
  killTimer: Timer | undefined;
  killAt: Millis;
  readonly waiting: Set<() => void>;
}

/** Runs containers in name only: nothing but the clock moves them, so that thousands cost next to nothing and virtual time
 *  may run. Knows nothing after the process ends. */
export function createSimulatedRuntime(options: SimulatedRuntimeOptions): Runtime {
  return new SimulatedRuntime(options);
}

class SimulatedRuntime implements Runtime {
  readonly version: string;
  readonly machine: Machine;
  readonly directories = { logs: '/', pods: '/', memory: '/' };
  readonly user = undefined;
  readonly probed = false;
  readonly volumes = false;
  private readonly options: SimulatedRuntimeOptions;
  private readonly stream: RandomStream;
  private readonly sandboxes = new Map<string, { readonly config: SandboxConfig; readonly sandbox: Sandbox }>();
  private readonly containers = new Map<string, Simulated>();
  private readonly listeners = new Set<(container: Container) => void>();

  constructor(options: SimulatedRuntimeOptions) {
    this.options = options;
    this.version = `simulated://${options.version}`;
    this.machine = { ...machineDefault, ...options.machine };
    this.stream = options.random.stream('simulated-runtime');
  }

  imageUser(): undefined {
    return undefined;
  }

  refusal(): undefined {
    return undefined;
  }

  /** Pretends to be any. */
  hasHandler(): boolean {
    return true;
  }

  notEnforced(): readonly string[] {
    return [];
  }

  imageNote(image: string): string {
    return `Container image "${image}" already present on machine and can be accessed by the pod`;
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    const { podUid, namespace, name } = config;
    const known = this.sandboxes.get(podUid);
    if (known !== undefined) return known.sandbox;
    const sandbox = { podUid, namespace, name, ip: this.machine.ip, createdAt: this.options.clock.now() };
    this.sandboxes.set(podUid, { config, sandbox });
    return sandbox;
  }

  async writeVolume(): Promise<void> {}

  async removeSandbox(podUid: string): Promise<void> {
    this.sandboxes.delete(podUid);
    for (const [id, { config }] of this.containers) if (config.podUid === podUid) this.containers.delete(id);
  }

  async startContainer(config: ContainerConfig): Promise<Container> {
    const id = `${config.podUid}-${config.name}-${config.attempt}`;
    const known = this.containers.get(id);
    if (known !== undefined) return known.container;
    const run = this.runOf(config);
    if (run.startError !== undefined) throw new StartError('RunContainerError', run.startError);
    const { podUid, name, attempt, image } = config;
    const state: ContainerState = { is: 'running', startedAt: this.options.clock.now() };
    const container: Container = { id, podUid, name, attempt, image, imageId: image, state };
    const simulated: Simulated = {
      container: run.ready === undefined ? container : { ...container, unready: true },
      run,
      config,
      timer: undefined,
      killTimer: undefined,
      killAt: Number.POSITIVE_INFINITY,
      waiting: new Set(),
    };
    this.containers.set(id, simulated);
    this.schedule(simulated);
    this.publish(simulated);
    return simulated.container;
  }

  async stopContainer(id: string, grace: Millis): Promise<void> {
    const simulated = this.containers.get(id);
    if (simulated === undefined || simulated.container.state.is === 'exited') return;
    const { clock } = this.options;
    const { run } = simulated;
    const killAt = clock.now() + (run.ignoreTerm === true ? grace : 0);
    if (killAt < simulated.killAt) {
      simulated.killAt = killAt;
      simulated.killTimer?.cancel();
      const exitCode = run.ignoreTerm === true ? 137 : (run.termExit ?? 143);
      simulated.killTimer = clock.after(killAt - clock.now(), () => this.exit(simulated, exitCode));
    }
    while (simulated.container.state.is === 'running') await changeOf(simulated);
  }

  async removeContainer(id: string): Promise<void> {
    if (this.containers.get(id)?.container.state.is === 'running') {
      throw new Error(`Cannot remove container ${id}: it is running; stop it first`);
    }
    this.containers.delete(id);
  }

  async list(): Promise<RuntimeSnapshot> {
    return {
      sandboxes: [...this.sandboxes.values()].map(({ sandbox }) => sandbox),
      containers: [...this.containers.values()].map(({ container }) => container),
    };
  }

  subscribe(listener: (container: Container) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async terminationMessage(id: string, fallbackToLogs: boolean): Promise<string> {
    const run = this.containers.get(id)?.run;
    return run?.message ?? (fallbackToLogs ? (run?.log ?? '') : '');
  }

  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const simulated = this.containers.get(id);
    if (simulated === undefined) return;
    const { startedAt } = simulated.container.state;
    const lines = (simulated.run.log ?? '')
      .split('\n')
      .filter((line, index, all) => line !== '' || index < all.length - 1);
    const kept = options.tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - options.tailLines));
    const time = new Date(startedAt).toISOString();
    const records = kept.map(
      (line) => ({ time, stream: 'stdout', partial: false, content: Buffer.from(line) }) as const,
    );
    const bytes = new LogPrinter(options).print(records);
    if (bytes.length > 0) yield bytes;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (options.follow && !signal.aborted && simulated.container.state.is === 'running') {
      await Promise.race([changeOf(simulated), aborted]);
    }
  }

  async exec(): Promise<ExecResult> {
    return { exitCode: 0, output: '', timedOut: false };
  }

  async open(): Promise<never> {
    throw apiErrors.badRequest('the container is simulated: nothing runs in it that could run a command');
  }

  async attach(id: string, request: StreamRequest): Promise<RemoteCommand> {
    return new SimulatedAttachment(this, id, request);
  }

  async dial(_podUid: string, port: number): Promise<never> {
    throw new Error(`dial tcp 127.0.0.1:${port}: connect: connection refused: the pod is simulated`);
  }

  async close(): Promise<void> {
    for (const { timer, killTimer } of this.containers.values()) {
      timer?.cancel();
      killTimer?.cancel();
    }
  }

  private runOf(config: ContainerConfig): Run {
    const sandbox = this.sandboxes.get(config.podUid)?.config;
    try {
      const run =
        sandbox === undefined ? undefined : (this.options.script?.(config, sandbox) ?? annotatedRun(config, sandbox));
      if (run !== undefined) return run;
    } catch (error) {
      throw new StartError('CreateContainerConfigError', (error as Error).message);
    }
    if (config.longRunning) return {};
    return { run: Math.round((this.options.run ?? runMs) * (0.5 + this.stream.next())) };
  }

  /** Arms what happens next by itself. A container that runs for ever needs no timer. */
  private schedule(simulated: Simulated): void {
    const { clock } = this.options;
    const { run, ready, exit = 0 } = simulated.run;
    const end = (): void => this.exit(simulated, exit);
    if (ready === undefined) {
      if (run !== undefined) simulated.timer = clock.after(run, end);
      return;
    }
    if (run !== undefined && run <= ready) {
      simulated.timer = clock.after(run, end);
      return;
    }
    simulated.timer = clock.after(ready, () => {
      const { unready: _unready, ...container } = simulated.container;
      simulated.container = container;
      this.publish(simulated);
      if (run !== undefined) simulated.timer = clock.after(run - ready, end);
    });
  }

  private exit(simulated: Simulated, exitCode: number): void {
    const { unready: _unready, ...container } = simulated.container;
    if (container.state.is === 'exited') return;
    simulated.timer?.cancel();
    simulated.killTimer?.cancel();
    const { startedAt } = container.state;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const state = {
      is: 'exited',
      startedAt,
      finishedAt: this.options.clock.now(),
      exitCode,
      reason,
      message: '',
    } as const;
    simulated.container = { ...container, state };
    this.publish(simulated);
  }

  private publish(simulated: Simulated): void {
    for (const listener of this.listeners) listener(simulated.container);
    for (const wake of simulated.waiting) wake();
    simulated.waiting.clear();
  }
}

/** Resolves at the next change of a container. */
function changeOf(simulated: Simulated): Promise<void> {
  return new Promise((resolve) => simulated.waiting.add(resolve));
}
