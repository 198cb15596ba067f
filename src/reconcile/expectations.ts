import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';

/** After so long an expectation is given up: the event it waits for was lost. */
export const expectationMsMax: Millis = 5 * 60_000;

interface Expected {
  readonly uids: Set<string>;
  since: Millis;
}

/** Which dependents, by uid of their owner and by their own, were changed or deleted in a way the cache does not show yet.
 *  In memory only: after a restart the caches are listed anew, and nothing is outstanding. */
export class Expectations {
  private readonly clock: Clock;
  private readonly expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Also waits for this one. */
  expect(owner: string, uid: string): void {
    const known = this.expected.get(owner);
    if (known === undefined) this.expected.set(owner, { uids: new Set([uid]), since: this.clock.now() });
    else {
      known.uids.add(uid);
      known.since = this.clock.now();
    }
  }

  /** The change was seen, or will never happen. May be called twice, and for what was never expected. */
  observed(owner: string, uid: string): void {
    const known = this.expected.get(owner);
    if (known?.uids.delete(uid) && known.uids.size === 0) this.expected.delete(owner);
  }

  /** Whether this one is still waited for. */
  has(owner: string, uid: string): boolean {
    return this.expected.get(owner)?.uids.has(uid) ?? false;
  }

  /** Whether nothing of this owner is waited for, or has been for too long. */
  satisfied(owner: string): boolean {
    const known = this.expected.get(owner);
    return known === undefined || this.clock.now() - known.since > expectationMsMax;
  }

  forget(owner: string): void {
    this.expected.delete(owner);
  }
}
