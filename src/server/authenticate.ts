import { isUtf8 } from 'node:buffer';
import type { Http2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { TokenNotes, User } from '#api/api.ts';
import { authenticated } from '#api/authorize.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Request } from '#wire/listener.ts';
import { peerSubject } from '#wire/peer.ts';

/** Whose token it is; undefined when it is not one of ours. */
export type TokenVerifier = (token: string, notes?: TokenNotes) => Promise<User | undefined>;

/** Says who asks, and what is to be known of the token that was shown (spec: api.md section 16). */
export type Authenticator = (request: Request, notes?: TokenNotes) => Promise<User>;

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Tries the client certificate, then the bearer token; without either the user is anonymous. A credential that does not
 *  hold is refused with Unauthorized, unless another one does; it is never passed over. */
export function createAuthenticator(verify: TokenVerifier): Authenticator {
  const byCertificate = new WeakMap<object, User>();
  return async (request, notes) => {
    const user = certificateUser(request, byCertificate);
    if (user !== undefined && user !== 'untrusted') return user;
    const token = bearerToken(request, notes) ?? websocketToken(request);
    if (token === undefined && user === undefined) return anonymous;
    const found = token === undefined ? undefined : await verify(token, notes);
    if (found === undefined) throw apiErrors.unauthorized();
    return authenticated(found);
  };
}

/** From the Authorization header. Other schemes are not looked at, and what comes after the token does not count. */
function bearerToken({ headers }: Request, notes: TokenNotes | undefined): string | undefined {
  const [scheme = '', token, rest] = (headers.authorization ?? '').trim().split(' ');
  if (token === undefined || scheme.toLowerCase() !== 'bearer') return undefined;
  if (token !== '') return token;
  if (rest !== undefined) {
    notes?.warn('the provided Authorization header contains extra space before the bearer token, and is ignored');
  }
  return undefined;
}

const websocketProtocolPrefix = 'base64url.bearer.authorization.k8s.io.';

/** From a subprotocol, for WebSockets in browsers. Throws Unauthorized if it is none, or has no other protocol beside it that
 *  could be answered with. */
function websocketToken({ headers }: Request): string | undefined {
  const upgrades = /(^|[\s,])upgrade([\s,]|$)/i.test(headers.connection ?? '');
  if (!upgrades || headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const protocols = String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim());
  const [carrier, another] = protocols.filter((protocol) => protocol.startsWith(websocketProtocolPrefix));
  if (carrier === undefined) return undefined;
  const encoded = carrier.slice(websocketProtocolPrefix.length);
  if (another !== undefined || !/^[A-Za-z0-9_-]*$/.test(encoded)) throw apiErrors.unauthorized();
  const token = Buffer.from(encoded, 'base64url');
  if (token.length === 0) return undefined;
  if (!isUtf8(token) || protocols.length === 1) throw apiErrors.unauthorized();
  return token.toString();
}

/** The same connection carries many requests: its certificate is read once. */
function certificateUser(request: Request, known: WeakMap<object, User>): User | 'untrusted' | undefined {
  // Each stream of an HTTP/2 connection shows a socket of its own.
  const connection = (request as { readonly stream?: Http2Stream }).stream?.session ?? request.socket;
  const read = known.get(connection);
  if (read !== undefined) return read;
  const user = userOf(request.socket as TLSSocket);
  if (user !== undefined && user !== 'untrusted') known.set(connection, user);
  return user;
}

function userOf(socket: TLSSocket): User | 'untrusted' | undefined {
  const subject = peerSubject(socket);
  if (subject === undefined || subject === 'untrusted') return subject;
  const { name, organizations, fingerprint } = subject;
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] };
  return authenticated({ name, groups: organizations, extra });
}
