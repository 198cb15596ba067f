import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { keys, put, Recorder, value } from '#store/contract.ts';
import { openSqliteStore, type SqliteStoreOptions } from '#store/sqlite/sqlite-store.ts';
import { TestFolder } from '#store/sqlite/test-folder.ts';
import { CompactedError, type Store, StoreError } from '#store/store.ts';

function open(folder: TestFolder, options: Partial<SqliteStoreOptions> = {}): Store {
  return openSqliteStore({ path: folder.file('store.db'), clock: new VirtualClock(), log: silentLogger, ...options });
}

async function reopened(store: Store, folder: TestFolder): Promise<Store> {
  await store.close();
  return open(folder);
}

test('values, revisions and history are there after a restart', async () => {
  using folder = new TestFolder();
  let store = open(folder);
  await put(store, 'a', 'ä\u{1F600}');
  await put(store, 'a', '2');
  await put(store, 'b', '1');
  await store.write({ op: 'delete', key: 'b' });
  store = await reopened(store, folder);
  assert.deepEqual([store.revision, store.compacted], [5, 0]);
  assert.deepEqual(await keys(store, ''), ['a=2']);
  assert.deepEqual(await keys(store, '', 4), ['a=2', 'b=1']);
  assert.deepEqual(await keys(store, '', 2), ['a=ä\u{1F600}']);
  const entry = await store.get('a');
  assert.deepEqual([entry?.createRevision, entry?.modRevision], [2, 3]);
  const recorder = new Recorder();
  store.watch('', 2, recorder);
  assert.equal(await put(store, 'c'), 6);
  assert.deepEqual(recorder.heard, ['+a@3', '+b@4', '-b@5', '+c@6']);
  assert.equal(recorder.events[2]?.previous?.value.text, '1');
  await store.close();
});

test('a value says how it begins, before it was read and after', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  await put(store, 'a', 'ä\u{1F600}: 1');
  const again = await reopened(store, folder);
  const value = (await again.get('a'))?.value;
  for (let time = 0; time < 2; time++) {
    assert.deepEqual([value?.startsWith?.('ä\u{1F600}'), value?.startsWith?.('ä1')], [true, false]);
    assert.equal(value?.text, 'ä\u{1F600}: 1');
  }
  await again.close();
});

test('the revision does not go backwards over restarts, also when the newest rows were compacted away', async () => {
  using folder = new TestFolder();
  let store = open(folder);
  await put(store, 'a');
  await store.write({ op: 'delete', key: 'a' });
  await store.compact(3);
  store = await reopened(store, folder);
  assert.deepEqual([store.revision, store.compacted], [3, 3]);
  assert.throws(() => store.watch('', 2, new Recorder()), CompactedError);
  assert.equal(await put(store, 'a'), 4);
  await store.close();
});

/** The next event of a store. */
function nextEvent(store: Store): Promise<string> {
  return new Promise((resolve) => {
    const recorder = new Recorder();
    const event: Recorder['event'] = (each) => {
      recorder.event(each);
      resolve(recorder.heard.join());
    };
    store.watch('', store.revision, { event, closed: () => {} });
  });
}

test('a time to live goes on over a restart, and what fell due meanwhile goes at once', async () => {
  using folder = new TestFolder();
  const clock = new VirtualClock();
  const store = open(folder, { clock });
  const at = clock.now() + 1000;
  await store.write({ op: 'put', key: 'a', value: value('1'), expiresAt: at });
  await store.write({ op: 'put', key: 'b', value: value('1'), expiresAt: at });
  await store.write({ op: 'put', key: 'c', value: value('1'), expiresAt: at + 1000 });
  await put(store, 'b', '2');
  await store.close();
  const later = new VirtualClock(at + 1);
  const again = open(folder, { clock: later });
  const first = nextEvent(again);
  await later.advance(0);
  assert.equal(await first, '-a@6');
  const second = nextEvent(again);
  await later.advance(999);
  assert.equal(await second, '-c@7');
  assert.deepEqual(await keys(again, ''), ['b=2']);
  await again.close();
});

test('a value read late is still there when compaction has removed its row', async () => {
  using folder = new TestFolder();
  let store = open(folder);
  await put(store, 'a', 'old');
  store = await reopened(store, folder);
  const held = await store.get('a');
  await put(store, 'a', 'new');
  await store.compact(3);
  assert.equal(held?.value.text, 'old');
  await store.close();
});

