import { type ClientHttp2Session, connect } from 'node:http2';
import { readKubeconfig } from '#client/kubeconfig.ts';
import type { Endpoint } from '#wire/http-client.ts';
import type { RunningCluster } from './packaged.ts';

const windowBytes = 64 * 1024 * 1024;

export interface BenchRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: { readonly [name: string]: string };
}

/** One HTTP/2 connection that does as little as a client can. */
export class BenchConnection {
  private readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
  }

  static async open({ server, authority, certificate, key }: Endpoint): Promise<BenchConnection> {
    const session = connect(server, {
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
      settings: { initialWindowSize: windowBytes },
    });
    await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject));
    session.setLocalWindowSize(windowBytes);
    return new BenchConnection(session);
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

  /** Gives `onData` what comes, as it comes; `began` resolves with the head. */
  stream(
    { method = 'GET', path, body, headers = {} }: BenchRequest,
    onData: (chunk: Buffer) => void,
  ): { readonly began: Promise<void>; readonly ended: Promise<void> } {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const stream = this.session.request({ ':method': method, ':path': path, ...json, ...headers });
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    let status = 0;
    stream.on('response', (head) => {
      status = head[':status'] ?? 0;
      began.resolve();
    });
    stream.on('data', onData);
    stream.on('error', ended.reject);
    stream.on('end', () => (status < 300 ? ended.resolve() : ended.reject(new Error(`${method} ${path}: ${status}`))));
    stream.end(body);
    return { began: began.promise, ended: ended.promise };
  }

  close(): void {
    this.session.destroy();
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
