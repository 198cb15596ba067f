import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type PemBlock, pemBlocks } from '#kinds/certificate-signing-request/pem.ts';
import type { Secret } from '#kinds/secret/schema.ts';

const algorithms = ['rsa', 'ec', 'ed25519'];
const forms = ['pkcs1', 'pkcs8', 'sec1'] as const;

/** What a secret for TLS could not be used for, in the words of Go. */
export function secretWarnings({ type, data = {} }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const problem = pairProblem(blocksOf(data['tls.crt']), blocksOf(data['tls.key']));
  return problem === undefined ? [] : [problem];
}

function blocksOf(base64 = ''): readonly PemBlock[] {
  return pemBlocks(Buffer.from(base64, 'base64').toString('latin1'));
}

function pairProblem(certificates: readonly PemBlock[], keys: readonly PemBlock[]): string | undefined {
  const found = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (found === undefined) return noCertificateText(certificates.map(({ type }) => type));
  const key = keys.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (key === undefined) return noKeyText(keys.map(({ type }) => type));
  const certificate = parse(() => new X509Certificate(found.der));
  return certificate === undefined ? 'x509: malformed certificate' : matchProblem(certificate, key.der);
}

function noCertificateText(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (skipped.length === 1 && skipped[0]?.endsWith('PRIVATE KEY')) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  const types = skipped.join(' ');
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types}]`;
}

function noKeyText(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in key input';
  if (skipped.length === 1 && skipped[0] === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  const types = skipped.join(' ');
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types}]`;
}

function matchProblem(certificate: X509Certificate, der: Buffer): string | undefined {
  const key = parseKey(der);
  if (key === undefined) return 'tls: failed to parse private key';
  const algorithm = certificate.publicKey.asymmetricKeyType ?? '';
  if (!algorithms.includes(key.asymmetricKeyType ?? '')) {
    return 'tls: found unknown private key type in PKCS#8 wrapping';
  }
  if (!algorithms.includes(algorithm)) return 'tls: unknown public key algorithm';
  if (algorithm !== key.asymmetricKeyType) return 'tls: private key type does not match public key type';
  return certificate.checkPrivateKey(key) ? undefined : 'tls: private key does not match public key';
}

function parseKey(der: Buffer): KeyObject | undefined {
  for (const type of forms) {
    const key = parse(() => createPrivateKey({ key: der, format: 'der', type }));
    if (key !== undefined) return key;
  }
  return undefined;
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
