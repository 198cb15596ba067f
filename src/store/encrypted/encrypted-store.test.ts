import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger as log } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { type Bench, Recorder, storeContract, value } from '#store/contract.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { storeModel } from '#store/model.contract.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import { TestFolder } from '#store/sqlite/test-folder.ts';
import type { Store } from '#store/store.ts';
import { createEncryptedStore, requireOpened } from './encrypted-store.ts';
import { aescbcProvider, aesgcmProvider, identityProvider, type Provider } from './provider.ts';

const gcm = (name: string, fill = 7): Provider => aesgcmProvider({ name, secret: Buffer.alloc(32, fill) });
const cbc = (name: string, fill = 7): Provider => aescbcProvider({ name, secret: Buffer.alloc(16, fill) });

function onMemory(): Bench {
  const clock = new VirtualClock();
  const store = createEncryptedStore(createMemoryStore({ clock }), [{ prefix: 'a', providers: [gcm('k')] }]);
  return { store, clock, dispose: () => store.close() };
}

function onSqlite(): Bench {
  const folder = new TestFolder();
  const clock = new VirtualClock();
  const backend = openSqliteStore({ path: folder.file('store.db'), clock, log });
  const store = createEncryptedStore(backend, [{ prefix: '', providers: [gcm('k')] }]);
  const dispose = async (): Promise<void> => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { store, clock, dispose };
}

storeContract('encrypted memory', onMemory);
storeContract('encrypted sqlite', onSqlite);
storeModel('encrypted memory', onMemory, 100);

const key = '/registry/secrets/default/a';
const prefix = '/registry/secrets/';

/** The same database under one configuration after another. */
class Disk implements Disposable {
  private readonly folder = new TestFolder();

  async with<T>(providers: readonly Provider[], use: (store: Store) => Promise<T>): Promise<T> {
    const backend = openSqliteStore({ path: this.folder.file('s.db'), clock: new VirtualClock(), log });
    const rules = providers.length === 0 ? [] : [{ prefix, providers: providers as [Provider, ...Provider[]] }];
    const store = createEncryptedStore(backend, rules);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  /** What lies on disk. */
  raw(at = key): Promise<string> {
    return this.with([], async (store) => (await store.get(at))?.value.text ?? '');
  }

  write(providers: readonly Provider[], text: string, at = key): Promise<unknown> {
    return this.with(providers, (store) => store.write({ op: 'put', key: at, value: value(text) }));
  }

  read(providers: readonly Provider[], at = key): Promise<{ text: string; stale: boolean }> {
    return this.with(providers, async (store) => {
      const found = (await store.get(at))?.value;
      return { text: found?.text ?? '', stale: found?.stale ?? false };
    });
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

test('only sealed content lies on disk, under the name of its key; other keys are left as they are', async () => {
  using disk = new Disk();
  for (const provider of [gcm('k1'), cbc('k1')]) {
    await disk.write([provider], 'swordfish');
    const raw = await disk.raw();
    assert.ok(raw.startsWith(provider.prefix), raw);
    assert.ok(!raw.includes('swordfish') && !raw.includes(Buffer.from('swordfish').toString('base64')));
    assert.deepEqual(await disk.read([provider]), { text: 'swordfish', stale: false });
  }
  assert.equal(gcm('k1').prefix, 'k8s:enc:aesgcm:v1:k1:');
  await disk.write([gcm('k1')], 'open', '/registry/configmaps/default/a');
  assert.equal(await disk.raw('/registry/configmaps/default/a'), 'open');
});

test('the same text is never sealed the same way twice', async () => {
  const provider = gcm('k');
  assert.notEqual(provider.seal('x', key), provider.seal('x', key));
});

test('a new first key writes, old keys and plain text are still read and known to be out of date', async () => {
  using disk = new Disk();
  await disk.write([identityProvider], 'plain');
  assert.deepEqual(await disk.read([gcm('new'), identityProvider]), { text: 'plain', stale: true });
  await disk.write([gcm('old', 1), identityProvider], 'sealed');
  assert.deepEqual(await disk.read([gcm('new', 2), gcm('old', 1)]), { text: 'sealed', stale: true });
  await disk.write([gcm('new', 2), gcm('old', 1)], 'sealed');
  assert.ok((await disk.raw()).startsWith('k8s:enc:aesgcm:v1:new:'));
  assert.deepEqual(await disk.read([identityProvider, gcm('new', 2)]), { text: 'sealed', stale: true });
});

test('content without its key is an error that says which, and stays as it is', async () => {
  using disk = new Disk();
  await disk.write([gcm('k1')], 'swordfish');
  const before = await disk.raw();
  const missing = /^Cannot read \/registry\/secrets\/default\/a: it is encrypted with aesgcm key "k1", which is not in/;
  await assert.rejects(disk.read([gcm('k2'), identityProvider]), { name: 'StoreError', message: missing });
  const wrong = /does not fit aesgcm key "k1": the secret of that key is another one, or the content is damaged/;
  await assert.rejects(disk.read([gcm('k1', 9)]), { name: 'StoreError', message: wrong });
  await assert.rejects(
    disk.with([gcm('k1', 9)], (store) => store.range({ prefix: '' })),
    { name: 'StoreError', message: wrong },
  );
  assert.equal(await disk.raw(), before);
  await disk.write([identityProvider], 'plain');
  await assert.rejects(disk.read([gcm('k1')]), /it is stored as plain text, .*add "identity: \{\}" to read it$/);
  await disk.write([cbc('k1')], 'swordfish');
  await assert.rejects(disk.read([cbc('k1', 9)]), /does not fit aescbc key "k1"/);
});

test('what is sealed for one place cannot be opened in another', async () => {
  const provider = gcm('k');
  assert.throws(() => provider.open(provider.seal('x', key), '/registry/secrets/kube-system/a'));
});

test('who opens a store without any keys is told what it needs', async () => {
  using disk = new Disk();
  await disk.write([gcm('k1')], 'swordfish');
  await disk.with([], async (store) => {
    const entry = await store.get(key);
    const help = /Cannot read .*: it is encrypted with aesgcm key "k1"; start with the --encryption-provider-config/;
    assert.throws(() => entry && requireOpened(entry), { name: 'StoreError', message: help });
  });
});

test('to find content that is sealed, nothing is read whole that can tell how it begins', () => {
  const value = {
    get text(): string {
      throw new Error('read whole');
    },
    startsWith: (start: string) => '{"kind":"Pod"}'.startsWith(start),
  };
  requireOpened({ key, value, createRevision: 2, modRevision: 2 });
});

test('a watch that meets content it cannot open ends with the reason', async () => {
  const clock = new VirtualClock();
  const backend = createMemoryStore({ clock });
  const store = createEncryptedStore(backend, [{ prefix, providers: [gcm('k1')] }]);
  const recorder = new Recorder();
  store.watch('', 1, recorder);
  await store.write({ op: 'put', key, value: value('good') });
  const sealed = gcm('k2');
  // Another server on the same store, which has another key.
  await backend.write({ op: 'put', key, value: value(sealed.prefix + sealed.seal('bad', key)) });
  await backend.write({ op: 'put', key: `${key}b`, value: value('after') });
  assert.deepEqual(recorder.heard, [`+${key}@2`]);
  assert.match(recorder.ends[0]?.message ?? '', /encrypted with aesgcm key "k2"/);
  assert.equal(recorder.ends.length, 1);
});
