import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client that was refused may say nothing before it is cut off. */
const lingerMs = 200;

/** Throws away what the client of a refused request still sends, until it falls silent. Bytes that nobody reads would reset the
 *  connection, and take the answer with them, or hide for ever that the client is gone. */
export function discardInput(socket: Socket): void {
  socket.removeAllListeners('data').resume();
  socket.setTimeout(lingerMs, () => socket.destroy());
}

/** How long a client may pause in what it announced, once it has its answer. */
const restMs = 5_000;

/** Lets the rest of an answered request come, since the client may have sent it already; one that falls silent before it has sent
 *  what it announced is cut off. After that the connection may be idle for `idleMs`. */
export function awaitRest(request: IncomingMessage, idleMs: number): void {
  const { socket } = request;
  if (request.complete || socket.destroyed) return;
  const cut = (): void => void socket.destroy();
  socket.setTimeout(restMs, cut);
  request.once('end', () => {
    socket.off('timeout', cut);
    socket.setTimeout(idleMs);
  });
}
