import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ended, sampanMain, spawnSampan, type TestCluster, untilReady } from './cluster.ts';
import { runCommand } from './commands.ts';
import { killContainers, killSampan } from './victims.ts';

/** A node in a process of its own, as on another machine. */
export interface JoinedNode {
  /** Kills it at once, with -9; its pods run on. */
  kill(): Promise<void>;
  /** Ends it and all that runs on it, and removes what it kept. */
  stop(): Promise<void>;
}

/** Starts a node that joins a cluster by the command that `sampan token` prints; resolves when it has. */
export async function joinNode(cluster: TestCluster, name: string): Promise<JoinedNode> {
  const { code, stdout, stderr } = await runCommand(process.execPath, [
    ...[sampanMain, 'token', '--data-dir', cluster.dataDir],
  ]);
  assert.equal(code, 0, stderr);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sampan-joined-'));
  const child = spawnSampan(['node', '--name', name, '--data-dir', dataDir, ...stdout.trim().split(' ').slice(3)]);
  await untilReady(child);
  return {
    kill: () => killSampan(child.pid ?? 0, dataDir),
    stop: async () => {
      await ended(child, 'SIGTERM');
      await killContainers(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
