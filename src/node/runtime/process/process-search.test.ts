import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { ProcessSearch } from '#node/runtime/process/process-search.ts';
import { containerMarker } from '#node/runtime/process/processes.ts';

const linux = { skip: process.platform === 'linux' ? false : 'there is no /proc' };

function run(env: { readonly [name: string]: string }, script: string) {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env });
  return { pid: child.pid ?? 0, child, said: once(child.stdout, 'data') };
}

test('processes are found by the mark they bear, and by the session they are in', linux, async (t) => {
  const marked = run({ [containerMarker]: 'one' }, 'echo; read -r x');
  const unmarked = run({}, 'echo; read -r x');
  t.after(() => [marked, unmarked].forEach(({ child }) => void child.kill('SIGKILL')));
  await Promise.all([marked.said, unmarked.said]);
  const search = new ProcessSearch({ now: () => 0 });
  assert.deepEqual(search.find(new Set(['one']), []), [marked.pid]);
  assert.deepEqual(search.find(new Set(['two']), []), []);
  assert.deepEqual(search.find(new Set(['two']), [unmarked.pid]), [unmarked.pid]);
});

test('a process that began after the last search is found by the next', linux, async (t) => {
  const search = new ProcessSearch({ now: () => 0 });
  assert.deepEqual(search.find(new Set(['late']), []), []);
  const late = run({ [containerMarker]: 'late' }, 'echo; read -r x');
  t.after(() => late.child.kill('SIGKILL'));
  await late.said;
  assert.deepEqual(search.find(new Set(['late']), []), [late.pid]);
});

test('who bore no mark is not looked at for a while, then again, as the number may be another’s', linux, async (t) => {
  let now = 0;
  const search = new ProcessSearch({ now: () => now });
  const script = `echo; read -r x; exec env ${containerMarker}=changed sh -c 'echo; read -r x'`;
  const { pid, child, said } = run({ PATH: process.env.PATH ?? '' }, script);
  t.after(() => child.kill('SIGKILL'));
  await said;
  const ids = new Set(['changed']);
  assert.deepEqual(search.find(ids, []), []);
  const changed = once(child.stdout, 'data');
  child.stdin.write('\n');
  await changed;
  now = 4_999;
  assert.deepEqual(search.find(ids, []), []);
  now = 5_000;
  assert.deepEqual(search.find(ids, []), [pid]);
});
