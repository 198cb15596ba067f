import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VirtualClock } from '#base/virtual-clock.ts';
import {
  CompactedError,
  FutureRevisionError,
  type Revision,
  type Store,
  StoreError,
  type StoreEvent,
  type StoreWatcher,
  type Value,
} from '#store/store.ts';

/** A store under test. */
export interface Bench {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>;
}

/** What a watcher was told. */
export class Recorder implements StoreWatcher {
  readonly events: StoreEvent[] = [];
  readonly ends: (Error | undefined)[] = [];

  event(event: StoreEvent): void {
    assert.equal(this.ends.length, 0, 'no event after the end');
    this.events.push(event);
  }

  closed(cause: Error | undefined): void {
    this.ends.push(cause);
  }

  /** Events in short: `+key@revision` and `-key@revision`. */
  get heard(): string[] {
    return this.events.map((event) =>
      event.type === 'put' ? `+${event.entry.key}@${event.revision}` : `-${event.key}@${event.revision}`,
    );
  }
}

export const value = (text: string): Value => ({ text });

/** Puts without a condition and answers the revision. */
export async function put(store: Store, key: string, text = key): Promise<Revision> {
  const result = await store.write({ op: 'put', key, value: value(text) });
  assert(result.ok);
  return result.revision;
}

export async function keys(store: Store, prefix: string, revision?: Revision): Promise<string[]> {
  const { entries } = await store.range(revision === undefined ? { prefix } : { prefix, revision });
  return entries.map((entry) => `${entry.key}=${entry.value.text}`);
}

/** What every backend promises. */
export function storeContract(name: string, open: () => Bench): void {
  const promise = (what: string, body: (bench: Bench) => Promise<void>): void => {
    test(what, async () => {
      const bench = open();
      try {
        await body(bench);
      } finally {
        await bench.dispose();
      }
    });
  };
  describe(`${name}: writes`, () => writes(promise));
  describe(`${name}: ranges`, () => ranges(promise));
  describe(`${name}: watches`, () => watches(promise));
  describe(`${name}: compaction, expiry, end`, () => upkeep(promise));
}

type Promised = (what: string, body: (bench: Bench) => Promise<void>) => void;

