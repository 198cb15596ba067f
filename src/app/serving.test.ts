import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCluster } from '#app/cluster.ts';
import { completeConfig } from '#app/config.ts';

test('a kubeconfig that cannot be written is named, and the port is let go', { timeout: 30_000 }, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sampan-serving-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const probe = createServer().listen(0, '127.0.0.1');
  const port = await listening(probe);
  probe.close();
  const kubeconfig = join(import.meta.filename, 'config');
  const config = completeConfig({ dataDir, port, kubeconfig }, {});
  const started = startCluster({ config, extent: 'api', storage: 'memory', serve: true });
  await assert.rejects(started, { name: 'ConfigError', message: /^Cannot write the kubeconfig \S+\/config: ENOTDIR/ });
  const again = createServer().listen(port, '127.0.0.1');
  assert.equal(await listening(again), port);
  again.close();
});

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.on('listening', () => resolve((server.address() as { port: number }).port));
  });
}
