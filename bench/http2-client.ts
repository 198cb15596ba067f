import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { readKubeconfig } from '#client/kubeconfig.ts';
import type { Endpoint } from '#wire/http-client.ts';
import {
  acknowledged,
  endStream,
  type FrameHead,
  FrameReader,
  frame,
  frameType,
  headBytes,
  isSuccess,
  preface,
  requestHead,
  settings,
  windowUpdate,
} from './http2-frames.ts';
import type { RunningCluster } from './packaged.ts';

const windowBytes = 2 ** 31 - 1;
/** What HTTP/2 begins with unless told otherwise. */
const firstWindowBytes = 65_535;
const frameBytes = 16_384;

export interface BenchRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: { readonly [name: string]: string };
}

interface OpenStream {
  readonly onData: (chunk: Buffer) => void;
  readonly onHead: () => void;
  readonly onEnd: (failed?: Error) => void;
  readonly what: string;
  isGood: boolean;
}

/** One HTTP/2 connection that does as little as a client can: what is measured is the server, and Node's own client would take
 *  longer for most answers than the server does. */
export class BenchConnection {
  private readonly socket: TLSSocket;
  private readonly authority: string;
  private readonly streams = new Map<number, OpenStream>();
  /** Bodies that wait until the server will take them, in their order. */
  private readonly waiting: Buffer[] = [];
  private sendWindow = firstWindowBytes;
  private received = 0;
  private lastStream = -1;

  private constructor(socket: TLSSocket, authority: string) {
    this.socket = socket;
    this.authority = authority;
    const reader = new FrameReader((head, payload, isLast) => this.take(head, payload, isLast));
    socket.on('data', (chunk: Buffer) => reader.read(chunk));
    socket.on('error', (error) => this.failAll(error));
    socket.on('close', () => this.failAll(new Error('The server closed the connection')));
    socket.setNoDelay(true);
    const noTable = [1, 0] as const;
    const noPush = [2, 0] as const;
    socket.write(
      Buffer.concat([
        preface,
        settings([noTable, noPush, [4, windowBytes]]),
        windowUpdate(0, windowBytes - firstWindowBytes),
      ]),
    );
  }

  static async open({ server, authority, certificate, key }: Endpoint): Promise<BenchConnection> {
    const { hostname, port, host } = new URL(server);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ALPNProtocols: ['h2'],
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
    });
    await once(socket, 'secureConnect');
    return new BenchConnection(socket, host);
  }

  static async to({ kubeconfig }: RunningCluster): Promise<BenchConnection> {
    return BenchConnection.open(await readKubeconfig(kubeconfig));
  }

  /** The whole answer. Rejects unless it says that all went well. */
  async request(request: BenchRequest): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.stream(request, (chunk) => chunks.push(chunk)).ended;
    return Buffer.concat(chunks);
  }

  /** How many bytes the answer has; none of them is kept. Rejects as `request` does. */
  async bytesOf(request: BenchRequest): Promise<number> {
    let bytes = 0;
    await this.stream(request, (chunk) => {
      bytes += chunk.length;
    }).ended;
    return bytes;
  }

  /** Gives `onData` what comes, as it comes; `began` resolves with the head. */
  stream(
    { method = 'GET', path, body, headers = {} }: BenchRequest,
    onData: (chunk: Buffer) => void,
  ): { readonly began: Promise<void>; readonly ended: Promise<void> } {
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    this.lastStream += 2;
    this.streams.set(this.lastStream, {
      onData,
      onHead: began.resolve,
      onEnd: (failed) => (failed === undefined ? ended.resolve() : ended.reject(failed)),
      what: `${method} ${path}`,
      isGood: false,
    });
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const names = { ':method': method, ':scheme': 'https', ':path': path, ':authority': this.authority };
    this.socket.cork();
    this.socket.write(requestHead(this.lastStream, { ...names, ...json, ...headers }, body === undefined));
    if (body !== undefined) this.sendBody(this.lastStream, Buffer.from(body));
    process.nextTick(() => this.socket.uncork());
    return { began: began.promise, ended: ended.promise };
  }

  close(): void {
    this.streams.clear();
    this.socket.destroy();
  }

  private sendBody(stream: number, body: Buffer): void {
    for (let at = 0; at < body.length; at += frameBytes) {
      const isLast = at + frameBytes >= body.length;
      this.waiting.push(frame(frameType.data, isLast ? endStream : 0, stream, body.subarray(at, at + frameBytes)));
    }
    this.sendWaiting();
  }

  /** A stream's own window is as large as that of the connection at least: bodies here are smaller than it. */
  private sendWaiting(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const counted = next.length - headBytes;
      if (counted > this.sendWindow) break;
      this.waiting.shift();
      this.sendWindow -= counted;
      this.socket.write(next);
    }
  }

  private take(head: FrameHead, payload: Buffer, isLast: boolean): void {
    const { type, stream } = head;
    if (type === frameType.data) this.takeData(stream, payload);
    else if (type === frameType.headers) this.begin(stream, payload);
    else if (type === frameType.reset) this.end(stream);
    else if (type === frameType.goAway) this.failAll(new Error('The server sends the connection away'));
    else if (type === frameType.windowUpdate) this.widen(stream, payload.readUInt32BE());
    else this.acknowledge(head, payload);
    const mayEnd = type === frameType.data || type === frameType.headers;
    if (mayEnd && isLast && (head.flags & endStream) !== 0) this.end(stream);
  }

  private takeData(stream: number, payload: Buffer): void {
    this.received += payload.length;
    if (this.received > windowBytes / 2) {
      this.socket.write(windowUpdate(0, this.received));
      this.received = 0;
    }
    this.streams.get(stream)?.onData(payload);
  }

  private widen(stream: number, bytes: number): void {
    if (stream === 0) this.sendWindow += bytes;
    this.sendWaiting();
  }

  private acknowledge({ type, flags }: FrameHead, payload: Buffer): void {
    const isWanted = type === frameType.settings || type === frameType.ping;
    if (!isWanted || (flags & acknowledged) !== 0) return;
    this.socket.write(frame(type, acknowledged, 0, type === frameType.ping ? payload : Buffer.alloc(0)));
  }

  private begin(id: number, block: Buffer): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    stream.isGood = isSuccess(block);
    stream.onHead();
  }

  private end(id: number): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    stream?.onEnd(stream.isGood ? undefined : new Error(`${stream.what} failed`));
  }

  private failAll(error: Error): void {
    for (const [id, stream] of this.streams) {
      this.streams.delete(id);
      stream.onEnd(error);
    }
  }
}

/** How many of `count` calls a second end well, `parallel` of them under way at any time. */
export async function ratePerSecond(
  count: number,
  parallel: number,
  call: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return count / ((performance.now() - begin) / 1000);
}
