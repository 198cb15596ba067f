import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { LogOptions } from '#client/node-port.ts';
import type { CommandRequest, RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { readLog } from '#node/logs/read-log.ts';
import { lastWords } from '#node/logs/termination-message.ts';
import { type Machine, readMachine } from '#node/registration/machine.ts';
import { removeDirectory } from '#node/remove.ts';
import { Companions } from '#node/runtime/process/companions.ts';
import { Containers } from '#node/runtime/process/containers.ts';
import { dial } from '#node/runtime/process/dial.ts';
import { Exits } from '#node/runtime/process/exits.ts';
import type { ImageEntry } from '#node/runtime/process/image-map.ts';
import { entryOf, type InvocationInput } from '#node/runtime/process/invocation.ts';
import { Launcher } from '#node/runtime/process/launcher-client.ts';
import { makeMemoryPlace, sweepAbandonedPlaces, sweepMemoryPlace } from '#node/runtime/process/memory-place.ts';
import { canMount } from '#node/runtime/process/mounting.ts';
import { notEnforcedIn } from '#node/runtime/process/not-enforced.ts';
import { canRestrict } from '#node/runtime/process/privileges.ts';
import { readBootId } from '#node/runtime/process/processes.ts';
import { Reaper } from '#node/runtime/process/reaper.ts';
import { Records } from '#node/runtime/process/records.ts';
import { recoverContainers } from '#node/runtime/process/recovery.ts';
import { type NodeRights, refusalOf } from '#node/runtime/process/refusal.ts';
import { lockRoot } from '#node/runtime/process/root-lock.ts';
import { Sandboxes } from '#node/runtime/process/sandboxes.ts';
import { Starts } from '#node/runtime/process/starts.ts';
import { Stops } from '#node/runtime/process/stops.ts';
import { canMakeTerminals } from '#node/runtime/process/terminal.ts';
import type {
  Container,
  ContainerConfig,
  ExecResult,
  PodDirectories,
  Runtime,
  RuntimeSnapshot,
  Sandbox,
  SandboxConfig,
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
  private readonly canMount = canMount();
  private readonly rights: NodeRights = {
    uid: this.user.uid,
    groups: process.getgroups?.() ?? [],
    canMount: this.canMount,
    canMakeTerminals: canMakeTerminals(),
    canRestrict: canRestrict(),
    hasSELinux: existsSync('/sys/fs/selinux/enforce'),
  };
  private readonly memory: string | undefined;
  private readonly launcher: Launcher;
  private readonly sandboxes: Sandboxes;
  private readonly containers: Containers;
  private readonly reaper: Reaper;
  private readonly exits: Exits;
  private readonly starts: Starts;
  private readonly stops: Stops;
  private readonly companions: Companions;

  constructor(options: ProcessRuntimeOptions) {
    const { root, clock, log } = options;
    this.options = options;
    this.version = `process://${options.version}`;
    this.unlock = lockRoot(root);
    // Before the machine is looked at, as the directory is made there.
    const records = new Records(root);
    this.records = records;
    this.machine = { ...readMachine(root), ...(options.ip === undefined ? {} : { ip: options.ip }) };
    // Who may not mount is an ordinary user: his files there may go when he logs out.
    this.memory = this.canMount ? makeMemoryPlace(root) : undefined;
    const pods = join(root, 'pods');
    this.directories = { logs: join(root, 'logs'), pods, memory: this.memory ?? pods };
    const launcher = new Launcher({
      directory: root,
      log,
      onGone: (id, end) => this.starts.ended(id, end),
      onLost: () => this.exits.adoptAll(),
    });
    this.launcher = launcher;
    const containers = new Containers({ records, launcher, clock, log });
    this.containers = containers;
    this.sandboxes = new Sandboxes({
      records,
      containers,
      launcher,
      clock,
      ip: this.machine.ip,
      memory: this.directories.memory,
    });
    if (this.memory !== undefined) {
      sweepMemoryPlace(this.memory, (podUid) => this.sandboxes.has(podUid));
      sweepAbandonedPlaces();
    }
    this.reaper = new Reaper({ launcher, clock, log });
    const isStopping = (id: string): boolean => this.stops.has(id);
    const exits = new Exits({ records, containers, launcher, reaper: this.reaper, clock, log, isStopping });
    this.exits = exits;
    const inputOf = this.inputOf.bind(this);
    const bootId = readBootId();
    this.starts = new Starts({
      records,
      containers,
      exits,
      launcher,
      clock,
      bootId,
      canMount: this.canMount,
      inputOf,
    });
    this.stops = new Stops({
      clock,
      supervisorOf: (id) => records.supervisorOf(id),
      kill: (id, spared) => launcher.ask({ do: 'kill', ids: [id], supervisors: spared }),
      look: (id) => exits.check(id),
    });
    this.companions = new Companions({ records, containers, launcher, clock, inputOf });
  }

  recover(): Promise<void> {
    const { records, containers, exits } = this;
    return recoverContainers({ records, containers, exits, clock: this.options.clock, bootId: readBootId() });
  }

  /** A node that is not root has no choice. */
  imageUser(image: string): number | undefined {
    return this.user.uid === 0 ? entryOf(image, this.options.images ?? [])?.user : undefined;
  }

  refusal(pod: Pod): string | undefined {
    return refusalOf(pod, this.rights);
  }

  hasHandler(name: string): boolean {
    return name === 'process';
  }

  notEnforced(pod: Pod): readonly string[] {
    return notEnforcedIn(pod, this.user.uid === 0);
  }

  imageNote(image: string): string {
    return `Container image "${image}" is ignored by the process runtime`;
  }

  createSandbox(config: SandboxConfig): Promise<Sandbox> {
    return this.sandboxes.create(config);
  }

  removeSandbox(podUid: string): Promise<void> {
    return this.sandboxes.remove(podUid);
  }

  writeVolume(directory: string, payload: Payload, group: number | undefined): Promise<void> {
    const files = [...payload].map(([name, { bytes, ...access }]) => {
      const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      return { ...access, path: name, base64 };
    });
    return this.launcher.ask({ do: 'volume', directory, files, group, now: this.options.clock.now() });
  }

  startContainer(config: ContainerConfig): Promise<Container> {
    return this.starts.start(config);
  }

  stopContainer(id: string, grace: Millis, signal = 'SIGTERM'): Promise<void> {
    const container = this.containers.get(id);
    return container === undefined ? Promise.resolve() : this.stops.stop(container, grace, signal as NodeJS.Signals);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.containers.get(id);
    if (container === undefined) return;
    container.refuseRunning();
    const paths = [container.config.terminationMessagePath, ...this.records.pathsOf(id)];
    await this.launcher.ask({ do: 'remove', paths });
    this.containers.forget(id);
  }

  async list(): Promise<RuntimeSnapshot> {
    const containers = this.containers.all().map((container) => container.view());
    return { sandboxes: this.sandboxes.all(), containers };
  }

  subscribe(listener: (container: Container) => void): () => void {
    return this.containers.subscribe(listener);
  }

  async terminationMessage(id: string, fallbackToLogs: boolean): Promise<string> {
    const config = this.containers.get(id)?.config;
    return config === undefined ? '' : lastWords(config.terminationMessagePath, fallbackToLogs ? config.logPath : '');
  }

  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const container = this.containers.get(id);
    if (container !== undefined) yield* readLog(container, options, signal);
  }

  exec(id: string, command: readonly string[], timeout: Millis): Promise<ExecResult> {
    return this.companions.run(id, command, timeout);
  }

  open(id: string, request: CommandRequest): Promise<RemoteCommand> {
    return this.companions.open(id, request);
  }

  attach(id: string, request: StreamRequest): Promise<RemoteCommand> {
    return this.companions.attach(id, request);
  }

  dial(podUid: string, port: number): Promise<Duplex> {
    const ip = this.sandboxes.ipOf(podUid);
    if (ip === undefined) return Promise.reject(new Error(`Cannot connect to port ${port}: the pod is not here`));
    return dial(['127.0.0.1', '::1', ip], port);
  }

  async close(): Promise<void> {
    this.exits.close();
    for (const container of this.containers.all()) container.release();
    await this.reaper.close();
    await this.launcher.close();
    // Volumes are laid anew at each start of a container.
    const idle = this.containers.all().every(({ running }) => !running);
    if (idle && this.memory !== undefined) removeDirectory(this.memory);
    this.unlock();
  }

  private inputOf(config: ContainerConfig): InvocationInput {
    return {
      config,
      id: Records.idOf(config),
      root: this.options.root,
      hostname: this.sandboxes.hostnameOf(config.podUid),
      defaultDirectory: this.options.workingDirectory ?? '/',
      images: this.options.images ?? [],
    };
  }
}
