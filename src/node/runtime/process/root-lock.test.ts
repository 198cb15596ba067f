import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { identify } from '#node/runtime/process/processes.ts';
import { lockRoot } from '#node/runtime/process/root-lock.ts';

test('the folder of a node belongs to one process, until that ends, however it ends', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sampan-lock-'));
  const file = join(root, 'lock.json');
  const holder = spawn('sleep', ['60']);
  await once(holder, 'spawn');
  writeFileSync(file, JSON.stringify(identify(holder.pid ?? 0)));
  const expected = { name: 'NodeInUseError', message: new RegExp(`a node of process ${holder.pid} runs there`) };
  assert.throws(() => lockRoot(root), expected);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const unlock = lockRoot(root);
  assert.equal(existsSync(file), true);
  unlock();
  assert.equal(existsSync(file), false);
  rmSync(root, { recursive: true });
});
