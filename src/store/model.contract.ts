import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Bench, keys, Recorder, value } from '#store/contract.ts';
import { CompactedError, FutureRevisionError, type Revision } from '#store/store.ts';

/** One step of a random history. Revisions are shares of what there is, so that most are within reach. */
type Step =
  | { readonly do: 'put' | 'delete'; readonly key: string; readonly expect: 'none' | 'right' | 'wrong' }
  | {
      readonly do: 'range';
      readonly prefix: string;
      readonly share: number;
      readonly after: string;
      readonly limit: number;
    }
  | { readonly do: 'watch'; readonly prefix: string; readonly share: number }
  | { readonly do: 'compact'; readonly share: number };

const key = fc.stringMatching(/^[ab\u{1F600}\uE000]{1,3}$/u);
const prefix = fc.stringMatching(/^[ab\u{1F600}]{0,2}$/u);
const share = fc.double({ min: 0, max: 1.05, noNaN: true });
const change = fc.record({
  do: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
  key,
  expect: fc.constantFrom('none' as const, 'right' as const, 'wrong' as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: change },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('range' as const),
      prefix,
      share,
      after: key,
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('watch' as const), prefix, share }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), share }) },
);

interface Held {
  readonly text: string;
  readonly created: Revision;
  readonly changed: Revision;
}

/** The naive store: every state there ever was, whole. */
class Model {
  readonly states: ReadonlyMap<string, Held>[] = [new Map(), new Map()];
  readonly changes: { readonly key: string; readonly mark: string }[] = [];
  compacted = 0;

  get revision(): Revision {
    return this.states.length - 1;
  }

  get now(): ReadonlyMap<string, Held> {
    return this.states[this.revision] as ReadonlyMap<string, Held>;
  }

  put(at: string, text: string): void {
    const changed = this.revision + 1;
    this.states.push(new Map(this.now).set(at, { text, created: this.now.get(at)?.created ?? changed, changed }));
    this.changes.push({ key: at, mark: `+${at}@${changed}` });
  }

  delete(at: string): void {
    const next = new Map(this.now);
    next.delete(at);
    this.states.push(next);
    this.changes.push({ key: at, mark: `-${at}@${this.revision}` });
  }

  heard(from: Revision, start: string): string[] {
    return this.changes.slice(Math.max(0, from - 1)).flatMap((each) => (each.key.startsWith(start) ? [each.mark] : []));
  }

  sorted(at: Revision, start: string): [string, Held][] {
    return [...(this.states[at] as ReadonlyMap<string, Held>)]
      .filter(([each]) => each.startsWith(start))
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

interface Listener {
  readonly recorder: Recorder;
  readonly prefix: string;
  readonly after: Revision;
}

/** Random histories end as in the naive model. */
export function storeModel(name: string, open: () => Bench, runs: number): void {
  test(`${name}: whatever happens, the store is like the naive model`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const bench = open();
        try {
          await walk(bench, steps);
        } finally {
          await bench.dispose();
        }
      }),
      { numRuns: runs },
    );
  });
}

async function walk(bench: Bench, steps: readonly Step[]): Promise<void> {
  const model = new Model();
  const listeners: Listener[] = [];
  for (const each of steps) {
    if (each.do === 'range') await compareRange(bench, model, each);
    else if (each.do === 'watch') startWatch(bench, model, listeners, each);
    else if (each.do === 'compact') await compact(bench, model, each.share);
    else await compareWrite(bench, model, each);
    assert.deepEqual([bench.store.revision, bench.store.compacted], [model.revision, model.compacted]);
  }
  for (const { recorder, prefix: start, after } of listeners) {
    assert.deepEqual(recorder.heard, model.heard(after, start));
  }
  assert.deepEqual(
    await keys(bench.store, ''),
    model.sorted(model.revision, '').map(([each, held]) => `${each}=${held.text}`),
  );
}

async function compareWrite({ store }: Bench, model: Model, each: Extract<Step, { key: string }>): Promise<void> {
  const held = model.now.get(each.key);
  const right = held?.changed ?? 0;
  const condition = each.expect === 'none' ? {} : { expect: each.expect === 'right' ? right : right + 1 };
  const text = `text ${model.revision}`;
  const result =
    each.do === 'put'
      ? await store.write({ op: 'put', key: each.key, value: value(text), ...condition })
      : await store.write({ op: 'delete', key: each.key, ...condition });
  const takesEffect = each.expect !== 'wrong' && (each.do === 'put' || held !== undefined);
  assert.equal(result.ok, takesEffect);
  const before = result.ok ? result.previous : result.current;
  assert.deepEqual(
    before && { text: before.value.text, created: before.createRevision, changed: before.modRevision },
    held,
  );
  if (!takesEffect) return;
  if (each.do === 'put') model.put(each.key, text);
  else model.delete(each.key);
}

async function compareRange({ store }: Bench, model: Model, each: Extract<Step, { limit: number }>): Promise<void> {
  const revision = Math.round(each.share * model.revision);
  const asked = { prefix: each.prefix, after: each.after, limit: each.limit, revision };
  if (revision > model.revision) return assert.rejects(store.range(asked), FutureRevisionError);
  if (revision < model.compacted) return assert.rejects(store.range(asked), CompactedError);
  const found = await store.range(asked);
  const wanted = model
    .sorted(revision, each.prefix)
    .filter(([at]) => Buffer.compare(Buffer.from(at), Buffer.from(each.after)) > 0);
  assert.deepEqual(
    found.entries.map((entry) => [entry.key, entry.value.text, entry.createRevision, entry.modRevision]),
    wanted.slice(0, each.limit).map(([at, held]) => [at, held.text, held.created, held.changed]),
  );
  assert.equal(found.remaining, wanted.length - found.entries.length);
}

function startWatch({ store }: Bench, model: Model, listeners: Listener[], each: Extract<Step, { do: 'watch' }>): void {
  const after = Math.min(model.revision, Math.round(each.share * model.revision));
  const recorder = new Recorder();
  if (after < model.compacted) {
    assert.throws(() => store.watch(each.prefix, after, recorder), CompactedError);
    return;
  }
  store.watch(each.prefix, after, recorder);
  listeners.push({ recorder, prefix: each.prefix, after });
}

async function compact({ store }: Bench, model: Model, part: number): Promise<void> {
  const revision = Math.round(part * model.revision);
  if (revision > model.revision) return assert.rejects(store.compact(revision), FutureRevisionError);
  await store.compact(revision);
  model.compacted = Math.max(model.compacted, revision);
}
