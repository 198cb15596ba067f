import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bitsOf, type DerElement, DerError, derTags, membersOf, oidOf, readAllDer, readDer, textOf } from './der.ts';
import { pemBlocks } from './pem.ts';

/** A request for a certificate, taken apart (PKCS #10, RFC 2986). */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly names: AlternativeNames;
  readonly publicKey: KeyObject;
  /** The whole request as DER. */
  readonly der: Buffer;
  readonly signed: { readonly algorithm: string; readonly content: Buffer; readonly signature: Buffer };
}

/** Other names that the certificate is asked to hold. */
export interface AlternativeNames {
  readonly dns: number;
  readonly emails: number;
  readonly uris: number;
  readonly ips: number;
}

const commonNameOid = '2.5.4.3';
const organizationOid = '2.5.4.10';
const extensionRequestOid = '1.2.840.113549.1.9.14';
const alternativeNamesOid = '2.5.29.17';
const pssOid = '1.2.840.113549.1.1.10';

/** The request in `pem`. Throws an Error with the text that Kubernetes gives (in upstream's words, where Go's own are not
 *  word for word the same, only the beginning is). */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const outer = readDer(block.der);
  if (outer.whole.length < block.der.length) throw new DerError('asn1: syntax error: trailing data');
  const [info, algorithm, signature] = membersOf(outer, derTags.sequence);
  const [, subject, key, attributes] = membersOf(info, derTags.sequence);
  const names = subjectOf(subject);
  return {
    commonName: names.findLast(({ oid }) => oid === commonNameOid)?.value ?? '',
    organizations: names.filter(({ oid }) => oid === organizationOid).map(({ value }) => value),
    names: alternativeNames(attributes),
    publicKey: publicKeyOf(key),
    der: block.der,
    signed: {
      algorithm: signatureOid(algorithm),
      content: info?.whole ?? Buffer.alloc(0),
      signature: bitsOf(signature),
    },
  };
}

function subjectOf(subject: DerElement | undefined): readonly { readonly oid: string; readonly value: string }[] {
  const sets = membersOf(subject, derTags.sequence);
  return sets
    .flatMap((set) => membersOf(set, derTags.set))
    .map((pair) => {
      const [oid, value] = membersOf(pair, derTags.sequence);
      const name = oidOf(oid);
      // What else a subject says of its owner may be of any type; nobody here looks at it.
      const isRead = name === commonNameOid || name === organizationOid;
      return { oid: name, value: isRead && value !== undefined ? textOf(value) : '' };
    });
}

function publicKeyOf(key: DerElement | undefined): KeyObject {
  if (key === undefined) throw new DerError('asn1: syntax error: sequence truncated');
  try {
    return createPublicKey({ key: key.whole, format: 'der', type: 'spki' });
  } catch {
    throw new Error('x509: malformed public key');
  }
}

/** What the request asks for by the extension of that name, if it has one. */
function alternativeNames(attributes: DerElement | undefined): AlternativeNames {
  const asked = attributes === undefined ? [] : readAllDer(attributes.content);
  const extensions = asked.flatMap((attribute) => {
    const [oid, values] = membersOf(attribute, derTags.sequence);
    if (oidOf(oid) !== extensionRequestOid) return [];
    return membersOf(values, derTags.set).flatMap((list) => membersOf(list, derTags.sequence));
  });
  const tags = extensions.flatMap((extension) => {
    const members = membersOf(extension, derTags.sequence);
    if (oidOf(members[0]) !== alternativeNamesOid) return [];
    const value = members.findLast(({ tag }) => tag === derTags.octetString);
    return membersOf(value === undefined ? undefined : readDer(value.content), derTags.sequence);
  });
  const count = (kind: number): number => tags.filter(({ tag }) => tag === kind).length;
  return { emails: count(0x81), dns: count(0x82), uris: count(0x86), ips: count(0x87) };
}

interface SignatureKind {
  readonly key: 'rsa' | 'ec' | 'ed25519';
  readonly hash: string | null;
  readonly isPss?: true;
}

const signatureKinds: { readonly [oid: string]: SignatureKind } = {
  '1.2.840.113549.1.1.5': { key: 'rsa', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  [`${pssOid} 2.16.840.1.101.3.4.2.1`]: { key: 'rsa', hash: 'sha256', isPss: true },
  [`${pssOid} 2.16.840.1.101.3.4.2.2`]: { key: 'rsa', hash: 'sha384', isPss: true },
  [`${pssOid} 2.16.840.1.101.3.4.2.3`]: { key: 'rsa', hash: 'sha512', isPss: true },
  '1.2.840.10045.4.1': { key: 'ec', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
  '1.3.101.112': { key: 'ed25519', hash: null },
};

/** How a signature was made; for RSA-PSS, which leaves that open, with its hash. */
function signatureOid(algorithm: DerElement | undefined): string {
  const [oid, parameters] = membersOf(algorithm, derTags.sequence);
  const name = oidOf(oid);
  if (name !== pssOid || parameters === undefined) return name;
  const hash = membersOf(parameters, derTags.sequence).find(({ tag }) => tag === 0xa0);
  return hash === undefined ? name : `${name} ${oidOf(membersOf(readDer(hash.content), derTags.sequence)[0])}`;
}

const keyNames = { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519' } as const;
const goKeyTypes: { readonly [type: string]: string } = {
  rsa: '*rsa.PublicKey',
  ec: '*ecdsa.PublicKey',
  ed25519: 'ed25519.PublicKey',
};
const failures = {
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
} as const;

/** Why the one who made the request has not shown that the key is his; undefined when he has. */
export function signatureProblem({ publicKey, signed }: CertificateRequest): string | undefined {
  const kind = signatureKinds[signed.algorithm];
  if (kind === undefined) return 'x509: cannot verify signature: algorithm unimplemented';
  const type = publicKey.asymmetricKeyType ?? '';
  if (type !== kind.key) {
    const has = goKeyTypes[type] ?? type;
    return `x509: signature algorithm specifies an ${keyNames[kind.key]} public key, but have public key of type ${has}`;
  }
  const padding = kind.isPss === true ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {};
  return holds(() => verify(kind.hash, signed.content, { key: publicKey, ...padding }, signed.signature))
    ? undefined
    : failures[kind.key];
}

/** A signature that cannot even be read does not hold either. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
