import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { dialError } from '#node/probes/check-result.ts';

/** Connects to the first of `hosts` that answers on `port`; either direction can be ended by itself. Throws what the first host
 *  had to say when none answers. */
export async function dial(hosts: readonly string[], port: number): Promise<Socket> {
  let refusal: Error | undefined;
  for (const host of hosts) {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    // What breaks it later is told by its close: it may break before anybody has begun to use it.
    socket.on('error', () => {});
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      refusal ??= new Error(dialError({ host, port }, error));
    }
  }
  throw refusal ?? new Error(`Cannot connect to port ${port}: there is no host to try`);
}
