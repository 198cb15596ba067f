import type { EventEncoding } from '#server/event-encoding.ts';
import type { Exchange } from '#server/exchange.ts';
import { openWebSocket } from '#wire/streams/open-web-socket.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

/** Where the events of a watch go. */
export interface WatchOutput {
  /** Whether several events may be written in one piece. */
  readonly joins: boolean;
  /** False when it has enough for now and will tell `onDrain`. */
  write(piece: string | Uint8Array): boolean;
  onDrain(listener: () => void): void;
  end(): void;
}

/** The body of the answer. Its head is sent at once: clients wait for it before they believe in the watch. */
export function answerOutput(exchange: Exchange, { contentType }: EventEncoding): WatchOutput {
  const { response } = exchange;
  exchange.head(200, { 'content-type': contentType });
  response.flushHeaders();
  return {
    joins: true,
    write: (piece) => response.write(piece),
    onDrain: (listener) => response.on('drain', listener),
    end: () => response.end(),
  };
}

/** So much may wait in a WebSocket before no more is written. */
const waitingBytesMax = 65_536;

/** A WebSocket of which each event is one message: text, or for protobuf binary and without its length before it. What the client
 *  says is not listened to (spec: api.md section 13.2). */
export async function webSocketOutput(
  exchange: Exchange,
  upgrade: Upgrade,
  { headBytes }: EventEncoding,
): Promise<WatchOutput> {
  exchange.audit?.started(101);
  exchange.upgraded = true;
  const socket = await openWebSocket(upgrade, offeredProtocol(upgrade));
  // What breaks the connection is told by its close; what the client sends is read to learn of that.
  socket.on('error', () => {});
  socket.resume();
  let drained = (): void => {};
  const sent = (): void => {
    if (socket.bufferedAmount <= waitingBytesMax) drained();
  };
  return {
    joins: false,
    write: (piece) => {
      if (typeof piece === 'string') socket.send(piece, sent);
      else socket.send(piece.subarray(headBytes), { binary: headBytes > 0 }, sent);
      return socket.bufferedAmount <= waitingBytesMax;
    },
    onDrain: (listener) => {
      drained = listener;
    },
    end: () => socket.close(1000),
  };
}

/** The first that carries no token: a client that offers some wants to hear one of them. */
function offeredProtocol({ request }: Upgrade): string {
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(',');
  const names = offered.map((name) => name.trim());
  return names.find((name) => !name.startsWith('base64url.bearer.authorization.k8s.io.')) ?? '';
}
