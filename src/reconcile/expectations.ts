import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';

interface Expected {
  creations: number;
  deletions: number;
  readonly since: Millis;
}

/** After so long an expectation is given up: the event it waits for was lost. */
export const expectationMsMax = 5 * 60_000;

/** How many creations and deletions of dependents, by key of their owner, were asked for and not yet seen in the cache.
 *  While some are outstanding the cache must not be believed about how many dependents there are. In memory only: after a
 *  restart the caches are listed anew, and nothing is outstanding. */
export class Expectations {
  private readonly clock: Clock;
  private readonly expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** From now on exactly these many are outstanding. */
  expect(key: string, counts: { readonly creations?: number; readonly deletions?: number }): void {
    const { creations = 0, deletions = 0 } = counts;
    this.expected.set(key, { creations, deletions, since: this.clock.now() });
  }

  /** One creation was seen, or will never happen. */
  creationObserved(key: string): void {
    const expected = this.expected.get(key);
    if (expected !== undefined) expected.creations--;
  }

  /** One deletion was seen, or will never happen. */
  deletionObserved(key: string): void {
    const expected = this.expected.get(key);
    if (expected !== undefined) expected.deletions--;
  }

  /** Whether nothing is outstanding, or has been for too long. */
  satisfied(key: string): boolean {
    const expected = this.expected.get(key);
    if (expected === undefined) return true;
    if (expected.creations <= 0 && expected.deletions <= 0) return true;
    return this.clock.now() - expected.since > expectationMsMax;
  }

  forget(key: string): void {
    this.expected.delete(key);
  }
}

/** Which dependents, by key of their owner and by uid, were changed in a way the cache does not show yet. */
export class UidExpectations {
  private readonly expected = new Map<string, Set<string>>();

  /** Also waits for these. */
  expect(key: string, uids: Iterable<string>): void {
    const known = this.expected.get(key) ?? new Set();
    for (const uid of uids) known.add(uid);
    if (known.size > 0) this.expected.set(key, known);
  }

  /** The change of `uid` was seen, or will never happen. */
  observed(key: string, uid: string): void {
    const known = this.expected.get(key);
    if (known?.delete(uid) && known.size === 0) this.expected.delete(key);
  }

  has(key: string, uid: string): boolean {
    return this.expected.get(key)?.has(uid) ?? false;
  }

  forget(key: string): void {
    this.expected.delete(key);
  }
}
