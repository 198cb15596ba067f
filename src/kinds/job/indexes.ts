import { assert } from '#base/assert.ts';

/** `first` to `last`, both included. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/** A set of completion indexes. Kept as runs, because a Job may have a great many of them; never changed. */
export class IndexSet {
  static readonly empty = new IndexSet([]);
  /** Ascending, apart from each other by at least one index. */
  private readonly runs: readonly Run[];
  /** How many indexes are in the set. */
  readonly size: number;

  private constructor(runs: readonly Run[]) {
    this.runs = runs;
    this.size = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  static of(indexes: Iterable<number>): IndexSet {
    const sorted = [...indexes].sort((a, b) => a - b);
    assert(
      sorted.every((index) => Number.isSafeInteger(index) && index >= 0),
      'an index is a whole number from 0',
    );
    return new IndexSet(merged(sorted.map((index) => ({ first: index, last: index }))));
  }

  /** Reads "1,3-5,7" as the Job's status writes it. Indexes from `completions` on are left out, and so are parts that do not
   *  parse or do not ascend: what was stored by a fault must not stop the Job (spec: job.md section 6.11). */
  static parse(text: string, completions: number): IndexSet {
    const runs: Run[] = [];
    let previous = -1;
    for (const part of text === '' ? [] : text.split(',')) {
      const run = parseRun(part);
      if (run === undefined || run.first <= previous) continue;
      previous = run.last;
      if (run.first < completions) runs.push({ first: run.first, last: Math.min(run.last, completions - 1) });
    }
    return new IndexSet(merged(runs));
  }

  has(index: number): boolean {
    let low = 0;
    let high = this.runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const run = this.runs[middle] as Run;
      if (index < run.first) high = middle - 1;
      else if (index > run.last) low = middle + 1;
      else return true;
    }
    return false;
  }

  union(other: IndexSet): IndexSet {
    if (other.size === 0) return this;
    if (this.size === 0) return other;
    return new IndexSet(merged([...this.runs, ...other.runs].sort((a, b) => a.first - b.first)));
  }

  /** How many indexes are in both sets. */
  overlap(other: IndexSet): number {
    let count = 0;
    let mine = 0;
    let theirs = 0;
    for (;;) {
      const a = this.runs[mine];
      const b = other.runs[theirs];
      if (a === undefined || b === undefined) return count;
      count += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
      if (a.last < b.last) mine++;
      else theirs++;
    }
  }

  /** The lowest index that is in both sets. */
  firstShared(other: IndexSet): number | undefined {
    for (const { first, last } of this.runs) {
      const meeting = other.runs.find((run) => run.last >= first);
      if (meeting === undefined) return undefined;
      if (meeting.first <= last) return Math.max(first, meeting.first);
    }
    return undefined;
  }

  /** The lowest indexes below `below` that are in no set and for which `taken` does not hold, at most `limit`. */
  missing(below: number, limit: number, taken: (index: number) => boolean): readonly number[] {
    const found: number[] = [];
    let next = 0;
    for (const { first, last } of [...this.runs, { first: below, last: below }]) {
      for (; next < Math.min(first, below) && found.length < limit; next++) if (!taken(next)) found.push(next);
      if (found.length >= limit) break;
      next = last + 1;
    }
    return found;
  }

  /** Ascending; three or more in a row as "a-b", two as "a,b". */
  toString(): string {
    return this.runs.map(({ first, last }) => (last > first + 1 ? `${first}-${last}` : pair(first, last))).join(',');
  }
}

function pair(first: number, last: number): string {
  return first === last ? `${first}` : `${first},${last}`;
}

function parseRun(part: string): Run | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last ? { first, last } : undefined;
}

/** Runs in order of their beginnings, those that touch or overlap made one. */
function merged(runs: readonly Run[]): readonly Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    if (last === undefined || run.first > last.last + 1) result.push(run);
    else if (run.last > last.last) result[result.length - 1] = { first: last.first, last: run.last };
  }
  return result;
}
