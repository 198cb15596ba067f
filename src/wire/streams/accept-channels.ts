import type { Clock } from '#base/clock.ts';
import type { ChannelProtocol } from './channel-protocol.ts';
import { ChannelSocket } from './channel-socket.ts';
import type { Upgrade } from './upgrade.ts';

/** Nobody sends more in one message. */
const messageBytesMax = 32 * 1024 * 1024;

/** Answers 101. The request must have offered the protocol. */
export async function acceptChannels(
  { request, socket, head }: Upgrade,
  protocol: ChannelProtocol,
  clock: Clock,
): Promise<ChannelSocket> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
    handleProtocols: () => (protocol.name === '' ? false : protocol.name),
  });
  if (socket.destroyed) throw new Error('the client has gone away');
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error('the client has gone away'));
    socket.once('close', lost);
    server.handleUpgrade(request, socket, head, (accepted) => {
      socket.off('close', lost);
      resolve(new ChannelSocket(accepted, protocol, clock));
    });
  });
}
