import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Exchange } from '#server/exchange.ts';
import type { PodStream } from '#server/pod-stream.ts';

/** An answer that made another protocol of the connection. */
export interface Switched {
  readonly is: 'switched';
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the head already. */
  readonly head: Buffer;
}

/** How long one end may take what is left after the other has gone. */
const lingerMs: Millis = 10_000;

/** From here on the bytes are nobody's business but the two ends'. */
export function joinEnds(exchange: Exchange, { message, socket: pod, head }: Switched, clock: Clock): PodStream {
  const { upgrade } = exchange;
  if (upgrade === undefined) {
    pod.destroy();
    const to = JSON.stringify(message.headers.upgrade ?? '');
    throw apiErrors.unavailable(
      `error trying to reach service: backend tried to switch protocol ${to} when "" was requested`,
    );
  }
  exchange.audit?.started(101);
  exchange.upgraded = true;
  const { socket: client } = upgrade;
  const lines = ['HTTP/1.1 101 Switching Protocols', `Audit-Id: ${exchange.auditId}`];
  const { rawHeaders } = message;
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (head.length > 0) client.write(head);
  if (upgrade.head.length > 0) pod.write(upgrade.head);
  return tie(client, pod, clock);
}

/** Hands on what each end says to the other. When one has said all, so has the other soon, as upstream does: neither can hold
 *  a connection open by itself. */
function tie(client: Duplex, pod: Duplex, clock: Clock): PodStream {
  let timer: Timer | undefined;
  const cut = (): void => {
    timer?.cancel();
    client.destroy();
    pod.destroy();
  };
  for (const [from, to] of [
    [client, pod],
    [pod, client],
  ] as const) {
    const leave = (): void => {
      to.end();
      if (client.destroyed && pod.destroyed) timer?.cancel();
      else timer ??= clock.after(lingerMs, cut, { background: true });
    };
    from.on('error', cut);
    from.on('end', leave);
    from.on('close', leave);
    from.pipe(to);
  }
  if (client.destroyed || pod.destroyed) cut();
  return { end: cut };
}
