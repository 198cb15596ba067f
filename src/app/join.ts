import { generateKeyPairSync } from 'node:crypto';
import { parseJoinToken } from '#app/join-token.ts';
import { errorOf } from '#client/answer-error.ts';
import { createHttpClient, type Endpoint, type HttpAnswer, type HttpClient, textOf } from '#wire/http-client.ts';
import { fingerprint, presentedAuthority } from '#wire/pki/trust.ts';

/** A machine cannot become a node; the message says why and what to do. */
export class JoinError extends Error {
  override readonly name = 'JoinError';
}

/** How a machine that has no credentials yet finds and addresses its server. */
export interface Introduction {
  /** Such as "https://10.0.0.1:6443". */
  readonly server: string;
  /** As pasted; absent for those who have credentials of another kind. */
  readonly token?: string;
  /** PEM certificates to trust. */
  readonly authority?: string;
  /** Trust whoever answers. */
  readonly insecure: boolean;
}

export interface NodeNames {
  readonly name: string;
  /** The addresses that the node's own port is reached under. */
  readonly addresses: readonly string[];
}

const answerMsMax = 10_000;

/** Where and as whom to ask for a certificate. Throws `JoinError` when the server is not the one that the token is for, or
 *  cannot be reached. */
export async function introduce({ server, token: text, authority, insecure }: Introduction): Promise<Endpoint> {
  const token = text === undefined ? undefined : parseJoinToken(text);
  if (text !== undefined && token === undefined) {
    throw new JoinError('That is no token to join with. Print one on the server: sampan token');
  }
  const credentials = token === undefined ? {} : { token: token.bearer };
  if (authority !== undefined) return { server, authority, ...credentials };
  if (token?.fingerprint === undefined || insecure) return { server, insecure, ...credentials };
  const shown = await presentedAuthority(server, answerMsMax).catch((error: Error) => {
    throw unreachable(server, error);
  });
  if (shown !== undefined && fingerprint(shown) === token.fingerprint)
    return { server, authority: shown, ...credentials };
  throw new JoinError(
    `The server at ${server} is not the one this token is for: its certificates are signed by another authority, and nothing ` +
      'was sent to it. Check the address; or print a new token on that server: sampan token',
  );
}

/** Asks for a certificate by which we are the node, for a new key. The endpoint that comes back speaks as that node. Throws
 *  `JoinError`. */
export async function requestIdentity(endpoint: Endpoint, { name, addresses }: NodeNames): Promise<Endpoint> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = JSON.stringify({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }), addresses });
  const http = createHttpClient(endpoint);
  try {
    const answer = await post(http, `/join/nodes/${name}`, body).catch((error: Error) => {
      throw unreachable(endpoint.server, error);
    });
    const text = await textOf(answer.body);
    if (answer.status !== 201) throw refusal(endpoint.server, name, answer, text);
    const { certificate, authority } = JSON.parse(text) as { readonly certificate: string; readonly authority: string };
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { server, insecure = false } = endpoint;
    return { server, authority, certificate, key, ...(insecure ? { insecure } : {}) };
  } finally {
    http.close();
  }
}

/** What a server makes of the credentials that a node has from earlier. */
export type Standing = 'good' | 'refused' | 'unreachable';

/** Tries the credentials. A server that does not answer says nothing about them. */
export async function tryIdentity(endpoint: Endpoint, name: string): Promise<Standing> {
  const http = createHttpClient(endpoint);
  try {
    const signal = AbortSignal.timeout(answerMsMax);
    const { status, body } = await http.send({ method: 'GET', path: `/api/v1/nodes/${name}`, signal });
    body.destroy();
    return status === 401 || status === 403 ? 'refused' : 'good';
  } catch (error) {
    return isDistrust(error) ? 'refused' : 'unreachable';
  } finally {
    http.close();
  }
}

function post(http: HttpClient, path: string, body: string): Promise<HttpAnswer> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'sampan-node' };
  return http.send({ method: 'POST', path, headers, body, signal: AbortSignal.timeout(answerMsMax) });
}

/** Codes of OpenSSL and Node for a certificate that does not convince. */
const distrust = /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_SSL_.*CERT|ERR_TLS_CERT_)/;

function isDistrust(error: unknown): boolean {
  return distrust.test((error as NodeJS.ErrnoException).code ?? '');
}

function unreachable(server: string, error: NodeJS.ErrnoException): JoinError {
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new JoinError(
      `Cannot join ${server}: its certificate is for other names and addresses (${error.message}). Use one of those, or let ` +
        'the server listen where it is to be reached: --host 0.0.0.0',
    );
  }
  if (isDistrust(error)) {
    return new JoinError(
      `Cannot join ${server}: nothing says that its certificate can be trusted (${error.code}). Use the whole token that ` +
        '"sampan token" prints on the server, or give its authority: --certificate-authority FILE (there it is pki/ca.crt in ' +
        'the data directory)',
    );
  }
  const why = /^(Timeout|Abort)Error$/.test(error.name) ? 'no answer' : error.message;
  return new JoinError(
    `Cannot join ${server}: it cannot be reached (${why}). Does sampan run there, does it listen for other machines ` +
      '(--host 0.0.0.0), and is the port open?',
  );
}

function refusal(server: string, name: string, answer: HttpAnswer, text: string): JoinError {
  const why = errorOf(answer, text).message;
  switch (answer.status) {
    case 401:
      return new JoinError(
        `${server} does not take this token: it has expired or was never its own. Print one on the server: sampan token`,
      );
    case 404:
    case 405:
      return new JoinError(`Cannot join ${server}: nodes cannot join there; it is no Sampan server, or an older one`);
    default:
      return new JoinError(`Cannot join ${server} as node "${name}": ${why}`);
  }
}
