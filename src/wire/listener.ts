import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { systemClock, type Timer } from '#base/clock.ts';
import { awaitRest, discardInput } from '#wire/linger.ts';
import type { KeyPair } from '#wire/pki/issue.ts';
import { responseOn, type Upgrade, wantedUpgrade } from '#wire/streams/upgrade.ts';

/** A request of either HTTP version: HTTP/2's own classes offer the same, all but the trailers. */
export type Request = IncomingMessage;
export type Response = ServerResponse;

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly server: KeyPair;
  /** PEM certificates that client certificates are checked against. */
  readonly clientAuthority: string;
  readonly onRequest: (request: Request, response: Response) => void;
  /** How long a connection may be without a request, in milliseconds; two minutes unless given. */
  readonly idleMs?: number;
  /** Who takes requests for WebSockets and SPDY; without anybody they are answered as plain ones. */
  readonly upgrades?: UpgradeTaker;
}

export interface UpgradeTaker {
  /** The paths, with their queries, where connections may leave HTTP. */
  readonly paths: RegExp;
  /** `response` is the answer to write if the request is refused. */
  readonly onUpgrade: (upgrade: Upgrade, response: Response) => void;
}

/** An open port. */
export interface Listener {
  /** The IP address that it listens on. */
  readonly ip: string;
  readonly port: number;
  /** Serves new connections with another certificate; the open ones stay. */
  renew(server: KeyPair, clientAuthority: string): void;
  /** Takes no new connections, lets requests under way end, and resolves when the last connection is closed. Connections
   *  still open when `signal` aborts are cut. */
  close(signal: AbortSignal): Promise<void>;
}

/** Opens one TLS port that speaks HTTP/1.1 and HTTP/2, as the client prefers (spec: api.md section 1.1).
 *
 *  Plain `node:http2`, no web framework: routes here are a grammar, not a table; watches need the raw stream with its
 *  back-pressure; and a framework's hooks would cost on every request what is decided once here.
 *
 *  A client certificate is asked for, not required, and judged by the authenticator, so that a bad one is answered with 401
 *  instead of a broken handshake. Nothing caps connections or cuts long answers: a watch may live for hours. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { idleMs = defaultIdleMs } = options;
  const connections = new Set<TLSSocket>();
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer({
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: false,
    ...credentials(options.server, options.clientAuthority),
    settings: { maxConcurrentStreams: 1000, enableConnectProtocol: false },
    // Aggregated discovery and long selectors make long request heads.
    maxHeaderSize: 1024 * 1024,
    maxHeaderListPairs: 2000,
    maxSessionMemory: 256,
    handshakeTimeout: slowStartMs,
  } as Parameters<typeof createSecureServer>[0]);
  allowLongAnswers(server, idleMs);
  server.on('secureConnection', (socket) => remember(connections, socket));
  server.on('session', (session) => {
    remember(sessions, session);
    endWhenIdle(session, idleMs);
  });
  // A client that goes away in the middle of a handshake or a request is no concern of the operator.
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  server.on('clientError', refuse);
  // A kept connection that falls idle while the port closes would hold it open.
  server.on('request', (request, response) => {
    response.once('finish', () => {
      if (request.httpVersionMajor === 1) awaitRest(request as unknown as IncomingMessage, idleMs);
      if (!server.listening) setImmediate(() => closeIdle(server));
    });
  });
  server.on('request', options.onRequest as unknown as Parameters<typeof server.on<'request'>>[1]);
  if (options.upgrades !== undefined) takeUpgrades(server, options.upgrades, options.onRequest);
  await listening(server, options);
  const { address, port } = server.address() as AddressInfo;
  return {
    ip: address,
    port,
    renew: (pair, authority) => server.setSecureContext(credentials(pair, authority)),
    close: (signal) => close(server, connections, sessions, signal),
  };
}

/** What is no HTTP/1.1 cannot be routed to anybody who would answer with a Status. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const head = ['content-type: text/plain; charset=utf-8', 'connection: close', `content-length: ${status.length}`];
  socket.write(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${status}`);
  discardInput(socket as TLSSocket);
}

function credentials(pair: KeyPair, clientAuthority: string): { cert: string; key: string; ca: string } {
  return { cert: pair.certificate, key: pair.key, ca: clientAuthority };
}

/** How long a client may take for its handshake, and for the head of a request, as upstream has it. */
const slowStartMs = 32_000;
/** For all of a request: what is uploaded through a proxy takes its time. */
const requestMs = 3_600_000;
const defaultIdleMs = 120_000;

