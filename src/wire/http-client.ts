import { request as httpRequest, type IncomingMessage, Agent as PlainAgent } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Millis } from '#base/units.ts';

/** Where to connect and as whom. */
export interface Endpoint {
  /** Such as "https://127.0.0.1:6443"; http is for `kubectl proxy` and the like. */
  readonly server: string;
  /** PEM certificates to trust; the system's when absent. */
  readonly authority?: string;
  /** PEM client certificate and key. */
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
  /** The name that the server's certificate must be for; that in the address unless given. */
  readonly serverName?: string;
  /** Trust any server. */
  readonly insecure?: boolean;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** For how long the server may send nothing; for ever unless given. A machine that is gone refuses nothing: what was sent to it
   *  waits a quarter of an hour for the system to give it up. */
  readonly silenceMsMax?: Millis | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body as it arrives. To be read to its end or destroyed: until then the connection is not free. */
  readonly body: IncomingMessage;
}

/** Sends requests to one server over connections that are kept open. */
export interface HttpClient {
  /** Resolves when the head of the answer is there. Rejects when there is none: refused, cut, aborted. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes all connections. */
  close(): void;
}

/** HTTP/1.1: a connection for each watch costs a few kilobytes, and no watch waits behind another. */
export function createHttpClient(endpoint: Endpoint): HttpClient {
  const url = new URL(endpoint.server);
  const secure = url.protocol === 'https:';
  const agent = secure ? new Agent({ keepAlive: true, ...tlsOptions(endpoint) }) : new PlainAgent({ keepAlive: true });
  const base = url.pathname.replace(/\/$/, '');
  const send = (wanted: HttpRequest, retries: number): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(
        {
          agent,
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port === '' ? (secure ? 443 : 80) : url.port,
          method: wanted.method,
          path: base + wanted.path,
          headers: headersOf(endpoint, wanted),
          ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
          ...(wanted.silenceMsMax === undefined ? {} : { timeout: wanted.silenceMsMax }),
        },
        (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }),
      );
      request.on('timeout', () => request.destroy(new Error(`no word within ${wanted.silenceMsMax} ms`)));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close a kept connection at the moment we use it again. Only a read may be sent twice.
        const stale =
          wanted.method === 'GET' && request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (stale && retries > 0) send(wanted, retries - 1).then(resolve, reject);
        else reject(error);
      });
      request.end(wanted.body);
    });
  return { send: (wanted) => send(wanted, 2), close: () => agent.destroy() };
}

/** How a connection to it is secured, for `node:tls`. */
export function tlsOptions(endpoint: Endpoint): object {
  const { serverName } = endpoint;
  return {
    ...(endpoint.authority === undefined ? {} : { ca: endpoint.authority }),
    ...(endpoint.certificate === undefined ? {} : { cert: endpoint.certificate }),
    ...(endpoint.key === undefined ? {} : { key: endpoint.key }),
    ...(serverName === undefined ? {} : { checkServerIdentity: checkAs(serverName) }),
    rejectUnauthorized: !(endpoint.insecure ?? false),
  };
}

function checkAs(name: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (_host, certificate) => checkServerIdentity(name, certificate);
}

function headersOf(endpoint: Endpoint, wanted: HttpRequest): { [name: string]: string } {
  return {
    ...(endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` }),
    ...(wanted.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(wanted.body)) }),
    ...wanted.headers,
  };
}

/** The whole of a body, as text. */
export async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The lines of a body as they arrive, without their line feeds; a last line without one is not a line. */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of body) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const line = chunk.subarray(from, at);
      yield rest.length === 0 ? line.toString('utf8') : Buffer.concat([...rest, line]).toString('utf8');
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}
