import { createHash, X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';

/** Short text that names an authority: the SHA-256 of its public key, so that a renewed certificate is still the same. */
export function fingerprint(authority: string): string {
  const key = new X509Certificate(authority).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64url');
}

/** The authority's certificate (PEM) that a server shows, whoever that server is: nothing may be sent to it before the
 *  certificate was compared with what is known from elsewhere. Undefined when it shows none. Rejects when the server cannot be
 *  reached or speaks no TLS. */
export function presentedAuthority(server: string, timeoutMs: number): Promise<string | undefined> {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(rootOf(socket));
      socket.destroy();
    });
  });
}

function rootOf(socket: TLSSocket): string | undefined {
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  for (; certificate?.raw !== undefined; certificate = certificate.issuerCertificate) {
    const parsed = new X509Certificate(certificate.raw);
    if (parsed.ca && parsed.checkIssued(parsed)) return parsed.toString();
    if (certificate.issuerCertificate === certificate) return undefined;
  }
  return undefined;
}
