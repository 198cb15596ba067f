import type { Millis } from '#base/units.ts';
import type { Revision } from '#store/store.ts';
import type { Change } from './change.ts';

/** Changes younger than this are kept, up to `changesMax` (spec: api.md section 13.5). */
const ageMinMs: Millis = 75_000;
const changesMin = 2_048;
const changesMax = 20_000;

/** What the changes of all resources may take together, in bytes of their objects' texts. */
const bytesMax = 128 * 1024 * 1024;

/** Bounds what the histories of a server hold together: a few thousand versions of a large object would fill the memory. */
export class HistoryBudget {
  private readonly histories = new Set<History>();

  join(history: History): void {
    this.histories.add(history);
  }

  leave(history: History): void {
    this.histories.delete(history);
  }

  /** The longest history loses half when all together are too long. */
  check(): void {
    let total = 0;
    let longest: History | undefined;
    for (const history of this.histories) {
      total += history.bytes;
      if (longest === undefined || history.bytes > longest.bytes) longest = history;
    }
    if (total > bytesMax) longest?.halve();
  }
}

/** The recent changes of one resource, for watches that resume. */
export class History {
  /** Every change after this revision is here. */
  since: Revision;
  /** What the changes take. */
  bytes = 0;
  private unchecked = 0;
  private readonly budget: HistoryBudget | undefined;
  private readonly changes: Change[] = [];
  private first = 0;

  constructor(since: Revision, budget?: HistoryBudget) {
    this.since = since;
    this.budget = budget;
    budget?.join(this);
  }

  push(change: Change): void {
    this.changes.push(change);
    this.bytes += change.size;
    this.unchecked += change.size;
    const count = this.changes.length - this.first;
    const oldest = this.changes[this.first] as Change;
    if (count > changesMin && (count > changesMax || change.at - oldest.at >= ageMinMs)) this.drop();
    // To look at all histories costs more than to add to one.
    if (this.unchecked < bytesMax / 64) return;
    this.unchecked = 0;
    this.budget?.check();
  }

  /** Forgets the older half, by bytes. */
  halve(): void {
    const half = this.bytes / 2;
    while (this.bytes > half && this.first < this.changes.length) this.drop();
  }

  /** Nobody asks any more. */
  close(): void {
    this.budget?.leave(this);
  }

  /** Lets go of what is old at `now`: after a busy minute nothing may come that would push it out. */
  forget(now: Millis): void {
    const isOld = (): boolean => now - (this.changes[this.first] as Change).at >= ageMinMs;
    while (this.changes.length - this.first > changesMin && isOld()) this.drop();
  }

  private drop(): void {
    const oldest = this.changes[this.first++] as Change;
    this.since = oldest.revision;
    this.bytes -= oldest.size;
    // Forgotten changes leave the array in bulk: shifting one by one would move all the others each time.
    if (this.first <= this.changes.length / 2) return;
    this.changes.splice(0, this.first);
    this.first = 0;
  }

  /** The changes after `revision`, which must not be before `since`. */
  after(revision: Revision): readonly Change[] {
    let low = this.first;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle] as Change).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.changes.slice(low);
  }
}
