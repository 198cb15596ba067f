import type { Socket } from 'node:net';

/** How long a client that was refused may say nothing before it is cut off. */
const lingerMs = 200;

/** Throws away what the client of a refused request still sends, until it falls silent. Bytes that nobody reads would reset the
 *  connection, and take the answer with them, or hide for ever that the client is gone. */
export function discardInput(socket: Socket): void {
  socket.removeAllListeners('data').resume();
  socket.setTimeout(lingerMs, () => socket.destroy());
}
