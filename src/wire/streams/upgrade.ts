import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { discardInput } from '#wire/linger.ts';

/** A connection whose client wants to leave HTTP behind. */
export interface Upgrade {
  readonly to: 'websocket' | 'spdy';
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What came behind the request already. */
  readonly head: Buffer;
}

/** What a request wants its connection to become; undefined for what we do not speak. */
export function wantedUpgrade(request: IncomingMessage): Upgrade['to'] | undefined {
  if (isWebSocket(request)) return 'websocket';
  const { method = '', headers } = request;
  return /^(GET|POST)$/.test(method) && /^spdy\/3\.1$/i.test(headers.upgrade ?? '') ? 'spdy' : undefined;
}

/** Whether a request is one for a WebSocket, complete as RFC 6455 section 4.1 wants it. */
function isWebSocket({ method, headers }: IncomingMessage): boolean {
  const { upgrade = '' } = headers;
  const key = headers['sec-websocket-key'] ?? '';
  const version = headers['sec-websocket-version'] ?? '';
  return method === 'GET' && /^websocket$/i.test(upgrade) && keyPattern.test(key) && /^(13|8)$/.test(version);
}

const keyPattern = /^[+/0-9A-Za-z]{22}==$/;

/** An ordinary answer to such a request, for those that are refused; the connection ends with it. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // What breaks the connection is told by its close.
  socket.on('error', () => {});
  response.on('finish', () => {
    socket.end();
    discardInput(socket);
  });
  return response;
}
