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
 *  hold is refused with Unauthorized, never passed over. */
export function createAuthenticator(verify: TokenVerifier): Authenticator {
  const byCertificate = new WeakMap<object, User>();
  return async (request, notes) => {
    const user = certificateUser(request, byCertificate);
    if (user !== undefined) return user;
    const token = bearerToken(request);
    if (token === undefined) return anonymous;
    const found = await verify(token, notes);
    if (found === undefined) throw apiErrors.unauthorized();
    return authenticated(found);
  };
}

const websocketProtocolPrefix = 'base64url.bearer.authorization.k8s.io.';

/** From the Authorization header or, for WebSockets in browsers, from a subprotocol. Other schemes are not looked at. */
function bearerToken(request: Request): string | undefined {
  const header = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '');
  if (header !== null) return header[1];
  const protocols = String(request.headers['sec-websocket-protocol'] ?? '').split(',');
  const carrier = protocols.map((p) => p.trim()).find((p) => p.startsWith(websocketProtocolPrefix));
  if (carrier === undefined) return undefined;
  return Buffer.from(carrier.slice(websocketProtocolPrefix.length), 'base64url').toString('utf8');
}

/** The same connection carries many requests: its certificate is read once. */
function certificateUser(request: Request, known: WeakMap<object, User>): User | undefined {
  // Each stream of an HTTP/2 connection shows a socket of its own.
  const connection = (request as { readonly stream?: Http2Stream }).stream?.session ?? request.socket;
  let user = known.get(connection);
  if (user === undefined) {
    user = userOf(request.socket as TLSSocket);
    if (user !== undefined) known.set(connection, user);
  }
  return user;
}

function userOf(socket: TLSSocket): User | undefined {
  const subject = peerSubject(socket);
  if (subject === undefined) return undefined;
  if (subject === 'untrusted') throw apiErrors.unauthorized();
  const { name, organizations, fingerprint } = subject;
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] };
  return authenticated({ name, groups: organizations, extra });
}