test('what newer values have replaced is on the disk alone, and can be read until it is forgotten, or held before that', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  const old = value('old');
  await store.write({ op: 'put', key: 'a', value: old });
  assert.equal((await store.get('a'))?.value, old);
  await put(store, 'a', 'new');
  await put(store, 'a', 'newest');
  const [then] = (await store.range({ prefix: '', revision: 2 })).entries;
  assert.notEqual(then?.value, old);
  assert.equal(then?.value.text, 'old');
  const seen = new Recorder();
  store.watch('', 1, seen);
  const [held] = (await store.range({ prefix: '', revision: 3 })).entries;
  await store.compact(4);
  assert.equal(held?.value.text, 'new');
  assert.deepEqual(
    seen.events.map((event) => [event.type === 'put' && event.entry.value.text, event.previous?.value.text]),
    [
      ['old', undefined],
      ['new', 'old'],
      ['newest', 'new'],
    ],
  );
  await store.close();
});

test('a past that is being forgotten is shown whole, or said to be gone', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  const names = Array.from({ length: 800 }, (_, index) => `k${String(index).padStart(3, '0')}`);
  for (const text of ['1', '2']) await Promise.all(names.map((name) => put(store, name, text)));
  const then = names.map((name) => `${name}=1`);
  let done = false;
  const compacted = store.compact(store.revision).then(() => {
    done = true;
  });
  let shown = 0;
  while (!done) {
    try {
      assert.deepEqual(await keys(store, '', 1 + names.length), then);
      shown++;
    } catch (error) {
      assert(error instanceof CompactedError, String(error));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await compacted;
  assert(shown > 0);
  await store.close();
});

test('rows left by a compaction that a crash cut short change nothing and go with the next one', async () => {
  using folder = new TestFolder();
  let store = open(folder);
  await put(store, 'a', '1');
  await put(store, 'a', '2');
  await put(store, 'b', '1');
  await store.write({ op: 'delete', key: 'b' });
  await store.close();
  const raw = new DatabaseSync(folder.file('store.db'));
  raw.exec("UPDATE meta SET value = 5 WHERE name = 'compacted'");
  store = open(folder);
  assert.deepEqual(await keys(store, ''), ['a=2']);
  await store.compact(5);
  assert.deepEqual(
    raw
      .prepare('SELECT mod_revision AS r FROM history')
      .all()
      .map((row) => row.r),
    [3],
  );
  raw.close();
  await store.close();
});

test('under endless updates with compaction the file stays bounded, and after a burst it shrinks', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  const size = (): number => statSync(folder.file('store.db')).size;
  const text = 'x'.repeat(4000);
  const round = async (writes: number): Promise<void> => {
    await Promise.all(Array.from({ length: writes }, (_, n) => put(store, `k${n % 20}`, text)));
    await store.compact(store.revision);
  };
  const sizes: number[] = [];
  for (let n = 0; n < 20; n++) {
    await round(400);
    sizes.push(size());
  }
  // 8,000 writes of 4 kB are 32 MB; what is alive is 80 kB, and one round 1.6 MB.
  assert(Math.max(...sizes) < 8_000_000, `sizes: ${sizes}`);
  await round(6000);
  for (let n = 0; n < 5; n++) await round(400);
  await store.close();
  assert(size() < 8_000_000, `size after a burst: ${size()}`);
});

test('a full file fails the batch and all behind it clearly, loses nothing, and takes writes again when there is room', async () => {
  using folder = new TestFolder();
  const store = open(folder, { bytesMax: 400_000 });
  const text = 'x'.repeat(10_000);
  await put(store, 'a', 'small');
  const watched = new Recorder();
  store.watch('', store.revision, watched);
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, async (_, n) => {
      // Some come while the first batch is under way.
      if (n >= 50) await new Promise((resolve) => setImmediate(resolve));
      return store.write({ op: 'put', key: `big/${n % 10}`, value: value(text) });
    }),
  );
  for (const result of results) {
    assert(result.status === 'rejected' && result.reason instanceof StoreError);
    assert.match(
      result.reason.message,
      /^Cannot write to \S+store\.db: .*full \(the disk is full, or the file has reached/,
    );
  }
  assert.deepEqual([store.revision, await keys(store, '')], [2, ['a=small']]);
  assert.deepEqual(watched.heard, []);
  assert.equal(await put(store, 'a', 'again'), 3);
  assert.deepEqual(watched.heard, ['+a@3']);
  const again = await reopened(store, folder);
  assert.deepEqual([again.revision, await keys(again, '')], [3, ['a=again']]);
  await again.close();
});

