import { assert } from '#base/assert.ts';
import { KeyIndex } from '#store/memory/key-index.ts';
import { Watchers } from '#store/memory/watchers.ts';
import {
  CompactedError,
  type Entry,
  FutureRevisionError,
  type RangeOptions,
  type RangeResult,
  type Revision,
  type StoreEvent,
  type StoreWatcher,
} from '#store/store.ts';

/** The empty store's revision, as etcd counts: 0 would mean "any" to Kubernetes clients. */
export const firstRevision: Revision = 1;

/** Where the values are put that newer ones have replaced. */
export interface Attic {
  /** A stand-in for an entry that has been replaced: it takes little memory, and its value can still be read. */
  putAway(entry: Entry): Entry;
  /** Called for such a stand-in before anybody sees it. */
  takeOut(entry: Entry): void;
}

/** The durable state: live keys, the events that led to them since the last compaction, and who listens. An older state is
 *  found by undoing the events after it, so that nothing is kept twice. It decides nothing: events come in decided. */
export class Mvcc {
  private readonly live = new KeyIndex();
  private readonly watchers = new Watchers();
  /** One event a revision, without gaps; the first has revision `historyStart` + 1. */
  private history: StoreEvent[] = [];
  private historyStart: Revision;
  private readonly attic: Attic | undefined;
  revision: Revision;
  compacted: Revision;

  /** A store compacted at `compacted` that holds `entries`, none of them newer. Without an attic all that history holds stays in
   *  memory as it was written. */
  constructor(compacted: Revision = 0, entries: Iterable<Entry> = [], attic?: Attic) {
    this.compacted = compacted;
    this.attic = attic;
    this.revision = Math.max(firstRevision, compacted);
    this.historyStart = this.revision;
    for (const entry of entries) this.live.set(entry);
  }

  get(key: string): Entry | undefined {
    return this.live.get(key);
  }

  /** Makes `event`, which must be the next one, part of the state and tells the watchers. */
  apply(event: StoreEvent): void {
    assert(event.revision === this.revision + 1, 'revisions have no gaps');
    this.revision = event.revision;
    this.history.push(this.attic === undefined ? event : this.leanEvent(event, this.attic));
    if (event.type === 'put') this.live.set(event.entry);
    else this.live.delete(event.key);
    this.watchers.publish(event);
  }

  range(options: RangeOptions): RangeResult {
    const revision = options.revision ?? this.revision;
    if (revision < this.compacted) throw new CompactedError(revision, this.compacted);
    if (revision > this.revision) throw new FutureRevisionError(revision, this.revision);
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    const { entries, total } =
      revision === this.revision
        ? this.live.range(options.prefix, options.after, limit)
        : this.rangeAt(revision, options.prefix, options.after, limit);
    return { entries, revision, remaining: total - entries.length };
  }

  watch(prefix: string, after: Revision, watcher: StoreWatcher): () => void {
    if (after < this.compacted) throw new CompactedError(after, this.compacted);
    let seen = after;
    for (let at = Math.max(0, after - this.historyStart); at < this.history.length; at++) {
      const event = this.history[at] as StoreEvent;
      seen = event.revision;
      if (!keyOf(event).startsWith(prefix)) continue;
      this.takeOut(event.previous);
      if (event.type === 'put') this.takeOut(event.entry);
      watcher.event(event);
    }
    return this.watchers.add(prefix, seen, watcher);
  }

  /** The events that `compact(revision)` would forget. */
  eventsUpTo(revision: Revision): readonly StoreEvent[] {
    return this.history.slice(0, Math.max(0, revision - this.historyStart));
  }

  /** Forgets the events up to `revision`. */
  compact(revision: Revision): void {
    if (revision > this.revision) throw new FutureRevisionError(revision, this.revision);
    if (revision <= this.compacted) return;
    this.history = this.history.slice(Math.max(0, revision - this.historyStart));
    this.historyStart = Math.max(this.historyStart, revision);
    this.compacted = revision;
  }

  close(cause: Error | undefined): void {
    this.watchers.close(cause);
  }

  private rangeAt(revision: Revision, prefix: string, after: string | undefined, limit: number) {
    const then = this.changedSince(revision, prefix, after);
    const now = this.live.range(prefix, after, limit + then.size);
    const entries = now.entries.filter((entry) => !then.has(entry.key));
    let total = now.total;
    for (const [key, entry] of then) {
      if (this.live.get(key) !== undefined) total--;
      if (entry === undefined) continue;
      total++;
      entries.push(entry);
    }
    const compare = this.live.comparison([...then.keys()].join(''));
    entries.sort((a, b) => compare(a.key, b.key));
    const page = entries.slice(0, limit);
    for (const entry of page) this.takeOut(entry);
    return { entries: page, total };
  }

  /** The event as history keeps it. What it replaced is put away, here and in the event that had brought it. */
  private leanEvent(event: StoreEvent, attic: Attic): StoreEvent {
    const { previous } = event;
    if (previous === undefined) return event;
    const lean = attic.putAway(previous);
    const at = previous.modRevision - this.historyStart - 1;
    const bringer = at < 0 ? undefined : this.history[at];
    if (bringer?.type === 'put') this.history[at] = { ...bringer, entry: lean };
    return { ...event, previous: lean };
  }

  private takeOut(entry: Entry | undefined): void {
    if (entry !== undefined) this.attic?.takeOut(entry);
  }

  /** The keys of the range that changed after `revision`, each with what it held then. */
  private changedSince(revision: Revision, prefix: string, after: string | undefined): Map<string, Entry | undefined> {
    const then = new Map<string, Entry | undefined>();
    const compare = this.live.comparison(after ?? '');
    for (let at = Math.max(0, revision - this.historyStart); at < this.history.length; at++) {
      const event = this.history[at] as StoreEvent;
      const key = keyOf(event);
      if (!key.startsWith(prefix) || then.has(key)) continue;
      if (after === undefined || compare(key, after) > 0) then.set(key, event.previous);
    }
    return then;
  }
}

function keyOf(event: StoreEvent): string {
  return event.type === 'put' ? event.entry.key : event.key;
}
