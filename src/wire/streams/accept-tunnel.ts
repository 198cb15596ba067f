import type { Duplex } from 'node:stream';
import { openWebSocket } from './open-web-socket.ts';
import type { Upgrade } from './upgrade.ts';

/** The name under which SPDY is spoken inside a WebSocket (spec: api.md section 19.6). */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';

/** Answers 101; the messages of the WebSocket, put together, are the bytes of another connection. */
export async function acceptTunnel(upgrade: Upgrade): Promise<Duplex> {
  const { createWebSocketStream } = await import('ws');
  return createWebSocketStream(await openWebSocket(upgrade, tunnelProtocol));
}
