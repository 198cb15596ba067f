import type { Duplex } from 'node:stream';
import type { Millis } from '#base/units.ts';
import type { LogOptions } from '#client/node-port.ts';
import type { CommandRequest, RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Machine } from '#node/registration/machine.ts';
import type { Payload } from '#node/volumes/payload.ts';

/** What runs containers on one machine, shaped like the Container Runtime Interface: pod sandboxes, containers in them, and
 *  attempts counted by the caller. `process`, `simulated` (and later `cri`) stand behind it. It keeps its own durable
 *  record: after a restart of the node agent `list` tells all that ran before, exit codes included. */
export interface Runtime {
  /** As in `containerRuntimeVersion`, such as "process://0.1.0". */
  readonly version: string;
  /** The machine that containers run on. */
  readonly machine: Machine;
  /** Where the files of pods go; a runtime that keeps none ignores the paths made from these. */
  readonly directories: PodDirectories;
  /** Whether probes and hooks are carried out. Where containers only pretend to run they say themselves how they fare. */
  readonly probed: boolean;
  /** Whether volumes are laid out as files on this machine. */
  readonly volumes: boolean;
  /** Who commands run as unless the pod says otherwise; undefined when that depends on the image. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** Whom an image's commands run as unless the pod says otherwise; undefined when that is the node's own user, or not known. */
  imageUser(image: string): number | undefined;
  /** Why this pod can never run here: the field at fault and what is wrong with it. Undefined if it can. */
  refusal(pod: Pod): string | undefined;
  /** Whether runtime classes may choose this way to run pods, by the name of its handler. */
  hasHandler(name: string): boolean;
  /** The fields of this pod that are accepted here but do not do what they say, with a word on each; users are told once. */
  notEnforced(pod: Pod): readonly string[];
  /** What an event says where another runtime would have pulled an image. */
  imageNote(image: string): string;
  /** Prepares the place a pod lives in; a second call with the same uid gives the same sandbox. */
  createSandbox(config: SandboxConfig): Promise<Sandbox>;
  /** Makes a directory show these files and no others, all at once: readers see the old ones or the new ones, never a mix. They
   *  belong to `group`, or to the node's own. */
  writeVolume(directory: string, files: Payload, group: number | undefined): Promise<void>;
  /** Removes what is left of a sandbox whose containers have all ended. No error if it is gone. */
  removeSandbox(podUid: string): Promise<void>;
  /** Starts a container. Never starts the same pod uid, name and attempt twice, whatever crashes in between: a second call
   *  returns the first one's container. Throws `StartError` when the command cannot be started. */
  startContainer(config: ContainerConfig): Promise<Container>;
  /** Asks the container to end with `signal`, waits `grace`, then kills all of its processes. Resolves when none is left.
   *  A later call with a shorter grace shortens the wait. No error if it has ended or is unknown. */
  stopContainer(id: string, grace: Millis, signal?: string): Promise<void>;
  /** Forgets a container that has ended, its record and its files (logs stay with the pod). */
  removeContainer(id: string): Promise<void>;
  /** Everything this runtime knows, for adoption after a restart. */
  list(): Promise<RuntimeSnapshot>;
  /** Called on every change of a container's state, after `list` would show it. Returns the function that ends it. */
  subscribe(listener: (container: Container) => void): () => void;
  /** What an ended container left as its last words (spec: node-agent.md section 15): the end of its termination message
   *  file, or, if that is empty and `fallbackToLogs` is set, the end of its log. Empty when there is neither. */
  terminationMessage(id: string, fallbackToLogs: boolean): Promise<string>;
  /** What the container has written (spec: node-agent.md section 16); with `follow`, until it has ended and all is read.
   *  Nothing for a container that is unknown. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a command beside a container (probes, hooks) with its environment; resolves with exit code and output. */
  exec(id: string, command: readonly string[], timeout: Millis): Promise<ExecResult>;
  /** Runs a command beside a running container for somebody who wants its streams. Throws, in words for him, when it cannot be
   *  started. */
  open(id: string, request: CommandRequest): Promise<RemoteCommand>;
  /** Shows what a running container writes from now on until it ends, and hands it what is written to its input, if it has one:
   *  who attaches first to one that has is shown all that it wrote before. Throws when it does not run. */
  attach(id: string, request: StreamRequest): Promise<RemoteCommand>;
  /** Connects to a TCP port of a pod, as its own containers would at "localhost". Throws, in words for whoever asked, when nobody
   *  listens there. */
  dial(podUid: string, port: number): Promise<Duplex>;
  /** Releases what this process holds. Containers run on, unless the runtime cannot outlive the process. */
  close(): Promise<void>;
}

