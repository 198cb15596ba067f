import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openListener } from '#wire/listener.ts';
import { openPki } from '#wire/pki/pki.ts';
import { fingerprint, presentedAuthority } from '#wire/pki/trust.ts';

const day = 24 * 3600 * 1000;
const directory = await mkdtemp(join(tmpdir(), 'sampan-trust-'));
after(() => rm(directory, { recursive: true }));

test('an authority keeps its fingerprint when its certificate is renewed, and no other has it', async () => {
  const now = Date.now();
  const first = await openPki(join(directory, 'a'), { now });
  const renewed = await openPki(join(directory, 'a'), { now: now + 10 * 365 * day });
  assert.notEqual(renewed.authority, first.authority);
  assert.equal(fingerprint(renewed.authority), fingerprint(first.authority));
  const other = await openPki(join(directory, 'b'), { now });
  assert.notEqual(fingerprint(other.authority), fingerprint(first.authority));
});

test('a server shows its authority to whoever wants to compare it', async () => {
  const pki = await openPki(join(directory, 'c'), { now: Date.now() });
  const listener = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: () => {},
  });
  const url = `https://127.0.0.1:${listener.port}`;
  const shown = await presentedAuthority(url, 5_000).finally(() => listener.close(AbortSignal.abort()));
  assert.equal(shown, pki.authority);
  await assert.rejects(presentedAuthority(url, 5_000), { code: 'ECONNREFUSED' });
});