function writes(promise: Promised): void {
  promise('the empty store is at revision 1, and each write adds one', async ({ store }) => {
    assert.equal(store.revision, 1);
    assert.equal(await put(store, 'a'), 2);
    assert.equal(await put(store, 'b'), 3);
    assert.equal(store.revision, 3);
    assert.equal(await store.get('c'), undefined);
  });

  promise(
    'an entry remembers when it was made and when it last changed, and a new life starts anew',
    async ({ store }) => {
      await put(store, 'a', '1');
      await put(store, 'a', '2');
      const second = await store.get('a');
      assert.deepEqual([second?.value.text, second?.createRevision, second?.modRevision], ['2', 2, 3]);
      const gone = await store.write({ op: 'delete', key: 'a' });
      assert.deepEqual(gone, { ok: true, revision: 4, previous: second });
      assert.equal(await store.get('a'), undefined);
      await put(store, 'a', '3');
      assert.equal((await store.get('a'))?.createRevision, 5);
    },
  );

  promise('readers get the very value that was written', async ({ store }) => {
    const written = value('x');
    const recorder = new Recorder();
    store.watch('', store.revision, recorder);
    await store.write({ op: 'put', key: 'a', value: written });
    assert.equal((await store.get('a'))?.value, written);
    const [event] = recorder.events;
    assert(event?.type === 'put');
    assert.equal(event.entry.value, written);
  });

  promise('a condition that does not hold writes nothing and shows what is there', async ({ store }) => {
    const created = await store.write({ op: 'put', key: 'a', value: value('1'), expect: 0 });
    assert.deepEqual(created, { ok: true, revision: 2, previous: undefined });
    const current = await store.get('a');
    for (const write of [
      { op: 'put', key: 'a', value: value('2'), expect: 0 },
      { op: 'put', key: 'a', value: value('2'), expect: 7 },
      { op: 'delete', key: 'a', expect: 1 },
    ] as const) {
      assert.deepEqual(await store.write(write), { ok: false, current });
    }
    assert.deepEqual(await store.write({ op: 'put', key: 'b', value: value('1'), expect: 2 }), {
      ok: false,
      current: undefined,
    });
    assert.equal(store.revision, 2);
    assert((await store.write({ op: 'put', key: 'a', value: value('2'), expect: 2 })).ok);
    assert((await store.write({ op: 'delete', key: 'a', expect: 3 })).ok);
  });

  promise('deleting what is not there spends no revision', async ({ store }) => {
    assert.deepEqual(await store.write({ op: 'delete', key: 'a' }), { ok: false, current: undefined });
    assert.equal(store.revision, 1);
  });

  promise('writes issued at once are decided in the order of the calls', async ({ store }) => {
    const results = await Promise.all([
      store.write({ op: 'put', key: 'a', value: value('1'), expect: 0 }),
      store.write({ op: 'put', key: 'a', value: value('2'), expect: 0 }),
      store.write({ op: 'put', key: 'a', value: value('3'), expect: 2 }),
      store.write({ op: 'delete', key: 'a' }),
      store.write({ op: 'put', key: 'a', value: value('4'), expect: 0 }),
    ]);
    assert.deepEqual(
      results.map((result) => (result.ok ? result.revision : result.current?.value.text)),
      [2, '1', 3, 4, 5],
    );
    assert.deepEqual(await keys(store, 'a'), ['a=4']);
  });

  promise('of many writers that compare and swap one key, each adds exactly one', async ({ store }) => {
    await put(store, 'n', '0');
    const addOne = async (): Promise<void> => {
      for (;;) {
        const seen = await store.get('n');
        assert(seen !== undefined);
        const next = value(String(Number(seen.value.text) + 1));
        const result = await store.write({ op: 'put', key: 'n', value: next, expect: seen.modRevision });
        if (result.ok) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, addOne));
    assert.equal((await store.get('n'))?.value.text, '20');
  });
}

