import type { Millis } from '#base/units.ts';
import type { Revision } from '#store/store.ts';
import type { Change } from './change.ts';

/** Changes younger than this are kept, up to `changesMax` (spec: api.md section 13.5). */
const ageMinMs: Millis = 75_000;
const changesMin = 2_048;
const changesMax = 20_000;

/** The recent changes of one resource, for watches that resume. */
export class History {
  /** Every change after this revision is here. */
  since: Revision;
  private readonly changes: Change[] = [];
  private first = 0;

  constructor(since: Revision) {
    this.since = since;
  }

  push(change: Change): void {
    this.changes.push(change);
    const count = this.changes.length - this.first;
    if (count <= changesMin) return;
    const oldest = this.changes[this.first] as Change;
    if (count <= changesMax && change.at - oldest.at < ageMinMs) return;
    this.since = oldest.revision;
    this.first++;
    // Forgotten changes leave the array in bulk: shifting one by one would move all the others each time.
    if (this.first <= this.changes.length / 2) return;
    this.changes.splice(0, this.first);
    this.first = 0;
  }

  /** Lets go of what is old at `now`: after a busy minute nothing may come that would push it out. */
  forget(now: Millis): void {
    const last = this.changes.length - changesMin;
    let first = this.first;
    while (first < last && now - (this.changes[first] as Change).at >= ageMinMs) first++;
    if (first === this.first) return;
    this.since = (this.changes[first - 1] as Change).revision;
    this.changes.splice(0, first);
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
