import { type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { Api, Destination, RequestContext, Target } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { dialFailure } from '#server/dial-failure.ts';
import type { Exchange } from '#server/exchange.ts';
import type { PodStream } from '#server/pod-stream.ts';
import { authorityOf, connectTo } from '#server/proxy-connection.ts';
import { answeredHeaders, forwardedHeaders, rewrittenLocation } from '#server/proxy-headers.ts';
import { joinEnds, type Switched } from '#server/proxy-switch.ts';

export interface ProxyDeps {
  readonly api: Api;
  readonly clock: Clock;
}

/** Hands a request on to what an object stands for, and its answer back, as it comes and for as long as it takes (spec: api.md
 *  section 4, `proxy`). `path` is what follows in the path. Resolves when the head of the answer has been written; with the stream
 *  that goes on when the connection has become another protocol. */
export async function answerProxied(
  exchange: Exchange,
  context: RequestContext,
  target: Target,
  path: string,
  { api, clock }: ProxyDeps,
): Promise<PodStream | undefined> {
  if (exchange.query.has('dryRun')) throw apiErrors.badRequest('dryRun is not supported');
  const destination = await api.locate(context, target, path);
  const query = /\?.*$/s.exec(exchange.request.url ?? '')?.[0] ?? '';
  const looks = exchange.method === 'GET' || exchange.method === 'HEAD';
  if (path === '' && looks && exchange.upgrade === undefined) {
    // Or relative links in the answer would lead to another object.
    exchange.head(301, { location: `${escaped(exchange.path)}/${query}` });
    exchange.response.end();
    return undefined;
  }
  // Each request has a connection of its own, so that none can meet the leftovers of another.
  const connection = await connectTo(destination, exchange.signal, clock);
  const request = handOn(exchange, connection, `${escaped(path === '' ? '/' : path)}${query}`);
  const reply = await replyTo(request, destination);
  if (reply.is === 'switched') return joinEnds(exchange, reply, clock);
  reply.message.once('close', () => connection.destroy());
  const prefix = escaped(exchange.path.slice(0, exchange.path.length - path.length));
  handBack(exchange, reply.message, (url) => rewrittenLocation(url, prefix, hostsOf(exchange, destination)));
  return undefined;
}

/** As it is written in a request: what was escaped without need is so no more. */
function escaped(path: string): string {
  const strange = /[^A-Za-z0-9\-_.~$&+,/:;=@]/gu;
  return path.replace(strange, (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function hostsOf({ request }: Exchange, destination: Destination): readonly string[] {
  const asked = request.headers.host ?? request.headers[':authority'];
  return [authorityOf(destination), ...(asked === undefined ? [] : [String(asked)])];
}

function handOn(exchange: Exchange, connection: Duplex, path: string): ClientRequest {
  const { request, upgrade } = exchange;
  const peer = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const headers = forwardedHeaders(request.headers, {
    peer,
    uri: escaped(exchange.path),
    upgrade: upgrade !== undefined,
  });
  const sized = headers['content-length'] !== undefined;
  if (hasBody(exchange) && !sized) headers['transfer-encoding'] = 'chunked';
  const outgoing = sendRequest({
    ...{ path, headers },
    method: exchange.method,
    createConnection: () => connection,
    setHost: false,
    signal: exchange.signal,
  });
  if (hasBody(exchange)) request.pipe(outgoing);
  else outgoing.end();
  return outgoing;
}

function hasBody({ request }: Exchange): boolean {
  if (request.httpVersionMajor === 1) {
    return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  }
  return !(request as unknown as { readonly stream: { readonly endAfterHeaders: boolean } }).stream.endAfterHeaders;
}

type Reply = { readonly is: 'answer'; readonly message: IncomingMessage } | Switched;

function replyTo(request: ClientRequest, destination: Destination): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request.on('response', (message) => resolve({ is: 'answer', message }));
    request.on('upgrade', (message, socket, head) => {
      // From here on the connection is ours alone: what breaks it is told by its close.
      socket.on('error', () => {});
      resolve({ is: 'switched', message, socket, head });
    });
    // Comes also after the answer, from a client that has gone: nobody listens any more.
    request.on('error', (error) => reject(dialFailure(error, authorityOf(destination), destination.scheme)));
  });
}

function handBack(exchange: Exchange, message: IncomingMessage, location: (url: string) => string): void {
  const { statusCode = 0, headers } = message;
  if (statusCode < 200 || statusCode > 599) {
    // Neither could our own client make sense of it; one of them would even take what follows for another answer.
    message.destroy();
    const why = `net/http: HTTP/1.x transport connection broken: malformed HTTP status code "${statusCode}"`;
    throw apiErrors.unavailable(`error trying to reach service: ${why}`);
  }
  exchange.head(statusCode, answeredHeaders(headers, location, { bodiless: statusCode === 204 }));
  exchange.response.flushHeaders();
  // Either end that breaks breaks the other: an answer cut short must not look whole.
  pipeline(message, exchange.response, () => {});
}
