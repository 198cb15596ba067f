import type { Duplex } from 'node:stream';
import type { CommandRequest, RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What the API server may ask of the node that runs a pod. In one program the node agent hands itself over; elsewhere it
 *  is reached over HTTPS (spec: node-agent.md sections 28 and 29). */
export interface NodePort {
  /** The bytes of a container's log, oldest first; ends with the log, or with the container when `follow` is set.
   *  Throws `ApiError` in the words of api.md section 19.3. */
  logs(pod: Pod, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a command in a container (spec: node-agent.md section 28). Throws `ApiError` when it cannot be started. */
  exec(pod: Pod, container: string, request: CommandRequest): Promise<RemoteCommand>;
  /** Follows what a container writes from now on, until it ends. Throws `ApiError` when it does not run, or takes no input and
   *  is to get some. */
  attach(pod: Pod, container: string, request: StreamRequest): Promise<RemoteCommand>;
  /** Removes the directory of a volume that nobody claims any more, if the node has it. Throws when it could not. */
  removeVolume(name: string): Promise<void>;
  /** Connects to a TCP port of a running pod. Either direction of the connection can be ended by itself. Throws, in words for users,
   *  when the pod does not run or nobody listens there. */
  dial(pod: Pod, port: number): Promise<Duplex>;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Milliseconds since the epoch: only lines written at or after it. */
  readonly since?: number;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

/** Finds the node of that name; undefined when nobody answers for it. */
export type NodeDirectory = (nodeName: string) => NodePort | undefined;
