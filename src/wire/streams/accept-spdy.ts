import type { Duplex } from 'node:stream';
import type { Upgrade } from './upgrade.ts';

/** Answers 101; from here on the connection speaks SPDY/3.1. The request must have offered the protocol. */
export function acceptSpdy({ socket, head }: Upgrade, protocol: string): Duplex {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${protocol}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}
