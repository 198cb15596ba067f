import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSigningKey } from '#wire/pki/signing-key.ts';

test('a key is made once, for its owner alone, and found again', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sampan-key-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'deep', 'sa.key');
  const first = await openSigningKey(file);
  assert.ok(first.equals(await openSigningKey(file)));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a damaged key is never replaced: that would end all tokens', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sampan-key-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'sa.key');
  await writeFile(file, 'no key');
  await assert.rejects(openSigningKey(file), /Cannot sign tokens with .*sa\.key/);
});
