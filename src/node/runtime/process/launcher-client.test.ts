import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger } from '#base/log.ts';
import { Launcher } from '#node/runtime/process/launcher-client.ts';

test('no launcher runs before the first order, and none after the end', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sampan-launcher-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const identity = join(directory, 'launcher.json');
  const launcher = new Launcher({ directory, log: createLogger('silent'), onGone: () => {}, onLost: () => {} });
  assert.equal(existsSync(identity), false);

  const env = { PATH: process.env.PATH ?? '' };
  const { exitCode, output } = await launcher.ask({
    do: 'run',
    command: ['sh', '-c', 'echo $PPID'],
    env,
    cwd: '/',
    timeout: 5_000,
  });
  assert.equal(exitCode, 0);
  assert.notEqual(Number(output), process.pid);
  assert.equal(existsSync(identity), true);

  await launcher.close();
  assert.equal(existsSync(identity), false);
});
