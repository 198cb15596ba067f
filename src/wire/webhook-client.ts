import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as sendRequest } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { goNetworkError } from '#wire/go-network-error.ts';

/** More than any object that can be stored, several times. */
const answerBytesMax = 16 * 1024 * 1024;
const idleConnectionsMax = 8;

export interface Post {
  readonly url: string;
  /** Certificates to trust, as PEM; the system's unless given. */
  readonly authority?: string | undefined;
  /** Connects, or says where to connect, where the URL does not. */
  readonly dial?: (() => Promise<Duplex | Address>) | undefined;
  readonly body: string;
  readonly timeout: Millis;
  readonly signal?: AbortSignal | undefined;
}

export interface PostAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Dialling {
  readonly dial?: () => Promise<Duplex | Address>;
}

/** Connects by a way of the request's own where it has one. Connections are kept by host, port and whom they trust. */
class DiallingAgent extends Agent {
  override createConnection(
    options: RequestOptions & Dialling,
    connected?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const { dial } = options;
    if (dial === undefined) return super.createConnection(options, connected);
    dial().then(
      (reached) => {
        const socket = 'host' in reached ? connect(reached.port, reached.host) : reached;
        const secured = secure({ ...(options as ConnectionOptions), socket });
        // TLS on top of a connection does not hear why that broke.
        socket.once('error', (error) => secured.destroy(error));
        connected?.(null, secured);
      },
      (error: Error) => connected?.(error, undefined as never),
    );
    return undefined;
  }
}

/** Sends JSON to servers by HTTPS, over connections that are kept open. An answer that is too long or too late is an error; errors read
 *  as Go's network library has them. Redirects are not followed. */
export function createWebhookClient(clock: Clock): (post: Post) => Promise<PostAnswer> {
  const agent = new DiallingAgent({ keepAlive: true, maxFreeSockets: idleConnectionsMax });
  const send = async (post: Post, mayRepeat: boolean): Promise<PostAnswer> => {
    const attempt = begin(agent, post, clock);
    try {
      return await attempt.answer;
    } catch (error) {
      // The other end may close a kept connection at the moment we use it again.
      const { code } = error as NodeJS.ErrnoException;
      const stale = attempt.reused() && (code === 'ECONNRESET' || code === 'EPIPE');
      if (stale && mayRepeat) return send(post, false);
      throw goNetworkError(error as Error, new URL(post.url));
    }
  };
  return (post) => send(post, true);
}

interface Attempt {
  readonly answer: Promise<PostAnswer>;
  /** Whether it went over a connection that had been used before, and no answer came. */
  reused(): boolean;
}

function begin(agent: Agent, post: Post, clock: Clock): Attempt {
  const { promise: answer, resolve, reject } = Promise.withResolvers<PostAnswer>();
  const body = Buffer.from(post.body);
  let answered = false;
  const { dial, authority } = post;
  const options: RequestOptions & Dialling = {
    agent,
    method: 'POST',
    headers: {
      accept: 'application/json, */*',
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': 'kube-apiserver-admission',
    },
    ...(authority === undefined ? {} : { ca: authority }),
    ...(dial === undefined ? {} : { dial }),
  };
  const request = sendRequest(post.url, options, (message) => {
    answered = true;
    readAll(message).then(resolve, giveUp);
  });
  // Once there is an answer, a request that is ended tells nobody why.
  const giveUp = (error: Error): void => {
    reject(error);
    request.destroy();
  };
  request.on('error', reject);
  const timer = clock.after(post.timeout, () => giveUp(new Error('context deadline exceeded')), { background: true });
  const leave = (): void => giveUp(new Error('context canceled'));
  post.signal?.addEventListener('abort', leave);
  if (post.signal?.aborted === true) leave();
  request.end(body);
  const ended = answer.finally(() => {
    timer.cancel();
    post.signal?.removeEventListener('abort', leave);
  });
  return { answer: ended, reused: () => request.reusedSocket && !answered };
}

async function readAll(message: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  const { statusCode = 0, headers } = message;
  return {
    status: statusCode,
    contentType: headers['content-type'] ?? '',
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
