import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from './cluster.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'sampan-names-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

/** What kubectl says when it takes the server of that start for each of the names. */
async function answers(san: readonly string[], names: readonly string[]): Promise<readonly string[]> {
  const cluster = await startCluster({ args: ['server', '--api-only', ...san], dataDir });
  try {
    const results = await Promise.all(
      names.map((name) => cluster.kubectl('v35', '--tls-server-name', name, 'get', '--raw', '/readyz')),
    );
    return results.map(({ stdout, stderr }) => stdout || (/x509: [a-z ]+/.exec(stderr)?.[0] ?? stderr));
  } finally {
    await cluster.stop();
  }
}

test('clients that were told of the authority trust the server under every name it was given, and no other', async () => {
  const names = ['k8s.example.com', 'a.wide.example', '192.0.2.7', 'localhost', 'other.example'];
  const refused = 'x509: certificate is valid for localhost';
  assert.deepEqual(await answers(['--tls-san', 'k8s.example.com,192.0.2.7', '--tls-san', '*.wide.example'], names), [
    'ok',
    'ok',
    'ok',
    'ok',
    refused,
  ]);
  const [gone, , address, local] = await answers(['--tls-san', 'other.example'], names);
  assert.deepEqual([gone, local], [refused, 'ok']);
  assert.match(address ?? '', /^x509: /);
});
