import type { IncomingMessage } from 'node:http';
import { type Endpoint, tlsOptions } from '../http-client.ts';
import { latestProtocol } from './channel-protocol.ts';
import { ChannelSocket } from './channel-socket.ts';

const aliveMs = 30_000;

/** Opens channels to a server. Resolves with its answer instead when it refuses; rejects when it cannot be reached. */
export async function dialChannels(endpoint: Endpoint, path: string): Promise<ChannelSocket | IncomingMessage> {
  const { WebSocket } = await import('ws');
  const url = endpoint.server.replace(/^http/, 'ws') + path;
  const headers = endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` };
  const socket = new WebSocket(url, [latestProtocol.name], {
    perMessageDeflate: false,
    headers,
    ...tlsOptions(endpoint),
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('upgrade', (response) => response.socket.setKeepAlive(true, aliveMs));
    socket.on('unexpected-response', (_request, response) => resolve(response));
    socket.on('open', () => resolve(new ChannelSocket(socket, latestProtocol)));
  });
}
