import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';

interface NetworkError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  /** Of one attempt for each address of a name. */
  readonly errors?: readonly NetworkError[];
  readonly cert?: PeerCertificate;
}

const dialProblems: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

const strangers: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const noTls: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

/** Why a server could not be asked, in the words of Go's network library: they stand in answers, and users search for them. */
export function goNetworkError(error: Error, { hostname, port }: URL): Error {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Error(textOf(error, host, port === '' ? 443 : Number(port)), { cause: error });
}

function textOf(error: NetworkError, host: string, port: number): string {
  const { code = '', message, errors, cert } = error;
  const [first] = errors ?? [];
  if (first !== undefined) return textOf(first, host, port);
  const dialling = dialProblems[code];
  if (dialling !== undefined) return `dial tcp ${authority(error.address ?? host, error.port ?? port)}: ${dialling}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (strangers.has(code)) return unverified('certificate signed by unknown authority');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return unverified('certificate has expired or is not yet valid');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return unverified(misnamed(cert, host));
  if (noTls.has(code)) return 'http: server gave HTTP response to HTTPS client';
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
  if (code.startsWith('HPE_')) return `net/http: HTTP/1.x transport connection broken: ${message}`;
  return message;
}

function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function unverified(why: string): string {
  return `tls: failed to verify certificate: x509: ${why}`;
}

function misnamed(certificate: PeerCertificate | undefined, host: string): string {
  const all = (certificate?.subjectaltname ?? '').split(', ').filter((name) => name !== '');
  const byIp = isIP(host) !== 0;
  const mark = byIp ? 'IP Address:' : 'DNS:';
  const names = all.filter((name) => name.startsWith(mark)).map((name) => name.slice(mark.length));
  if (names.length > 0) return `certificate is valid for ${names.join(', ')}, not ${host}`;
  if (byIp) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  if (all.length === 0) return 'certificate relies on legacy Common Name field, use SANs instead';
  return `certificate is not valid for any names, but wanted to match ${host}`;
}
