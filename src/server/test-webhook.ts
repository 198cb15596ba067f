import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueAuthority, issueLeaf } from '#wire/pki/issue.ts';

type Fields = { readonly [field: string]: unknown };

/** What was asked. */
export interface Question {
  readonly path: string;
  readonly review: { readonly apiVersion: string; readonly request: Fields & { readonly uid: string } };
  /** Which connection it came by: requests over the same one have the same number. */
  readonly connection: number;
}

/** What is answered: the response without its uid; undefined: nothing, ever. A `raw` answer is sent as it is. */
export type Reply =
  | Fields
  | { readonly raw: { readonly status: number; readonly headers?: { [name: string]: string }; readonly body: string } }
  | undefined;

/** An admission webhook on a port of its own. */
export interface TestWebhook {
  readonly url: string;
  readonly port: number;
  /** Of the authority that signed its certificate, as configurations want it. */
  readonly caBundle: string;
  /** What it was asked, oldest first. */
  readonly questions: Question[];
  reply: (question: Question) => Reply | Promise<Reply>;
  close(): Promise<void>;
}

const day = 86_400_000;

export async function startTestWebhook(
  names: { readonly names?: readonly string[]; readonly ips?: readonly string[] } = { ips: ['127.0.0.1'] },
): Promise<TestWebhook> {
  const validity = { notBefore: Date.now() - day, notAfter: Date.now() + day };
  const authority = await issueAuthority('webhook-authority', validity);
  const subject = { use: 'server', commonName: 'webhook', names: names.names ?? [], ips: names.ips ?? [] } as const;
  const { certificate: cert, key } = await issueLeaf(authority, subject, validity);
  const sockets = new Map<object, number>();
  const server = createServer({ cert, key }, (request, response) => {
    if (!sockets.has(request.socket)) sockets.set(request.socket, sockets.size);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const review = JSON.parse(Buffer.concat(chunks).toString());
      const question = { path: request.url ?? '', review, connection: sockets.get(request.socket) ?? -1 };
      webhook.questions.push(question);
      const reply = await webhook.reply(question);
      if (reply === undefined) return;
      const raw = 'raw' in reply ? (reply.raw as { status: number; headers?: object; body: string }) : undefined;
      const { apiVersion, kind } = review;
      const answer = { apiVersion, kind, response: { uid: review.request.uid, ...reply } };
      response.writeHead(raw?.status ?? 200, { 'content-type': 'application/json', ...raw?.headers });
      response.end(raw?.body ?? JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const webhook: TestWebhook = {
    url: `https://127.0.0.1:${port}`,
    port,
    caBundle: Buffer.from(authority.certificate).toString('base64'),
    questions: [],
    reply: () => ({ allowed: true }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return webhook;
}

/** A response that changes the object. */
export function patching(...operations: readonly object[]): Fields {
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}
