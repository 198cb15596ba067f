import type { WebSocket } from 'ws';
import type { Upgrade } from './upgrade.ts';

/** Nobody sends more in one message. */
const messageBytesMax = 32 * 1024 * 1024;

/** Answers 101, with the name of a protocol that the request offers, or with none if that is empty. */
export async function openWebSocket({ request, socket, head }: Upgrade, protocol: string): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
    handleProtocols: () => (protocol === '' ? false : protocol),
  });
  if (socket.destroyed) throw new Error('the client has gone away');
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error('the client has gone away'));
    socket.once('close', lost);
    server.handleUpgrade(request, socket, head, (accepted) => {
      socket.off('close', lost);
      // Nothing is read, and lost, before somebody listens.
      accepted.pause();
      resolve(accepted);
    });
  });
}