test('a file locked by another program fails writes clearly, and takes them again when the lock is gone', async () => {
  using folder = new TestFolder();
  const store = open(folder, { busyMsMax: 20 });
  await put(store, 'a', '1');
  const other = new DatabaseSync(folder.file('store.db'));
  other.exec('BEGIN IMMEDIATE');
  await assert.rejects(put(store, 'a', '2'), (error) => {
    assert(error instanceof StoreError);
    assert.match(
      error.message,
      /^Cannot write to \S+store\.db: database is locked \(another program holds a lock on it; end/,
    );
    return true;
  });
  assert.deepEqual(await keys(store, ''), ['a=1']);
  other.exec('ROLLBACK');
  other.close();
  assert.equal(await put(store, 'a', '3'), 3);
  await store.close();
});

test('the files of a store are for their owner alone, also those that were not', async () => {
  using folder = new TestFolder();
  const path = folder.file('store.db');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const store = open(folder);
  await put(store, 'a');
  const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
  await store.close();
  assert.deepEqual(modes, [0o600, 0o600, 0o600]);
});

test('the same process cannot open a store twice', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  assert.throws(
    () => open(folder),
    /^StoreError: Cannot open the store at \S+store\.db: this very process is using it\. Stop it first, or choose another/,
  );
  await put(store, 'a');
  const again = await reopened(store, folder);
  assert.deepEqual(await keys(again, ''), ['a=a']);
  await again.close();
});

test('a store in use names the process that uses it, and is free the moment that process is killed', async () => {
  using folder = new TestFolder();
  const program = fileURLToPath(new URL('./test-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder.file('store.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  assert.throws(
    () => open(folder),
    new RegExp(
      `Cannot open the store at \\S+: process ${child.pid} is using it\\. Stop it first \\(kill ${child.pid}\\), or`,
    ),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = open(folder);
  assert(store.revision > 1);
  await store.close();
});

test('a file of a newer layout, of another program, or no database at all is refused and left alone', async () => {
  using folder = new TestFolder();
  await open(folder).close();
  const raw = new DatabaseSync(folder.file('store.db'));
  raw.exec('PRAGMA user_version = 2');
  raw.close();
  assert.throws(
    () => open(folder),
    /StoreError: Cannot open \S+: a newer Sampan wrote it \(layout 2, this one knows 1\)\. Use/,
  );

  const foreign = new DatabaseSync(folder.file('foreign.db'));
  foreign.exec('CREATE TABLE theirs (x)');
  foreign.close();
  const path = folder.file('foreign.db');
  assert.throws(
    () => open(folder, { path }),
    /StoreError: Cannot open \S+: it is a database of another program\. Choose/,
  );

  writeFileSync(folder.file('text.db'), 'not a database, but long enough to be taken for one '.repeat(50));
  assert.throws(
    () => open(folder, { path: folder.file('text.db') }),
    /StoreError: Cannot open the store at \S+: file is not a database \(the file is not an SQLite database; move it away/,
  );
  assert.throws(
    () => open(folder, { path: folder.file('no/such/folder/store.db') }),
    /StoreError: Cannot .*check that the folder/,
  );
});

test('a gap in the history is found when the file is opened', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  for (const key of ['a', 'b', 'c']) await put(store, key);
  await store.close();
  const raw = new DatabaseSync(folder.file('store.db'));
  raw.exec('DELETE FROM history WHERE mod_revision = 3');
  raw.close();
  assert.throws(
    () => open(folder),
    /StoreError: Cannot open \S+: revision 3 is missing from its history, so it is damaged/,
  );
});

test('a store of 20,000 keys opens in a fraction of a second, and reads its values', async () => {
  using folder = new TestFolder();
  let store = open(folder);
  const text = 'x'.repeat(2000);
  await Promise.all(Array.from({ length: 20_000 }, (_, n) => put(store, `/registry/pods/default/pod-${n}`, text)));
  await store.close();
  const before = performance.now();
  store = open(folder);
  const took = performance.now() - before;
  assert(took < 1000, `opening took ${took} ms`);
  const { entries, remaining } = await store.range({ prefix: '/registry/pods/', limit: 10 });
  assert.equal(remaining, 19_990);
  for (const entry of entries) assert.equal(entry.value.text, text);
  await store.close();
});

test('when the writer thread dies, writes fail, watchers are told why, and closing still works', async () => {
  using folder = new TestFolder();
  const store = open(folder);
  const recorder = new Recorder();
  store.watch('', 1, recorder);
  // The thread opens the file a little later than the store did, and finds a folder there.
  rmSync(folder.file('store.db'));
  mkdirSync(folder.file('store.db'));
  await assert.rejects(put(store, 'a'), StoreError);
  assert.equal(recorder.ends.length, 1);
  assert.match(
    String(recorder.ends[0]),
    /StoreError: Cannot go on with the store at \S+: unable to open database file/,
  );
  await assert.rejects(put(store, 'a'), /Cannot go on with the store/);
  await store.close();
});
