import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { hostname, networkInterfaces } from 'node:os';

/** The address by which others reach this machine; loopback only if there is no other. */
export function machineAddress(): string {
  return machineAddresses().find((address) => !address.includes(':')) ?? '127.0.0.1';
}

/** All addresses of this machine that others may reach it under. */
function machineAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0).map(({ address }) => address);
}

/** Whether listening there means listening on every address. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** The names and addresses by which others reach a server of this machine that listens on `host`. */
export function reachableAs(host: string): readonly string[] {
  return isWildcard(host) ? [hostname().toLowerCase(), ...machineAddresses()] : [host];
}

/** The address of this machine that a host is spoken to from, so the one that host can answer to. The machine's first where
 *  that cannot be told, or where the host is this machine. */
export async function addressTowards(host: string): Promise<string> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    // Nothing is sent: the kernel only chooses the way.
    socket.connect(9, host);
    await once(socket, 'connect');
    const { address } = socket.address();
    return isLoopback(address) || isWildcard(address) ? machineAddress() : address;
  } catch {
    return machineAddress();
  } finally {
    socket.close();
  }
}
