import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep, type Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { LogOptions } from '#client/node-port.ts';
import type { CommandRequest, RemoteCommand } from '#client/remote-command.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { readLog } from '#node/logs/read-log.ts';
import { lastWords } from '#node/logs/termination-message.ts';
import { type Machine, readMachine } from '#node/registration/machine.ts';
import type { ImageEntry } from '#node/runtime/process/image-map.ts';
import {
  buildCompanion,
  buildInvocation,
  type Invocation,
  type InvocationInput,
} from '#node/runtime/process/invocation.ts';
import { Launcher } from '#node/runtime/process/launcher-client.ts';
import { canMount, isIdentity, makeMountPoints } from '#node/runtime/process/mounting.ts';
import { notEnforcedIn } from '#node/runtime/process/not-enforced.ts';
import { ProcessContainer } from '#node/runtime/process/process-container.ts';
import { isAlive, type ProcessIdentity, readBootId } from '#node/runtime/process/processes.ts';
import { Reaper } from '#node/runtime/process/reaper.ts';
import { type ContainerRecord, Records, type SandboxRecord } from '#node/runtime/process/records.ts';
import { refusalOf } from '#node/runtime/process/refusal.ts';
import { lockRoot } from '#node/runtime/process/root-lock.ts';
import { Stops } from '#node/runtime/process/stops.ts';
import { onTerminal } from '#node/runtime/process/terminal.ts';
import {
  type Container,
  type ContainerConfig,
  type ContainerState,
  type ExecResult,
  type PodDirectories,
  type Runtime,
  type RuntimeSnapshot,
  type Sandbox,
  type SandboxConfig,
  StartError,
} from '#node/runtime/runtime.ts';
import type { Payload } from '#node/volumes/payload.ts';

