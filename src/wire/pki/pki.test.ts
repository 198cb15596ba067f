import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPki, type Pki } from '#wire/pki/pki.ts';

const day = 24 * 3600 * 1000;
const now = Date.parse('2026-05-01T00:00:00Z');
let directory = '';
let first: Pki;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-pki-'));
  first = await openPki(directory, { now });
});
after(() => rm(directory, { recursive: true }));

test('the server certificate is signed by the authority and names every address clients use', () => {
  const authority = new X509Certificate(first.authority);
  const server = new X509Certificate(first.server.certificate);
  assert.equal(authority.ca, true);
  assert.equal(server.verify(authority.publicKey), true);
  for (const host of ['localhost', 'kubernetes', 'kubernetes.default.svc.cluster.local'])
    assert.ok(server.checkHost(host));
  for (const ip of ['127.0.0.1', '::1', '10.96.0.1']) assert.ok(server.checkIP(ip));
  assert.equal(server.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
});

test('the admin certificate is a client of system:masters', () => {
  const admin = new X509Certificate(first.admin.certificate);
  assert.match(admin.subject, /^O=system:masters$/m);
  assert.match(admin.subject, /^CN=kubernetes-admin$/m);
  assert.deepEqual(admin.keyUsage, ['1.3.6.1.5.5.7.3.2']);
});

test('keys and certificates can be read by their owner alone', async () => {
  for (const name of ['ca.key', 'ca.crt', 'server.key', 'server.crt', 'admin.key', 'admin.crt']) {
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600, name);
  }
});

test('what still lasts is kept', async () => {
  const again = await openPki(directory, { now: now + 30 * day });
  assert.deepEqual(again, first);
});

test('what is about to run out is renewed and the authority kept', async () => {
  const copy = await copied();
  const later = await openPki(copy, { now: now + 340 * day });
  assert.equal(later.authority, first.authority);
  assert.notEqual(later.server.certificate, first.server.certificate);
  assert.ok(new X509Certificate(later.admin.certificate).validToDate.getTime() > now + 600 * day);
  await rm(copy, { recursive: true });
});

test('an authority about to run out keeps its key, so that older leaves still verify', async () => {
  const copy = await copied();
  const later = await openPki(copy, { now: now + 3640 * day });
  const authority = new X509Certificate(later.authority);
  assert.notEqual(later.authority, first.authority);
  assert.equal(new X509Certificate(first.server.certificate).verify(authority.publicKey), true);
  await rm(copy, { recursive: true });
});

test('a damaged certificate, or one that lacks a name, is replaced', async () => {
  const copy = await copied();
  await writeFile(join(copy, 'server.crt'), 'not a certificate');
  const repaired = await openPki(copy, { now });
  assert.ok(new X509Certificate(repaired.server.certificate).checkHost('localhost'));
  const widened = await openPki(copy, { now, extraNames: ['deck.example', '192.0.2.7'] });
  const server = new X509Certificate(widened.server.certificate);
  assert.ok(server.checkHost('deck.example') && server.checkIP('192.0.2.7'));
  await rm(copy, { recursive: true });
});

test('an authority that somebody else made is not overwritten', async () => {
  const copy = await copied();
  const form = { type: 'pkcs8', format: 'pem' } as const;
  const keys: readonly (readonly [key: string | Buffer, why: RegExp])[] = [
    [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(form), /its key is of the kind rsa/],
    [generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(form), /its key is on the curve secp384r1/],
    [
      generateKeyPairSync('ed25519').privateKey.export({ ...form, cipher: 'aes-256-cbc', passphrase: 'x' }),
      /its key is encrypted/,
    ],
  ];
  for (const [key, why] of keys) {
    await writeFile(join(copy, 'ca.key'), key);
    await assert.rejects(openPki(copy, { now }), why);
    assert.equal(await readFile(join(copy, 'ca.key'), 'utf8'), String(key));
  }
  await rm(copy, { recursive: true });
});

test('the certificate of the server is renewed when it is reached under other names, more or fewer', async () => {
  const copy = await copied();
  const extraNames = ['deck.example', '*.Wide.example', '192.0.2.7', '2001:db8::7'];
  const widened = await openPki(copy, { now, extraNames });
  const server = new X509Certificate(widened.server.certificate);
  assert.ok(server.checkHost('a.wide.example') && server.checkIP('2001:db8::7'));
  assert.deepEqual(
    await openPki(copy, { now: now + day, extraNames }),
    widened,
    'the same names: the same certificate',
  );
  const narrowed = new X509Certificate((await openPki(copy, { now, extraNames: ['192.0.2.7'] })).server.certificate);
  assert.equal(narrowed.checkHost('deck.example'), undefined);
  assert.ok(narrowed.checkIP('192.0.2.7'));
  await rm(copy, { recursive: true });
});

async function copied(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sampan-pki-'));
  for (const name of ['ca', 'server', 'admin']) {
    for (const half of ['key', 'crt']) {
      await writeFile(join(copy, `${name}.${half}`), await readFile(join(directory, `${name}.${half}`)), {
        mode: 0o600,
      });
    }
  }
  return copy;
}
