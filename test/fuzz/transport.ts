import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { createHttpClient } from '#wire/http-client.ts';
import type { FuzzRequest } from './requests.ts';
import type { FuzzAnswer } from './verdicts.ts';

/** Headers that HTTP/2 has no place for. */
const connectionHeaders = new Set(['connection', 'upgrade', 'expect']);

const headLengthMax = 60_000;

/** Sends requests over both HTTP versions, on connections that are kept. */
export class Transport {
  private readonly url: string;
  private readonly authority: string;
  private readonly http1: ReturnType<typeof createHttpClient>;
  private session: ClientHttp2Session | undefined;

  constructor(url: string, authority: string) {
    this.url = url;
    this.authority = authority;
    this.http1 = createHttpClient({ server: url, authority });
  }

  async send(request: FuzzRequest, version: 1 | 2): Promise<FuzzAnswer> {
    // The client's own limit for the head of an HTTP/2 request.
    const isLong = JSON.stringify(request.headers).length + request.path.length > headLengthMax;
    return version === 1 || isLong ? this.sendOver1(request) : this.sendOver2(request);
  }

  close(): void {
    this.http1.close();
    this.session?.destroy();
  }

  private async sendOver1({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const answer = await this.http1.send({ method, path, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, headers: answer.headers, ...(await contentOf(answer.body)) };
  }

  private async sendOver2({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    if (this.session === undefined || this.session.destroyed || this.session.closed) {
      this.session = connect(this.url, { ca: this.authority });
      this.session.on('error', () => {});
    }
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name)));
    const stream = this.session.request(
      { ':method': method, ':path': path, ...kept },
      { endStream: body === undefined },
    );
    if (body !== undefined) stream.end(body);
    const [head] = (await once(stream, 'response')) as [
      { readonly ':status': number; readonly [name: string]: unknown },
    ];
    return { status: head[':status'], headers: head as FuzzAnswer['headers'], ...(await contentOf(stream)) };
  }
}

async function contentOf(body: AsyncIterable<Buffer>): Promise<Pick<FuzzAnswer, 'text' | 'bytes'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString('utf8'), bytes };
}