export interface ProcessRuntimeOptions {
  /** Where records and raw output are kept; one runtime at a time. */
  readonly root: string;
  /** Sampan's own version. */
  readonly version: string;
  /** The address that pods have, as processes share the machine's network; the machine's first unless given. */
  readonly ip?: string;
  /** Where commands run that name no directory; `/` as in a container, unless given. */
  readonly workingDirectory?: string;
  /** What stands for images here; the first entry that means an image wins, those built in come last. */
  readonly images?: readonly ImageEntry[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** How often containers are looked at whose supervisor is not our launcher's child, in case it died without a word. */
const sweepMs: Millis = 5_000;
/** What a supervisor gets to write down the exit of a command that was killed. */
const recordMs: Millis = 1_000;
/** Between two looks for the claim of a container that is being started. */
const claimMs: Millis = 5;
/** Runs containers as processes of this machine (spec: node-agent.md section 35, level L0, with mounts of their own where that is
 *  possible). Takes up what an earlier run
 *  left: containers that still run are adopted, exits that happened meanwhile are known.
 *  Throws `NodeInUseError` when another process has the root. */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<Runtime> {
  const runtime = new ProcessRuntime(options);
  await runtime.recover();
  return runtime;
}

class ProcessRuntime implements Runtime {
  readonly version: string;
  readonly machine: Machine;
  readonly directories: PodDirectories;
  readonly probed = true;
  readonly volumes = true;
  readonly user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  private readonly options: ProcessRuntimeOptions;
  private readonly unlock: () => void;
  private readonly records: Records;
  private readonly bootId = readBootId();
  private readonly canMount = canMount();
  private readonly launcher: Launcher;
  private readonly sandboxes = new Map<string, SandboxRecord>();
  private readonly containers = new Map<string, ProcessContainer>();
  private readonly starting = new Map<string, Promise<Container>>();
  private readonly stops: Stops;
  private readonly reaper: Reaper;
  /** Running containers whose supervisor is no child of the present launcher. */
  private readonly adopted = new Set<string>();
  private readonly listeners = new Set<(container: Container) => void>();
  private readonly watcher: FSWatcher;
  private sweeper: Timer | undefined;

  constructor(options: ProcessRuntimeOptions) {
    this.options = options;
    this.version = `process://${options.version}`;
    this.unlock = lockRoot(options.root);
    // Before the machine is looked at, as the directory is made there.
    this.records = new Records(options.root);
    this.machine = { ...readMachine(options.root), ...(options.ip === undefined ? {} : { ip: options.ip }) };
    this.directories = { logs: join(options.root, 'logs'), pods: join(options.root, 'pods') };
    this.launcher = new Launcher({
      directory: options.root,
      log: options.log,
      onGone: (id, code) => this.supervisorGone(id, code),
      onLost: () => this.adoptAll(),
    });
    this.reaper = new Reaper({ launcher: this.launcher, clock: options.clock, log: options.log });
    this.stops = new Stops({
      clock: options.clock,
      supervisorOf: (id) => this.supervisorOf(id),
      kill: (id, spared) => this.kill(id, spared),
      look: (id) => this.checkAdopted(id),
    });
    this.watcher = watch(this.records.exitsDirectory, (_event, id) => {
      if (id !== null) this.takeExit(id);
    });
    this.watcher.on('error', (error) => options.log.error('Cannot watch for exits; they are found later', { error }));
    this.sweepLater();
  }

  async recover(): Promise<void> {
    for (const record of this.records.sandboxes()) this.sandboxes.set(record.config.podUid, record);
    const records = this.records.containers();
    const late: ContainerRecord[] = [];
    for (const record of records) if (!this.restore(record)) late.push(record);
    // Supervisors caught between making the claim and writing into it.
    if (late.length > 0) await sleep(this.options.clock, recordMs);
    for (const record of late) {
      if (this.restore(record)) continue;
      this.add(record, runningSince(this.options.clock.now()));
      this.vanish(record.id);
    }
    await Promise.all([...this.adopted].map((id) => this.checkAdopted(id)));
  }

  refusal(pod: Pod): string | undefined {
    return refusalOf(pod, { uid: this.user.uid, canMount: this.canMount });
  }

  hasHandler(name: string): boolean {
    return name === 'process';
  }

  notEnforced(pod: Pod): readonly string[] {
    return notEnforcedIn(pod);
  }

  imageNote(image: string): string {
    return `Container image "${image}" is ignored by the process runtime`;
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    const known = this.sandboxes.get(config.podUid);
    if (known !== undefined) return known.sandbox;
    const { podUid, namespace, name } = config;
    const sandbox = { podUid, namespace, name, ip: this.machine.ip, createdAt: this.options.clock.now() };
    const recordFile = this.records.sandboxFileOf(podUid);
    const record = JSON.stringify({ config, sandbox });
    await this.launcher.ask({ do: 'sandbox', directory: config.directory, recordFile, record });
    this.sandboxes.set(podUid, { config, sandbox });
    return sandbox;
  }

  /** The record goes last: until then another try finds what is left. */
  async removeSandbox(podUid: string): Promise<void> {
    const known = this.sandboxes.get(podUid);
    const all = [...this.containers.values()].filter(({ config }) => config.podUid === podUid);
    for (const container of all) refuseRunning(container);
    const containers = all.flatMap(({ id }) => this.records.pathsOf(id));
    const pod = known === undefined ? [] : [known.config.logDirectory, known.config.directory];
    const record = this.records.sandboxFileOf(podUid);
    if (containers.length + pod.length === 0) return;
    await this.launcher.ask({ do: 'remove', paths: [...pod, ...containers, record] });
    for (const { id } of all) this.containers.delete(id);
    this.sandboxes.delete(podUid);
  }

  writeVolume(directory: string, payload: Payload): Promise<void> {
    const files = [...payload].map(([name, { bytes, mode }]) => {
      const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      return { path: name, base64, mode };
    });
    return this.launcher.ask({ do: 'volume', directory, files, now: this.options.clock.now() });
  }

  startContainer(config: ContainerConfig): Promise<Container> {
    const id = Records.idOf(config);
    const known = this.containers.get(id);
    if (known !== undefined) return Promise.resolve(known.view());
    const underWay = this.starting.get(id);
    if (underWay !== undefined) return underWay;
    // A node that cannot mount takes only pods that can do without: what is left is nearly every pod's token.
    const mounts = this.canMount ? config.mounts.filter((mount) => !isIdentity(mount)) : [];
    const start = this.start(id, { ...config, mounts }).finally(() => this.starting.delete(id));
    this.starting.set(id, start);
    return start;
  }

  stopContainer(id: string, grace: Millis, signal = 'SIGTERM'): Promise<void> {
    const container = this.containers.get(id);
    return container === undefined ? Promise.resolve() : this.stops.stop(container, grace, signal as NodeJS.Signals);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.containers.get(id);
    if (container === undefined) return;
    refuseRunning(container);
    await this.launcher.ask({
      do: 'remove',
      paths: [container.config.terminationMessagePath, ...this.records.pathsOf(id)],
    });
    this.containers.delete(id);
  }

  async list(): Promise<RuntimeSnapshot> {
    return {
      sandboxes: [...this.sandboxes.values()].map(({ sandbox }) => sandbox),
      containers: [...this.containers.values()].map((container) => container.view()),
    };
  }

  subscribe(listener: (container: Container) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async terminationMessage(id: string, fallbackToLogs: boolean): Promise<string> {
    const config = this.containers.get(id)?.config;
    return config === undefined ? '' : lastWords(config.terminationMessagePath, fallbackToLogs ? config.logPath : '');
  }

  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const container = this.containers.get(id);
    if (container !== undefined) yield* readLog(container, options, signal);
  }

  async exec(id: string, command: readonly string[], timeout: Millis): Promise<ExecResult> {
    return this.launcher.ask({ do: 'run', ...(await this.companion(id, command)), timeout });
  }

  async open(id: string, request: CommandRequest): Promise<RemoteCommand> {
    const { command, stdin, stdout, tty } = request;
    const invocation = await this.companion(id, command);
    // A terminal has one output only.
    const streams = { stdin, stdout, stderr: request.stderr && !tty, tty };
    return this.launcher.open(tty ? onTerminal(invocation) : invocation, streams);
  }

  async close(): Promise<void> {
    this.watcher.close();
    this.sweeper?.cancel();
    for (const container of this.containers.values()) container.release();
    await this.reaper.close();
    await this.launcher.close();
    this.unlock();
  }

  /** How to run a command beside a container. */
  private async companion(id: string, command: readonly string[]): Promise<Invocation> {
    const container = this.containers.get(id);
    if (container?.running !== true) throw new Error(`Cannot run a command in container ${id}: it is not running`);
    await this.claimed(container);
    return buildCompanion(this.invocationInput(container.config), command, this.supervisorOf(id));
  }

  /** A container with mounts has made them when it is claimed; one that was started a moment ago may not have. */
  private async claimed(container: ProcessContainer): Promise<void> {
    if (container.config.mounts.length === 0) return;
    const { clock } = this.options;
    const late = clock.now() + recordMs;
    while (container.running && clock.now() < late && this.supervisorOf(container.id) === undefined) {
      await sleep(clock, claimMs);
    }
  }

  private invocationInput(config: ContainerConfig): InvocationInput {
    const id = Records.idOf(config);
    return {
      config,
      id,
      hostname: this.sandboxes.get(config.podUid)?.config.hostname ?? '',
      defaultDirectory: this.options.workingDirectory ?? '/',
      images: this.options.images ?? [],
    };
  }

  private async start(id: string, config: ContainerConfig): Promise<Container> {
    const invocation = buildInvocation(this.invocationInput(config));
    makeMountPoints(config.mounts);
    const record = { id, bootId: this.bootId, config };
    const directory = this.records.directoryOf(id);
    const exitFile = this.records.exitFileOf(id);
    const files = {
      directory,
      exitFile,
      record: JSON.stringify(record),
      // The command makes it where it may: one file less for each of thousands that never write one.
      terminationFile: config.user === undefined ? undefined : config.terminationMessagePath,
    };
    let unwritten: string | undefined;
    try {
      unwritten = await this.launcher.ask({ do: 'start', id, ...files, ...invocation });
    } catch (error) {
      // Whoever has the claim decides whether it runs: with it in our hands, it never will.
      if (this.records.abandon(id)) {
        this.records.removeContainer(id);
        throw new StartError('RunContainerError', `failed to start container process: ${(error as Error).message}`);
      }
      this.adopted.add(id);
    }
    if (unwritten !== undefined) throw new Error(`Cannot write down container ${config.name}: ${unwritten}`);
    const container = this.add(record, runningSince(this.options.clock.now()));
    this.publish(container);
    this.takeExit(id);
    return container.view();
  }

  private add(record: ContainerRecord, state: ContainerState): ProcessContainer {
    const { clock, log } = this.options;
    const directory = this.records.directoryOf(record.id);
    const punch = (path: string, offset: number, length: number): void => {
      this.launcher.ask({ do: 'punch', path, offset, length }).catch(() => {});
    };
    const container = new ProcessContainer({ ...record, directory, clock, log, punch }, state);
    this.containers.set(record.id, container);
    return container;
  }

  /** Takes up one container of an earlier run. False when its claim is being made this moment. */
  private restore(record: ContainerRecord): boolean {
    const { id } = record;
    const claim = this.records.readClaim(id);
    if (claim === 'abandoned' || (claim === undefined && this.records.abandon(id))) {
      this.records.removeContainer(id);
      return true;
    }
    if (claim === undefined) return false;
    this.add(record, runningSince(claim.at));
    this.adopted.add(id);
    if (record.bootId !== this.bootId && this.records.readExit(id) === undefined) this.vanish(id);
    else this.takeExit(id);
    return true;
  }

  /** Publishes the end of a container if its exit has been written down. */
  private takeExit(id: string): boolean {
    const container = this.containers.get(id);
    if (container?.running !== true) return container !== undefined;
    const exit = this.records.readExit(id);
    if (exit === undefined) return false;
    const reason = exit.reason === '' ? reasonOf(exit.exitCode) : exit.reason;
    container.exit(exit.exitCode, reason, exit.reason === '' ? '' : vanishedMessage, exit.at);
    this.adopted.delete(id);
    this.reaper.later(id);
    this.publish(container);
    return true;
  }

  private supervisorGone(id: string, code: number | null): void {
    if (this.takeExit(id) || this.containers.get(id) === undefined) return;
    const claimed = !this.records.abandon(id);
    // It could not write the file, but told its parent. Or it was stopped before it began.
    const exitCode = claimed ? code : this.stops.has(id) ? 143 : null;
    if (exitCode === null) {
      this.vanish(id);
      return;
    }
    this.records.writeExit(id, exitCode, '');
    this.takeExit(id);
  }

  /** The container is gone, or must go, and nobody knows how it ended. */
  private vanish(id: string): void {
    void this.kill(id, []).finally(() => {
      if (this.takeExit(id)) return;
      this.records.writeExit(id, 137, 'ContainerStatusUnknown');
      this.takeExit(id);
    });
  }

  private async checkAdopted(id: string): Promise<void> {
    if (this.takeExit(id)) return;
    const by = this.supervisorOf(id);
    if (by === undefined || !isAlive(by)) this.vanish(id);
  }

  private adoptAll(): void {
    for (const container of this.containers.values()) if (container.running) this.adopted.add(container.id);
  }

  private sweepLater(): void {
    const sweep = (): void => {
      for (const id of this.adopted) void this.checkAdopted(id);
      this.sweepLater();
    };
    this.sweeper = this.options.clock.after(sweepMs, sweep, { background: true });
  }

  private supervisorOf(id: string): ProcessIdentity | undefined {
    const claim = this.records.readClaim(id);
    return claim === undefined || claim === 'abandoned' ? undefined : claim.by;
  }

  /** Answers how many do not die. */
  private kill(id: string, spared: readonly number[]): Promise<number> {
    return this.launcher.ask({ do: 'kill', ids: [id], supervisors: spared });
  }

  private publish(container: ProcessContainer): void {
    const view = container.view();
    for (const listener of this.listeners) listener(view);
  }
}

const vanishedMessage = 'The processes of the container were gone, and nobody was left to tell its exit code';

function reasonOf(exitCode: number): string {
  return exitCode === 0 ? 'Completed' : 'Error';
}

function runningSince(startedAt: Millis): ContainerState {
  return { is: 'running', startedAt };
}

function refuseRunning({ id, running }: ProcessContainer): void {
  if (running) throw new Error(`Cannot remove container ${id}: it is running; stop it first`);
}
