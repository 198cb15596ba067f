import { type CompareKeys, compareBytes, compareUnits, needsByteOrder } from '#store/memory/key-order.ts';
import type { Entry } from '#store/store.ts';

/** One live key. The slot stays where it is while its entry changes, so that an update costs one hash look-up. */
interface Slot {
  readonly key: string;
  entry: Entry;
}

/** A place between two keys: before the `at`-th slot of a chunk. */
interface Position {
  readonly chunk: number;
  readonly at: number;
}

const chunkSlotsMax = 512;

/** The live keys: by hash for single reads, and in bytewise order for ranges. The order is kept in chunks of bounded
 *  length, so that an insert moves at most one chunk's slots, however many keys there are. */
export class KeyIndex {
  private readonly slots = new Map<string, Slot>();
  private readonly chunks: Slot[][] = [];
  private compare: CompareKeys = compareUnits;

  get(key: string): Entry | undefined {
    return this.slots.get(key)?.entry;
  }

  set(entry: Entry): void {
    const known = this.slots.get(entry.key);
    if (known !== undefined) {
      known.entry = entry;
      return;
    }
    if (needsByteOrder(entry.key)) this.compare = compareBytes;
    const slot = { key: entry.key, entry };
    this.slots.set(entry.key, slot);
    this.insert(slot);
  }

  delete(key: string): void {
    if (!this.slots.delete(key)) return;
    const { chunk, at } = this.find((other) => this.compare(other, key) >= 0);
    const slots = this.chunks[chunk] as Slot[];
    slots.splice(at, 1);
    const next = this.chunks[chunk + 1];
    if (slots.length === 0) this.chunks.splice(chunk, 1);
    else if (next !== undefined && slots.length + next.length <= chunkSlotsMax / 2) {
      slots.push(...next);
      this.chunks.splice(chunk + 1, 1);
    }
  }

  /** The first `limit` entries with `prefix` whose key is greater than `after`, and how many there are in all. */
  range(prefix: string, after: string | undefined, limit: number): { entries: Entry[]; total: number } {
    const compare = this.comparison(prefix + (after ?? ''));
    const start =
      after === undefined || compare(after, prefix) < 0
        ? this.find((key) => compare(key, prefix) >= 0)
        : this.find((key) => compare(key, after) > 0);
    const end = this.find((key) => compare(key, prefix) >= 0 && !key.startsWith(prefix));
    const total = this.distance(start, end);
    return { entries: this.slice(start, Math.min(limit, total)), total };
  }

  /** A comparison that is right between all keys held and `bound`. */
  comparison(bound: string): CompareKeys {
    return needsByteOrder(bound) ? compareBytes : this.compare;
  }

  private insert(slot: Slot): void {
    const place = this.find((other) => this.compare(other, slot.key) > 0);
    // Past the end of all chunks means: at the end of the last one.
    const beyond = place.chunk === this.chunks.length;
    const chunk = beyond ? place.chunk - 1 : place.chunk;
    const slots = this.chunks[chunk];
    if (slots === undefined) {
      this.chunks.push([slot]);
      return;
    }
    slots.splice(beyond ? slots.length : place.at, 0, slot);
    // Keys often come in rising order: a chunk that grew at its end is cut there, which leaves full chunks behind.
    if (slots.length > chunkSlotsMax) {
      this.chunks.splice(chunk + 1, 0, slots.splice(beyond ? chunkSlotsMax - 1 : chunkSlotsMax / 2));
    }
  }

  /** The place before the first key that `reached` holds for; it must hold for all keys after that one. */
  private find(reached: (key: string) => boolean): Position {
    const chunks = this.chunks;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = (chunks[middle] as Slot[]).at(-1) as Slot;
      if (reached(last.key)) high = middle;
      else low = middle + 1;
    }
    const chunk = low;
    const slots = chunks[chunk];
    if (slots === undefined) return { chunk, at: 0 };
    low = 0;
    high = slots.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached((slots[middle] as Slot).key)) high = middle;
      else low = middle + 1;
    }
    return { chunk, at: low };
  }

  /** How many keys lie between two places; none when `to` comes first. */
  private distance(from: Position, to: Position): number {
    if (to.chunk < from.chunk) return 0;
    let count = to.at - from.at;
    for (let chunk = from.chunk; chunk < to.chunk; chunk++) count += (this.chunks[chunk] as Slot[]).length;
    return Math.max(0, count);
  }

  private slice(from: Position, count: number): Entry[] {
    const entries: Entry[] = [];
    for (let { chunk, at } = from; entries.length < count; chunk++, at = 0) {
      const slots = this.chunks[chunk] as Slot[];
      for (; at < slots.length && entries.length < count; at++) entries.push((slots[at] as Slot).entry);
    }
    return entries;
  }
}
