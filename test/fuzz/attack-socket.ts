import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';

export interface AttackTarget {
  readonly port: number;
  readonly authority: string;
}

/** In which the server has seen what was done to it. */
export const waitMs = 30;

export async function openTls({ port, authority }: AttackTarget, protocol: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', ca: authority, ALPNProtocols: [protocol] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** Goes away once the server has closed the connection, or had the time to. */
export async function leave(socket: Socket): Promise<void> {
  socket.resume();
  await Promise.race([once(socket, 'close').catch(() => {}), sleep(waitMs)]);
  socket.destroy();
}
