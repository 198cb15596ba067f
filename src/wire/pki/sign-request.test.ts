import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { before, test } from 'node:test';
import { issueAuthority, type KeyPair } from '#wire/pki/issue.ts';
import { type SigningTerms, signRequest } from '#wire/pki/sign-request.ts';
import { signingRequests } from '#wire/pki/test-signing-requests.ts';

const now = Date.parse('2026-05-01T00:00:00Z');
const hour = 3600_000;
const terms: SigningTerms = { usages: ['client auth', 'digital signature'], notBefore: now, notAfter: now + hour };
let authority: KeyPair;

before(async () => {
  authority = await issueAuthority('test-ca', { notBefore: now - hour, notAfter: now + 10 * hour });
});

async function sign(request: keyof typeof signingRequests, more: Partial<SigningTerms> = {}): Promise<X509Certificate> {
  const der = Buffer.from(signingRequests[request], 'base64');
  return new X509Certificate(await signRequest(authority, der, { ...terms, ...more }));
}

test('the certificate has the subject and key that were asked for, and what they are for', async () => {
  const certificate = await sign('client');
  assert.equal(certificate.subject, 'O=dev\nO=ops\nCN=alice');
  assert.equal(certificate.verify(new X509Certificate(authority.certificate).publicKey), true);
  assert.equal(certificate.ca, false);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.equal(certificate.publicKey.asymmetricKeyType, 'ec');
  assert.deepEqual([certificate.validFromDate.getTime(), certificate.validToDate.getTime()], [now, now + hour]);
});

test('names are taken over: those of hosts, addresses, mail and URIs', async () => {
  assert.equal((await sign('named')).subjectAltName, 'DNS:node1, IP Address:192.0.2.7');
  assert.equal((await sign('client')).subjectAltName, undefined);
});

test('keys of other kinds are certified, too', async () => {
  assert.equal((await sign('ed25519')).publicKey.asymmetricKeyType, 'ed25519');
});

test('no certificate outlasts the authority, and one that has run out signs none', async () => {
  const end = now + 10 * hour;
  assert.equal((await sign('client', { notAfter: now + 20 * hour })).validToDate.getTime(), end);
  await assert.rejects(sign('client', { notBefore: end }), /^Error: the signer has expired/);
});
