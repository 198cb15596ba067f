import type { TLSSocket } from 'node:tls';

/** Whom a client's certificate names. */
export interface PeerSubject {
  readonly name: string;
  readonly organizations: readonly string[];
  /** SHA-256, hexadecimal. */
  readonly fingerprint: string;
}

/** Who is at the other end of a connection by its client certificate: undefined when it showed none, 'untrusted' when that is
 *  signed by a stranger, has run out, is not for clients or names nobody. */
export function peerSubject(socket: TLSSocket): PeerSubject | 'untrusted' | undefined {
  if (typeof socket.getPeerX509Certificate !== 'function') return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  // Covers the chain and the dates; the purpose is checked by OpenSSL with them.
  if (!socket.authorized) return 'untrusted';
  const subject = certificate.toLegacyObject().subject as { readonly [name: string]: string | readonly string[] };
  const name = [subject.CN ?? []].flat().at(-1);
  if (name === undefined) return 'untrusted';
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return { name, organizations: [subject.O ?? []].flat(), fingerprint };
}
