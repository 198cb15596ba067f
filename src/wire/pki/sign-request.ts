import { X509Certificate } from 'node:crypto';
import { algorithm, type KeyPair, keysOf, pem, serialNumber, type Validity, x509 } from './issue.ts';

/** What a certificate is to say besides what was asked for. */
export interface SigningTerms extends Validity {
  /** As the API writes them, such as "client auth". */
  readonly usages: readonly string[];
}

const keyUsages: { readonly [usage: string]: KeyUsageName } = {
  signing: 'digitalSignature',
  'digital signature': 'digitalSignature',
  'content commitment': 'nonRepudiation',
  'key encipherment': 'keyEncipherment',
  'key agreement': 'keyAgreement',
  'data encipherment': 'dataEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
  'encipher only': 'encipherOnly',
  'decipher only': 'decipherOnly',
};

type KeyUsageName = Exclude<keyof typeof import('@peculiar/x509').KeyUsageFlags, number>;

const extendedUsages: { readonly [usage: string]: string } = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

/** Names of these kinds are taken over; others mean nothing to those who will look at the certificate. */
const nameKinds = new Set<string>(['dns', 'email', 'ip', 'url']);

/** The certificate (PEM) that `request` (PKCS #10, DER) asks for: its key, subject and names, nothing else of it. It never may sign
 *  others, and never outlasts the authority. The caller has checked who asks for what. Throws when the authority has run out,
 *  the request cannot be read or its signature does not hold. */
export async function signRequest(authority: KeyPair, request: Uint8Array, terms: SigningTerms): Promise<string> {
  const signerEnd = new X509Certificate(authority.certificate).validToDate.getTime();
  if (terms.notBefore >= signerEnd)
    throw new Error(`the signer has expired: NotAfter=${new Date(signerEnd).toISOString()}`);
  const x = await x509();
  const issuer = new x.X509Certificate(authority.certificate);
  const asked = new x.Pkcs10CertificateRequest(new Uint8Array(request));
  const extended = new Set(terms.usages.flatMap((usage) => extendedUsages[usage] ?? []));
  const flags = terms.usages.reduce((sum, usage) => {
    const name = keyUsages[usage];
    return name === undefined ? sum : sum | x.KeyUsageFlags[name];
  }, 0);
  const names = asked.extensions.find((one) => one instanceof x.SubjectAlternativeNameExtension)?.names.items ?? [];
  const kept = names.filter(({ type }) => nameKinds.has(type));
  const hasSubject = asked.subject !== '';
  const certificate = await x.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: asked.subjectName,
    issuer: issuer.subjectName,
    notBefore: new Date(terms.notBefore),
    notAfter: new Date(Math.min(terms.notAfter, signerEnd)),
    signingAlgorithm: algorithm,
    publicKey: asked.publicKey,
    signingKey: (await keysOf(authority.key)).privateKey,
    extensions: [
      ...(flags === 0 ? [] : [new x.KeyUsagesExtension(flags, true)]),
      ...(extended.size === 0 ? [] : [new x.ExtendedKeyUsageExtension([...extended])]),
      new x.BasicConstraintsExtension(false, undefined, true),
      await x.AuthorityKeyIdentifierExtension.create(issuer),
      ...(kept.length === 0 ? [] : [new x.SubjectAlternativeNameExtension(kept, !hasSubject)]),
    ],
  });
  return pem(certificate);
}