function ranges(promise: Promised): void {
  promise('a range is in order of the UTF-8 bytes of its keys', async ({ store }) => {
    const inOrder = [
      'p/',
      'p/-',
      'p/A',
      'p/a',
      'p/a/b',
      'p/aa',
      'p/é',
      'p/\uE000',
      'p/\uFFFD',
      'p/\u{1F600}',
      'p/\u{1F601}x',
    ];
    for (const key of inOrder.toReversed()) await put(store, key);
    for (const key of ['o', 'p', 'p0', 'q']) await put(store, key);
    const { entries } = await store.range({ prefix: 'p/' });
    assert.deepEqual(
      entries.map((entry) => entry.key),
      inOrder,
    );
    assert.deepEqual(
      inOrder,
      inOrder.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    const { entries: later } = await store.range({ prefix: 'p/', after: 'p/\uE000' });
    assert.deepEqual(
      later.map((entry) => entry.key),
      inOrder.slice(8),
    );
  });

  promise('pages meet without gap or overlap, and say how many keys remain', async ({ store }) => {
    const all = Array.from({ length: 1300 }, (_, n) => `p/${String(n * 7919).padStart(9, '0')}`);
    await Promise.all(all.toReversed().map((key) => put(store, key)));
    await Promise.all(['o', 'q'].map((key) => put(store, key)));
    const seen: string[] = [];
    for (let remaining = 1; remaining > 0; ) {
      const after = seen.at(-1);
      const page = await store.range({ prefix: 'p/', limit: 500, ...(after === undefined ? {} : { after }) });
      seen.push(...page.entries.map((entry) => entry.key));
      remaining = page.remaining;
      assert.equal(remaining, all.length - seen.length);
      assert.equal(page.revision, store.revision);
    }
    assert.deepEqual(seen, all);
    assert.deepEqual(await store.range({ prefix: 'p/', after: 'q' }), {
      entries: [],
      revision: store.revision,
      remaining: 0,
    });
  });

  promise('an old revision shows the state as it was, in pages too', async ({ store }) => {
    for (const key of ['a', 'b', 'd', 'e']) await put(store, key, '1');
    const then = store.revision;
    await put(store, 'c', '1');
    await put(store, 'b', '2');
    await put(store, 'b', '3');
    await store.write({ op: 'delete', key: 'd' });
    await store.write({ op: 'delete', key: 'a' });
    await put(store, 'a', '9');
    assert.deepEqual(await keys(store, '', then), ['a=1', 'b=1', 'd=1', 'e=1']);
    assert.deepEqual(await keys(store, ''), ['a=9', 'b=3', 'c=1', 'e=1']);
    const page = await store.range({ prefix: '', revision: then, after: 'a', limit: 2 });
    assert.deepEqual([page.entries.map((entry) => entry.key), page.remaining, page.revision], [['b', 'd'], 1, then]);
    assert.deepEqual(await keys(store, '', 1), []);
  });

  promise('a revision that is not there yet is refused', async ({ store }) => {
    await assert.rejects(store.range({ prefix: '', revision: 2 }), FutureRevisionError);
  });
}

function watches(promise: Promised): void {
  promise(
    'a watch tells what is past and what comes, each once and in order, for its prefix alone',
    async ({ store }) => {
      await put(store, 'p/a');
      await put(store, 'p/b');
      await put(store, 'q/a');
      const recorder = new Recorder();
      store.watch('p/', 2, recorder);
      assert.deepEqual(recorder.heard, ['+p/b@3']);
      await Promise.all([
        put(store, 'p/a'),
        put(store, 'q/b'),
        store.write({ op: 'delete', key: 'p/b' }),
        put(store, 'p'),
      ]);
      assert.deepEqual(recorder.heard, ['+p/b@3', '+p/a@5', '-p/b@7']);
      const [, updated, deleted] = recorder.events;
      assert.equal(updated?.previous?.modRevision, 2);
      assert.equal(deleted?.previous?.value.text, 'p/b');
    },
  );

  promise('an event is told before its writer has the answer, and shows in reads by then', async ({ store }) => {
    const told: string[] = [];
    store.watch('', 1, {
      event: (event) => void told.push(`event ${event.revision} at ${store.revision}`),
      closed: () => {},
    });
    await put(store, 'a');
    told.push('answer');
    assert.deepEqual(told, ['event 2 at 2', 'answer']);
  });

  promise('watches of many prefixes each hear their own', async ({ store }) => {
    const recorders = new Map<string, Recorder>();
    for (const prefix of ['', 'a', 'b', 'c', 'd', 'e', 'f', 'ab', 'abc', 'abd', 'b/1', 'abcdefgh']) {
      const recorder = new Recorder();
      recorders.set(prefix, recorder);
      store.watch(prefix, 1, recorder);
      store.watch(prefix, 1, new Recorder())();
    }
    const written = ['abc', 'b/1/x', 'b/2', 'abd', 'x', 'f'];
    for (const key of written) await put(store, key);
    for (const [prefix, recorder] of recorders) {
      assert.deepEqual(
        recorder.events.map((event) => (event.type === 'put' ? event.entry.key : '')),
        written.filter((key) => key.startsWith(prefix)),
        `prefix "${prefix}"`,
      );
    }
  });

  promise('a watch that ended hears nothing more, even if it ends itself', async ({ store }) => {
    const recorder = new Recorder();
    const end = store.watch('', 1, {
      event: (event) => {
        recorder.event(event);
        end();
      },
      closed: (cause) => recorder.closed(cause),
    });
    await Promise.all([put(store, 'a'), put(store, 'b')]);
    end();
    await store.close();
    assert.deepEqual(recorder.heard, ['+a@2']);
    assert.deepEqual(recorder.ends, []);
  });

  promise('a watcher may write and watch while it is told, and all hear all events in order', async ({ store }) => {
    const echoed: Promise<unknown>[] = [];
    const inner = new Recorder();
    store.watch('', 1, {
      event: (event) => {
        if (event.type !== 'put' || event.entry.key !== 'a') return;
        echoed.push(put(store, 'b'));
        store.watch('', event.revision - 1, inner);
      },
      closed: () => {},
    });
    const outer = new Recorder();
    store.watch('', 1, outer);
    await put(store, 'a');
    await Promise.all(echoed);
    assert.deepEqual(outer.heard, ['+a@2', '+b@3']);
    assert.deepEqual(inner.heard, ['+a@2', '+b@3']);
  });

  promise('a watch from the future waits for it', async ({ store }) => {
    const recorder = new Recorder();
    store.watch('', 3, recorder);
    for (const key of ['a', 'b', 'c']) await put(store, key);
    assert.deepEqual(recorder.heard, ['+c@4']);
  });
}

function upkeep(promise: Promised): void {
  promise(
    'compaction forgets history but no value, and reads may start at its revision but not before',
    async ({ store }) => {
      await put(store, 'a', '1');
      await put(store, 'a', '2');
      await put(store, 'b', '1');
      await store.write({ op: 'delete', key: 'b' });
      await put(store, 'a', '3');
      await store.compact(4);
      assert.equal(store.compacted, 4);
      assert.deepEqual(await keys(store, '', 4), ['a=2', 'b=1']);
      assert.deepEqual(await keys(store, ''), ['a=3']);
      const recorder = new Recorder();
      store.watch('', 4, recorder);
      assert.deepEqual(recorder.heard, ['-b@5', '+a@6']);
      await assert.rejects(store.range({ prefix: '', revision: 3 }), CompactedError);
      assert.throws(() => store.watch('', 3, new Recorder()), CompactedError);
      await store.compact(2);
      assert.equal(store.compacted, 4);
      await assert.rejects(store.compact(7), FutureRevisionError);
      await store.compact(6);
      await put(store, 'c');
      assert.deepEqual(recorder.heard, ['-b@5', '+a@6', '+c@7']);
      assert.deepEqual(await keys(store, '', 6), ['a=3']);
    },
  );

  promise('a key goes when its time has come, with a revision of its own', async ({ store, clock }) => {
    const at = clock.now() + 60_000;
    await store.write({ op: 'put', key: 'gone', value: value('1'), expiresAt: at });
    await store.write({ op: 'put', key: 'kept', value: value('1'), expiresAt: at });
    await store.write({ op: 'put', key: 'longer', value: value('1'), expiresAt: at });
    await store.write({ op: 'put', key: 'early', value: value('1'), expiresAt: at - 30_000 });
    await put(store, 'kept', '2');
    await store.write({ op: 'put', key: 'longer', value: value('2'), expiresAt: at + 60_000 });
    const recorder = new Recorder();
    store.watch('', store.revision, recorder);
    const heard = async (count: number): Promise<void> => {
      // Deletes are writes like others, and a backend may take real time for them.
      while (recorder.events.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    await clock.advance(29_999);
    assert.deepEqual(recorder.heard, []);
    await clock.advance(1);
    await heard(1);
    await clock.advance(30_000);
    await heard(2);
    await clock.advance(59_999);
    assert.deepEqual(recorder.heard, ['-early@8', '-gone@9']);
    await clock.advance(1);
    await heard(3);
    assert.deepEqual(recorder.heard, ['-early@8', '-gone@9', '-longer@10']);
    assert.deepEqual(await keys(store, ''), ['kept=2']);
  });

  promise('closing ends the watches, and later calls are refused', async ({ store, clock }) => {
    const recorder = new Recorder();
    store.watch('', 1, recorder);
    await store.write({ op: 'put', key: 'b', value: value('1'), expiresAt: clock.now() + 1000 });
    const last = put(store, 'a');
    await store.close();
    assert.equal(await last, 3);
    assert.deepEqual(recorder.ends, [undefined]);
    await clock.advance(2000);
    await assert.rejects(store.get('a'), StoreError);
    await assert.rejects(store.range({ prefix: '' }), StoreError);
    await assert.rejects(put(store, 'a'), StoreError);
    await assert.rejects(store.compact(2), StoreError);
    assert.throws(() => store.watch('', 1, recorder), StoreError);
    await store.close();
    assert.deepEqual(recorder.ends, [undefined]);
  });
}
