import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startCluster } from '../black-box/cluster.ts';
import { runCommand } from '../black-box/commands.ts';

/** The users that the recordings know. */
const tokens = 'admintoken,admin,admin-uid,"system:masters"\nalicetoken,alice,alice-uid,"devs"\n';
const timeoutMs = 8 * 60_000;

/** Plays recordings of a Kubernetes API server and its controllers against ours (README.md of this folder). */
async function play(program: string, extent: readonly string[], args: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-conformance-'));
  const tokenFile = path.join(folder, 'tokens.csv');
  writeFileSync(tokenFile, tokens);
  const cluster = await startCluster({ args: ['server', ...extent, '--token-auth-file', tokenFile] });
  try {
    const server = ['--server', `https://127.0.0.1:${cluster.port}`, '--insecure'];
    const { code, stdout, stderr } = await runCommand(process.execPath, [program, ...server, ...args], { timeoutMs });
    const failures = stdout.split('\n').filter((line) => !line.startsWith('ok  '));
    assert.equal(code, 0, `${failures.join('\n')}\n${stderr}`);
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }
}

test('every request is answered as recorded', () =>
  play('test/conformance/replay.mjs', ['--api-only'], ['test/conformance/cases']));

test('controllers and scheduler do what was recorded', () =>
  play('test/conformance/timeline.mjs', [], ['--jobs', '4', 'test/conformance/timelines']));
