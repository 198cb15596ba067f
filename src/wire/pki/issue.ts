import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import type { Millis } from '#base/units.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Validity {
  readonly notBefore: Millis;
  readonly notAfter: Millis;
}

/** What a leaf certificate is for. */
export type LeafSubject =
  | {
      readonly use: 'server';
      readonly commonName: string;
      readonly names: readonly string[];
      readonly ips: readonly string[];
    }
  | { readonly use: 'client'; readonly commonName: string; readonly organizations: readonly string[] }
  /** Both: nodes ask the API, and are asked by it. */
  | {
      readonly use: 'node';
      readonly commonName: string;
      readonly organizations: readonly string[];
      readonly names: readonly string[];
      readonly ips: readonly string[];
    };

/** How authorities sign. */
export const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** The library's dependency container refuses to load without the metadata half of `Reflect`, which nothing on the paths we
 *  use ever fills: answering "no metadata" is all it needs, and saves a dependency. */
function satisfyMetadataCheck(): void {
  const reflect = Reflect as { getMetadata?: unknown; getOwnMetadata?: unknown; defineMetadata?: unknown };
  reflect.getMetadata ??= () => undefined;
  reflect.getOwnMetadata ??= () => undefined;
  reflect.defineMetadata ??= () => undefined;
}

/** Loaded only when something must be issued: it costs more than the rest of a start. */
export async function x509(): Promise<typeof import('@peculiar/x509')> {
  satisfyMetadataCheck();
  return import('@peculiar/x509');
}

/** A new certificate authority that may sign leaves only. With `key`, that key is kept and only its certificate is new, so
 *  that what it signed before stays valid. */
export async function issueAuthority(commonName: string, validity: Validity, key?: string): Promise<KeyPair> {
  const x = await x509();
  const keys = key === undefined ? await newKeys() : await keysOf(key);
  const certificate = await x.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x.BasicConstraintsExtension(true, 0, true),
      new x.KeyUsagesExtension(x.KeyUsageFlags.digitalSignature | x.KeyUsageFlags.keyCertSign, true),
      await x.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: key ?? (await keyPem(keys.privateKey)) };
}

/** A new key with a certificate signed by `authority`. */
export async function issueLeaf(authority: KeyPair, subject: LeafSubject, validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const publicKey = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  const certificate = await certify(authority, subject, publicKey, validity);
  return { certificate, key: await keyPem(keys.privateKey) };
}

/** A certificate for somebody's key, of which only the public half (P-256, SPKI) is known here. */
export async function certify(
  authority: KeyPair,
  subject: LeafSubject,
  publicKey: ArrayBuffer | Uint8Array,
  validity: Validity,
): Promise<string> {
  const x = await x509();
  const issuer = new x.X509Certificate(authority.certificate);
  const organizations = subject.use === 'server' ? [] : subject.organizations;
  const certificate = await x.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [...organizations.map((o) => ({ O: [o] })), { CN: [subject.commonName] }],
    issuer: issuer.subject,
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    signingAlgorithm: algorithm,
    publicKey: await webcrypto.subtle.importKey('spki', new Uint8Array(publicKey), algorithm, true, ['verify']),
    signingKey: (await keysOf(authority.key)).privateKey,
    extensions: [
      new x.BasicConstraintsExtension(false, undefined, true),
      new x.KeyUsagesExtension(x.KeyUsageFlags.digitalSignature, true),
      new x.ExtendedKeyUsageExtension([
        ...(subject.use === 'client' ? [] : [x.ExtendedKeyUsage.serverAuth]),
        ...(subject.use === 'server' ? [] : [x.ExtendedKeyUsage.clientAuth]),
      ]),
      await x.AuthorityKeyIdentifierExtension.create(issuer),
      ...(subject.use === 'client'
        ? []
        : [new x.SubjectAlternativeNameExtension(alternativeNames(subject.names, subject.ips))]),
    ],
  });
  return pem(certificate);
}

function alternativeNames(names: readonly string[], ips: readonly string[]): { type: 'dns' | 'ip'; value: string }[] {
  return [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
  ];
}

/** Positive and unique, as RFC 5280 asks; not drawn from `Random`, since a certificate must never repeat one. */
export function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** Reads a private key of PKCS #8 in PEM, and finds the public one that belongs to it. */
export async function keysOf(key: string): Promise<webcrypto.CryptoKeyPair> {
  const der = Buffer.from(key.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
  const { d: _secret, key_ops: _operations, ...publicJwk } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { privateKey, publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']) };
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

/** The certificate as PEM. */
export function pem(certificate: { readonly rawData: ArrayBuffer }): string {
  return new X509Certificate(Buffer.from(certificate.rawData)).toString();
}
