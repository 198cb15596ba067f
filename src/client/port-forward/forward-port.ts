import type { Duplex, Writable } from 'node:stream';
import { joinStreams } from '#client/join-streams.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Where connections go. */
export interface PortForwardTarget {
  readonly pod: Pod;
  /** See `NodePort.dial`. */
  dial(port: number): Promise<Duplex>;
}

/** Carries one connection to a port of a pod: `data` is what a client says and hears, `error` takes what is wrong, in words for its
 *  user, and ends after the connection. A connection that breaks later breaks `data`, without words: clients give up all of their
 *  connections for a word about one. */
export async function forwardPort(
  target: PortForwardTarget,
  port: number,
  data: Duplex,
  error: Writable,
): Promise<void> {
  let connection: Duplex;
  try {
    connection = await target.dial(port);
  } catch (failure) {
    const { name, uid } = target.pod.metadata;
    error.end(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${(failure as Error).message}`);
    data.resume().end();
    return;
  }
  // The other end has gone, and with it this one.
  await joinStreams(data, connection).catch(() => {});
  error.end();
}
