import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';

const delayMsBase: Millis = 1_000;
const delayMsMax: Millis = 15 * 60_000;
/** After so much quiet a failure is a first one again. */
const quietMs: Millis = 2 * delayMsMax;

interface Entry {
  readonly delay: Millis;
  readonly since: Millis;
}

/** How long failed pods are left alone before they are replaced: per node 0, 1, 2, 4 s and so on
 *  (spec: daemonset.md section 9). In memory only. */
export class FailureBackOff {
  private readonly clock: Clock;
  private readonly entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** How long `key` must still wait. */
  remaining(key: string): Millis {
    const entry = this.current(key);
    return entry === undefined ? 0 : Math.max(0, entry.since + entry.delay - this.clock.now());
  }

  /** A failed pod of `key` is being replaced now: the next will wait twice as long. */
  next(key: string): void {
    this.sweep();
    const before = this.current(key);
    const delay = before === undefined ? delayMsBase : Math.min(before.delay * 2, delayMsMax);
    this.entries.set(key, { delay, since: this.clock.now() });
  }

  private current(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || this.isForgotten(entry) ? undefined : entry;
  }

  private isForgotten({ since }: Entry): boolean {
    return this.clock.now() - since > quietMs;
  }

  /** Failures are rare: looking at all that are remembered is cheaper than a timer. */
  private sweep(): void {
    for (const [key, entry] of this.entries) if (this.isForgotten(entry)) this.entries.delete(key);
  }
}