export interface PodDirectories {
  /** Logs, one directory a pod. */
  readonly logs: string;
  /** Everything else, one directory a pod. */
  readonly pods: string;
  /** Secrets, one directory a pod: in memory where the machine allows it, among the others where not. */
  readonly memory: string;
}

export interface SandboxConfig {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly hostname: string;
  /** Where the logs of this pod's containers go. */
  readonly logDirectory: string;
  /** For files that belong to this pod alone; it and the logs are removed with the sandbox. */
  readonly directory: string;
  /** For scripted pods of the simulated runtime. */
  readonly annotations: { readonly [key: string]: string };
}

export interface Sandbox {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly createdAt: Millis;
}

export interface ContainerConfig {
  readonly podUid: string;
  readonly name: string;
  /** Counts the starts of this container in this pod, from 0. */
  readonly attempt: number;
  readonly image: string;
  /** As the pod says; empty when the image is to say what to run. */
  readonly command: readonly string[];
  /** Appended to the command, the pod's or the image's. */
  readonly args: readonly string[];
  /** What the container sees of the pod's volumes, outer places before those in them. */
  readonly mounts: readonly Mount[];
  readonly workingDirectory: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Log file in CRI format (spec: node-agent.md section 16). */
  readonly logPath: string;
  /** File whose content becomes the termination message. */
  readonly terminationMessagePath: string;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** The groups it is in beside the first of its user. */
  readonly groups?: readonly number[];
  /** What it must not do though its user may; absent for nothing. */
  readonly restrictions?: Restrictions;
  /** The pod wants it to run until it is stopped. */
  readonly longRunning: boolean;
  /** Whether it reads what those who attach write; with `once`, the end of the first one's input is the end of its own. */
  readonly input?: 'open' | 'once';
  /** Whether it runs on a terminal. */
  readonly tty?: true;
}

/** What is taken from a container of what its user may do. */
export interface Restrictions {
  /** No program it starts may do more than it may itself. */
  readonly noNewPrivileges: boolean;
  /** Capabilities as NET_RAW; ALL for every one. */
  readonly dropped: readonly string[];
  /** Those that it keeps nevertheless. */
  readonly added: readonly string[];
  /** The system calls that containers do not make by default are forbidden. */
  readonly defaultSeccomp: boolean;
  /** Only volumes can be written to. */
  readonly readOnlyRoot: boolean;
}

/** A file or directory of this machine that a container sees at another place. */
export interface Mount {
  readonly source: string;
  /** Absolute. */
  readonly target: string;
  readonly readOnly: boolean;
  /** Whether what the machine mounts there later is seen too. */
  readonly propagation: 'private' | 'slave';
}

export type ContainerState =
  | { readonly is: 'running'; readonly startedAt: Millis }
  | {
      readonly is: 'exited';
      readonly startedAt: Millis;
      readonly finishedAt: Millis;
      readonly exitCode: number;
      /** "Completed", "Error", "OOMKilled", "ContainerStatusUnknown". */
      readonly reason: string;
      readonly message: string;
    };

export interface Container {
  /** Without the runtime's name in front. */
  readonly id: string;
  readonly podUid: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** As in `status.imageID`. */
  readonly imageId: string;
  readonly state: ContainerState;
  /** Runs, but says itself that it is not ready yet. */
  readonly unready?: true;
}

export interface RuntimeSnapshot {
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
  readonly timedOut: boolean;
}

/** The command could not be started: not found, not executable, no such directory. `message` follows the wording of
 *  container runtimes, since users search for it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly reason: 'CreateContainerError' | 'CreateContainerConfigError' | 'RunContainerError' | 'StartError';
  readonly exitCode: number;

  constructor(reason: StartError['reason'], message: string, exitCode = 128) {
    super(message);
    this.reason = reason;
    this.exitCode = exitCode;
  }
}