/** A connection of HTTP/2 is kept for its next request, not for ever; its time is the machine's, like that of sockets. The
 *  session's own timer would be set again at every write to each of its streams: a twentieth of what an event costs that goes to
 *  many watches. */
function endWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  const closeSoon = (): Timer => systemClock.after(idleMs, () => session.close(), { background: true });
  let streams = 0;
  let idle = closeSoon();
  session.on('stream', (stream) => {
    if (streams++ === 0) idle.cancel();
    stream.once('close', () => {
      if (--streams === 0 && !session.destroyed) idle = closeSoon();
    });
  });
  session.once('close', () => idle.cancel());
}

/** The time limits are the HTTP/1.1 half's; the type of the secure server does not show them. */
function allowLongAnswers(server: Http2SecureServer, idleMs: number): void {
  server.setTimeout(0);
  Object.assign(server, {
    requestTimeout: requestMs,
    headersTimeout: slowStartMs,
    keepAliveTimeout: idleMs,
    maxRequestsPerSocket: 0,
  });
}

/** `shouldUpgradeCallback` is the HTTP/1.1 half's; the type of the secure server does not show it. */
function takeUpgrades(
  server: Http2SecureServer,
  { paths, onUpgrade }: UpgradeTaker,
  onRequest: ListenerOptions['onRequest'],
): void {
  const wanted = (request: IncomingMessage): Upgrade['to'] | undefined =>
    paths.test(request.url ?? '') ? wantedUpgrade(request) : undefined;
  const shouldUpgradeCallback = (request: IncomingMessage): boolean => wanted(request) !== undefined;
  Object.assign(server, { shouldUpgradeCallback });
  server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    const response = responseOn(request, socket);
    const to = wanted(request);
    if (to !== undefined) return onUpgrade({ to, request, socket, head }, response);
    // Node before 24.9 asks nobody, and takes all that want to become something else for upgrades.
    socket.resume();
    return onRequest(request, response);
  });
}

function remember<T extends { once(event: 'close', listener: () => void): unknown }>(set: Set<T>, item: T): void {
  set.add(item);
  item.once('close', () => set.delete(item));
}

/** The port cannot be had; the message says why. */
class ListenError extends Error {
  override readonly name = 'ListenError';
}

async function listening(server: Http2SecureServer, { host, port }: ListenerOptions): Promise<void> {
  try {
    const listens = once(server, 'listening');
    // Node 26 can be told that this is an address. Otherwise it tries whether it is one of IPv6, by an expression that takes it
    // longer to compile than all the rest of a server.
    if (typeof net.BoundSocket === 'function' && net.isIPv4(host)) server.listen(new net.BoundSocket({ host, port }));
    else server.listen(port, host);
    await listens;
  } catch (error) {
    throw new ListenError(`Cannot listen on ${host}:${port}: ${refusalOf(error as NodeJS.ErrnoException)}`);
  }
}

function refusalOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there. Choose another port (0 takes a free one)';
    case 'EACCES':
      return 'this user may not. Choose a port above 1023';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address. Choose another, such as 127.0.0.1 or 0.0.0.0';
    default:
      return message;
  }
}

/** Closes HTTP/1.1 connections without a request under way; the type of the secure server does not show it. */
function closeIdle(server: Http2SecureServer): void {
  (server as unknown as { closeIdleConnections?(): void }).closeIdleConnections?.();
}

function close(
  server: Http2SecureServer,
  connections: ReadonlySet<TLSSocket>,
  sessions: ReadonlySet<ServerHttp2Session>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => {
      for (const session of sessions) session.destroy();
      for (const connection of connections) connection.destroy();
    };
    server.close(() => {
      signal.removeEventListener('abort', cut);
      resolve();
    });
    for (const session of sessions) session.close();
    closeIdle(server);
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
}
