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
async function play(program: string, extent: readonly string[], runs: readonly Run[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-conformance-'));
  const tokenFile = path.join(folder, 'tokens.csv');
  writeFileSync(tokenFile, tokens);
  const cluster = await startCluster({ args: ['server', ...extent, '--token-auth-file', tokenFile] });
  try {
    const server = ['--server', `https://127.0.0.1:${cluster.port}`, '--insecure'];
    let failed: readonly string[] = [''];
    let report = '';
    for (const run of runs) {
      if (failed.length === 0) break;
      const args = [program, ...server, ...run(failed)];
      const { code, stdout, stderr } = await runCommand(process.execPath, args, { timeoutMs });
      const failures = stdout.split('\n').filter((line) => !line.startsWith('ok  '));
      failed = code === 0 ? [] : failures.flatMap((line) => /^FAIL (\S+\.json)/.exec(line)?.[1] ?? []);
      report = `${failures.join('\n')}\n${stderr}`;
      assert.ok(code === 0 || failed.length > 0, report);
    }
    assert.deepEqual(failed, [], report);
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The arguments of one run, given what failed in the run before. */
type Run = (failed: readonly string[]) => readonly string[];

const cases = 'test/conformance/cases';
const timelines = 'test/conformance/timelines';

test('every request is answered as recorded', () =>
  play('test/conformance/replay.mjs', ['--api-only'], [() => [cases]]));

// Timelines pass in real time, and look at what is there after a pause: on a machine that is busy with other tests one may look too
// late. Such a one is played again by itself.
test('controllers and scheduler do what was recorded', () =>
  play(
    'test/conformance/timeline.mjs',
    [],
    [() => ['--jobs', '8', timelines], (failed) => ['--jobs', '1', ...failed.map((file) => `${timelines}/${file}`)]],
  ));
