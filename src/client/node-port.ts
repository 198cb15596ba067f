import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What the API server may ask of the node that runs a pod. In one program the node agent hands itself over; elsewhere it
 *  is reached over HTTPS (spec: node-agent.md sections 28 and 29). */
export interface NodePort {
  /** The bytes of a container's log, oldest first; ends with the log, or with the container when `follow` is set.
   *  Throws `ApiError` in the words of api.md section 19.3. */
  logs(pod: Pod, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
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
