import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Address, type CheckResult, dialError, hostPort, outputBytesMax } from '#node/probes/check-result.ts';

export interface HttpCheck {
  readonly scheme: 'http' | 'https';
  readonly address: Address;
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Unless the headers name another, or none at all. */
  readonly userAgent: string;
}

/** An answer, or why there is none, in the words of messages. */
export type HttpOutcome = { readonly status: number; readonly body: string; readonly location: string } | string;

const redirectsMax = 10;

/** Sends a GET and judges the answer: 200 to 399 passes (spec: node-agent.md section 10). Follows redirects on the same host;
 *  one that leads elsewhere passes with a warning, as nothing is known of that host. */
export async function checkHttp(check: HttpCheck, signal: AbortSignal): Promise<CheckResult> {
  let url = new URL(check.path === '' ? '/' : rooted(check.path), `${check.scheme}://${hostPort(check.address)}`);
  const first = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await getOnce(url, check, signal);
    if (typeof answer === 'string') return { outcome: 'failure', output: `Get "${url.href}": ${answer}` };
    const { status, body, location } = answer;
    const target = isRedirect(status) && location !== '' ? parseUrl(location, url) : undefined;
    if (target === undefined) return judge(status, body);
    if (target.hostname !== first.hostname) {
      return { outcome: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
    }
    if (redirects === redirectsMax) return { outcome: 'failure', output: `stopped after ${redirectsMax} redirects` };
    url = target;
  }
}

function judge(status: number, body: string): CheckResult {
  if (status >= 200 && status < 400) return { outcome: 'success', output: body };
  return { outcome: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** A path that only looks like one, such as "healthz?full", is meant from the root. */
function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function parseUrl(text: string, base: URL): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** One GET over a connection of its own: probes share none, so that they see what a new client would. Certificates are not
 *  checked. */
export function getOnce(
  url: URL,
  check: Pick<HttpCheck, 'headers' | 'userAgent'>,
  signal: AbortSignal,
): Promise<HttpOutcome> {
  const address = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || defaultPort(url) };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = headersOf(check);
  return new Promise((resolve) => {
    const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    const options = { method: 'GET', agent: false, headers, signal, rejectUnauthorized: false };
    try {
      const request = send(url, options, (answer) => void readBody(answer).then(resolve));
      request.on('error', (error) => resolve(signal.aborted ? late : dialError(address, error)));
      request.end();
    } catch (error) {
      resolve((error as Error).message); // A header that cannot be sent.
    }
  });
}

function defaultPort(url: URL): number {
  return url.protocol === 'https:' ? 443 : 80;
}

/** An empty value takes one of the usual headers away. */
function headersOf({ headers, userAgent }: Pick<HttpCheck, 'headers' | 'userAgent'>): {
  [name: string]: string | string[];
} {
  const all: { [name: string]: string[] } = {};
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    all[key] = [...(all[key] ?? []), value];
  }
  for (const [key, usual] of [
    ['user-agent', userAgent],
    ['accept', '*/*'],
  ] as const) {
    if (all[key] === undefined) all[key] = [usual];
    else if (all[key].every((value) => value === '')) delete all[key];
  }
  const single = Object.entries(all).map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]);
  return { ...Object.fromEntries(single), connection: 'close' };
}

/** The beginning of the body; what comes after is left unread. */
function readBody(answer: IncomingMessage): Promise<HttpOutcome> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const end = (): void => {
      const body = Buffer.concat(chunks).subarray(0, outputBytesMax).toString();
      resolve({ status: answer.statusCode ?? 0, body, location: answer.headers.location ?? '' });
      answer.destroy();
    };
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= outputBytesMax) end();
    });
    answer.on('end', end);
    answer.on('error', end);
  });
}
