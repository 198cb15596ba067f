import type { Duplex } from 'node:stream';
import { connect as secure } from 'node:tls';
import type { Destination } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { dialFailure } from '#server/dial-failure.ts';

/** A machine that does not answer at all is given up after this long. */
const dialMs: Millis = 30_000;

/** As it stands in messages: IPv6 addresses in brackets. */
export function authorityOf({ host, port }: Pick<Destination, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Connects to where a request is to be handed on, in plain or by TLS as its scheme wants. Throws ServiceUnavailable when nobody
 *  answers, in time and before `signal`. */
export async function connectTo(destination: Destination, signal: AbortSignal, clock: Clock): Promise<Duplex> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = clock.after(dialMs, () => reject(new Error('i/o timeout')), { background: true });
  const leave = (): void => reject(new Error('the client has gone'));
  signal.addEventListener('abort', leave);
  const dialling = destination.dial();
  try {
    const connection = await Promise.race([dialling, tooLate]);
    return destination.scheme === 'https' ? secured(connection) : connection;
  } catch (error) {
    dialling.then(
      (connection) => connection.destroy(),
      () => {},
    );
    throw dialFailure(error as Error, authorityOf(destination), destination.scheme);
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', leave);
  }
}

/** Nobody vouches for the certificates of pods: it is the object that was asked for that says who is meant. */
function secured(socket: Duplex): Duplex {
  return secure({ socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
}
