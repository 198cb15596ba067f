import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Millis } from '#base/units.ts';
import { certify, issueAuthority, issueLeaf, type KeyPair, type LeafSubject, type Validity } from '#wire/pki/issue.ts';

const day = 24 * 3600 * 1000;
const authorityLifetime = 10 * 365 * day;
const leafLifetime = 365 * day;
/** A certificate with less than this left is replaced. */
const renewBefore = 60 * day;
/** Machines whose clocks run a little behind must accept what was just issued. */
const clockSkewMax = day / 24;

/** Names every API server answers to, wherever it runs (spec: api.md section 1.1). */
const serverNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'sampan',
];
/** The last one is the first address of the service range that clients in pods expect. */
const serverIps = ['127.0.0.1', '::1', '10.96.0.1'];

export interface PkiOptions {
  readonly now: Millis;
  /** Further host names or IP addresses the server is reached under. */
  readonly extraNames?: readonly string[];
}

/** The certificates of one control plane. */
export interface Pki {
  /** The authority's certificate: what clients trust, and what client certificates are checked against. */
  readonly authority: string;
  readonly server: KeyPair;
  /** A client of group system:masters. */
  readonly admin: KeyPair;
  /** The authority's private key: whoever has it can be anybody. */
  readonly authorityKey: string;
  /** When `openPki` should be called again to renew what runs out. */
  readonly renewAt: Millis;
}

/** The one whom a node's certificate names. */
export type NodeSubject = Omit<Extract<LeafSubject, { readonly use: 'node' }>, 'use'>;

/** Reads the certificates in `directory`, making or renewing those that are missing, damaged, about to run out or do not fit
 *  any more. The authority's key is kept as long as it can be read. Files and directory are for their owner alone.
 *  Throws when the directory cannot be read or written, or holds an authority that was made elsewhere and cannot sign here. */
export async function openPki(directory: string, options: PkiOptions): Promise<Pki> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const [storedAuthority, storedServer, storedAdmin] = await Promise.all([
    readPair(directory, 'ca'),
    readPair(directory, 'server'),
    readPair(directory, 'admin'),
  ]);
  const authority = await openAuthority(directory, storedAuthority, options.now);
  const extra = options.extraNames ?? [];
  const server = await openLeaf(directory, 'server', storedServer, authority, serverSubject(extra), options.now);
  const admin = await openLeaf(directory, 'admin', storedAdmin, authority, adminSubject, options.now);
  const expiries = [authority, server, admin].map(({ parsed }) => parsed.validToDate.getTime());
  return {
    authority: authority.certificate,
    server: pairOf(server),
    admin: pairOf(admin),
    authorityKey: authority.key,
    renewAt: Math.min(...expiries) - renewBefore,
  };
}

/** A certificate for the key of a node (P-256, SPKI), by which it is `subject` towards all who trust the authority. */
export function certifyNode(pki: Pki, subject: NodeSubject, publicKey: Uint8Array, now: Millis): Promise<string> {
  const authority = { certificate: pki.authority, key: pki.authorityKey };
  return certify(authority, { use: 'node', ...subject }, publicKey, validity(now));
}

/** When a node should ask for a new certificate in place of this one. */
export function renewalTime(certificate: string): Millis {
  return new X509Certificate(certificate).validToDate.getTime() - renewBefore;
}

function validity(now: Millis): Validity {
  return { notBefore: now - clockSkewMax, notAfter: now + leafLifetime };
}

const adminSubject: LeafSubject = { use: 'client', commonName: 'kubernetes-admin', organizations: ['system:masters'] };

function serverSubject(extra: readonly string[]): LeafSubject {
  const isIp = (name: string): boolean => isIP(name) !== 0;
  const names = [
    ...new Set([...serverNames, ...extra.filter((name) => !isIp(name)).map((name) => name.toLowerCase())]),
  ];
  const ips = [...new Set([...serverIps, ...extra.filter(isIp)])];
  return { use: 'server', commonName: 'sampan', names, ips };
}

