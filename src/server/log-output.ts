import type { Exchange } from '#server/exchange.ts';
import { drained } from '#wire/drained.ts';
import { openWebSocket } from '#wire/streams/open-web-socket.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

/** Where the bytes of a log go. */
export interface LogOutput {
  /** Settles when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
}

/** The body of the answer, whose head is sent at once. */
export function answerLogOutput(exchange: Exchange): LogOutput {
  const { response } = exchange;
  exchange.head(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  return {
    write: async (bytes) => {
      if (!response.write(bytes)) await drained(response, exchange.signal);
    },
    end: () => response.end(),
  };
}

const asText = 'base64.binary.k8s.io';
const protocols = ['binary.k8s.io', asText];

/** A WebSocket of binary messages, or of text in base64 where the client asks for the protocol of that name. An empty message comes
 *  first, so that clients see the log begin. What the client says is not listened to. */
export async function webSocketLogOutput(exchange: Exchange, upgrade: Upgrade): Promise<LogOutput> {
  exchange.audit?.started(101);
  exchange.upgraded = true;
  const offered = String(upgrade.request.headers['sec-websocket-protocol'] ?? '').split(',');
  const protocol = offered.map((name) => name.trim()).find((name) => protocols.includes(name)) ?? '';
  const socket = await openWebSocket(upgrade, protocol);
  // What breaks the connection is told by its close; what the client sends is read to learn of that.
  socket.on('error', () => {});
  socket.resume();
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      const message = protocol === asText ? Buffer.from(bytes).toString('base64') : bytes;
      socket.send(message, () => resolve());
    });
  await write(new Uint8Array());
  return { write, end: () => socket.close(1000) };
}
