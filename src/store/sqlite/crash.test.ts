import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import { TestFolder } from '#store/sqlite/test-folder.ts';
import type { Store } from '#store/store.ts';

const program = fileURLToPath(new URL('./test-writer.ts', import.meta.url));

interface Acknowledged {
  readonly key: string;
  readonly revision: number;
  readonly n: number;
}

/** Whole lines only: the last may be cut by the kill. */
function acknowledgedIn(output: string): Acknowledged[] {
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line) => {
    const match = /^(\/\S+) (\d+) (\d+)$/.exec(line);
    return match === null ? [] : [{ key: match[1] ?? '', revision: Number(match[2]), n: Number(match[3]) }];
  });
}

/** Every key holds what was last acknowledged for it, or something written after that. */
async function assertKept(store: Store, acknowledged: readonly Acknowledged[]): Promise<void> {
  const last = new Map<string, Acknowledged>();
  for (const each of acknowledged) {
    if (each.revision > (last.get(each.key)?.revision ?? 0)) last.set(each.key, each);
    assert(store.revision >= each.revision, 'the revision never goes backwards');
  }
  for (const [key, { revision, n }] of last) {
    const entry = await store.get(key);
    assert(entry !== undefined, `${key}@${revision} was acknowledged and is gone`);
    assert(entry.modRevision >= revision);
    if (entry.modRevision === revision) assert.equal(entry.value.text, `${n} ${'x'.repeat(n % 3000)}`);
  }
}

test('what was acknowledged is there after kill -9 at any moment, again and again', async () => {
  using folder = new TestFolder();
  const path = folder.file('store.db');
  const moments = seededRandom('crash-store').stream('kills');
  const acknowledged: Acknowledged[] = [];
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, [program, path, String(round * 1_000_000)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    // Killed on reaching an amount of output, so that a slow machine gets as far as a fast one.
    const bytesMax = 200 + moments.int(40_000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > bytesMax) child.kill('SIGKILL');
    });
    await once(child, 'close');
    assert.equal(child.signalCode, 'SIGKILL');
    acknowledged.push(...acknowledgedIn(output));
    const store = openSqliteStore({ path, clock: new VirtualClock(), log: silentLogger });
    await assertKept(store, acknowledged);
    await store.close();
  }
  assert(acknowledged.length > 500, 'the test saw many writes');
});

test('a disk that refuses to take more fails the writes clearly, reads go on and nothing acknowledged is lost', async () => {
  using folder = new TestFolder();
  const path = folder.file('store.db');
  // In the shell's units of 512 or 1024 bytes: no file beyond two megabytes.
  const script = 'ulimit -f 2000; exec "$0" "$@"';
  const child = spawn('sh', ['-c', script, process.execPath, program, path, '0', 'until-failure'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  assert.match(
    output,
    /^failed Cannot write to \S+store\.db: disk I\/O error \(the disk reported an error; check the disk/m,
  );
  assert.match(output, /^readable \d\d+$/m);
  const store = openSqliteStore({ path, clock: new VirtualClock(), log: silentLogger });
  const acknowledged = acknowledgedIn(output);
  assert(acknowledged.length > 100);
  await assertKept(store, acknowledged);
  await store.close();
});