async function openAuthority(directory: string, stored: StoredPair, now: Millis): Promise<ParsedPair> {
  const pair = wholePair(stored);
  if (pair !== undefined && lasts(pair, now) && pair.parsed.ca) return pair;
  refuseOthersKey(join(directory, 'ca.key'), stored.key);
  const span = { notBefore: now - clockSkewMax, notAfter: now + authorityLifetime };
  const fresh = await issueAuthority('sampan-ca', span, readable(stored.key) === undefined ? undefined : stored.key);
  return writePair(directory, 'ca', fresh);
}

async function openLeaf(
  directory: string,
  name: string,
  stored: StoredPair,
  authority: ParsedPair,
  subject: LeafSubject,
  now: Millis,
): Promise<ParsedPair> {
  const pair = wholePair(stored);
  if (pair !== undefined && lasts(pair, now) && fits(pair, authority, subject)) return pair;
  return writePair(directory, name, await issueLeaf(authority, subject, validity(now)));
}

function lasts({ parsed }: ParsedPair, now: Millis): boolean {
  return parsed.validFromDate.getTime() <= now && parsed.validToDate.getTime() - now > renewBefore;
}

/** Whether `authority` signed it, and it says what a new one would say. */
function fits({ parsed: certificate }: ParsedPair, { parsed: issuer }: ParsedPair, subject: LeafSubject): boolean {
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
  if (subject.use !== 'server') return certificate.subject.includes(`CN=${subject.commonName}`);
  const held = (certificate.subjectAltName ?? '').split(', ');
  const names = new Set(held.flatMap((name) => (name.startsWith('DNS:') ? [name.slice('DNS:'.length)] : [])));
  return (
    held.length === subject.names.length + subject.ips.length &&
    subject.names.every((name) => names.has(name)) &&
    subject.ips.every((ip) => certificate.checkIP(ip) !== undefined)
  );
}

interface StoredPair {
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** With the certificate read: that is slow enough to be done once a start. */
interface ParsedPair extends KeyPair {
  readonly parsed: X509Certificate;
}

function pairOf({ certificate, key }: ParsedPair): KeyPair {
  return { certificate, key };
}

/** The key, if it is one of ours. */
function readable(key: string | undefined): KeyObject | undefined {
  try {
    const read = key === undefined ? undefined : createPrivateKey(key);
    return read?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? read : undefined;
  } catch {
    return undefined;
  }
}

/** A damaged key is replaced; one that somebody else made and that is of no use here would be lost by that. */
function refuseOthersKey(path: string, key = ''): void {
  const what = othersKey(key);
  if (what === undefined) return;
  throw new Error(
    `Cannot use the authority in ${path}: ${what}, and only plain P-256 keys can sign here. Put such a key and its certificate ` +
      'there, or move both files away to have new ones made.',
  );
}

function othersKey(key: string): string | undefined {
  if (key.includes('ENCRYPTED')) return 'its key is encrypted';
  try {
    const { asymmetricKeyType = '', asymmetricKeyDetails } = createPrivateKey(key);
    if (asymmetricKeyType !== 'ec') return `its key is of the kind ${asymmetricKeyType}`;
    const curve = asymmetricKeyDetails?.namedCurve;
    return curve === 'prime256v1' ? undefined : `its key is on the curve ${curve}`;
  } catch {
    return undefined;
  }
}

/** Both halves, if both can be read and belong together. */
function wholePair({ certificate, key }: StoredPair): ParsedPair | undefined {
  const read = readable(key);
  if (certificate === undefined || key === undefined || read === undefined) return undefined;
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(read) ? { certificate, key, parsed } : undefined;
  } catch {
    return undefined;
  }
}

async function readPair(directory: string, name: string): Promise<StoredPair> {
  const [certificate, key] = await Promise.all([
    readIfThere(join(directory, `${name}.crt`)),
    readIfThere(join(directory, `${name}.key`)),
  ]);
  return { certificate, key };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The key goes first: a stop between the two leaves a pair that does not match, which the next start replaces. */
async function writePair(directory: string, name: string, pair: KeyPair): Promise<ParsedPair> {
  await writeWhole(join(directory, `${name}.key`), pair.key);
  await writeWhole(join(directory, `${name}.crt`), pair.certificate);
  return { ...pair, parsed: new X509Certificate(pair.certificate) };
}

async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, text, { mode: 0o600, flush: true });
  await rename(part, path);
}
