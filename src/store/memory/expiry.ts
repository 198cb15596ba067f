import type { Clock, Timer } from '#base/clock.ts';
import { Heap } from '#base/heap.ts';
import type { Millis } from '#base/units.ts';
import type { Revision } from '#store/store.ts';

interface Due {
  readonly at: Millis;
  readonly key: string;
  readonly revision: Revision;
}

/** Waits until keys with a time to live are due. One timer stands for all of them; it is housekeeping and keeps neither the
 *  process alive nor virtual time going. */
export class Expiry {
  private readonly due = new Heap<Due>((a, b) => a.at < b.at);
  private readonly clock: Clock;
  private readonly expire: (key: string, revision: Revision) => void;
  private timer: Timer | undefined;
  private timerAt: Millis = Number.POSITIVE_INFINITY;
  private closed = false;

  /** `expire` is called when what `key` held at `revision` is due. The key may hold something newer by then. */
  constructor(clock: Clock, expire: (key: string, revision: Revision) => void) {
    this.clock = clock;
    this.expire = expire;
  }

  /** What `key` holds since `revision` goes at `at`, in milliseconds since the epoch. */
  add(key: string, revision: Revision, at: Millis): void {
    if (this.closed) return;
    this.due.push({ at, key, revision });
    if (at < this.timerAt) this.arm(at);
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  private arm(at: Millis): void {
    this.timer?.cancel();
    this.timerAt = at;
    this.timer = this.clock.at(at, () => this.run(), { background: true });
  }

  private run(): void {
    this.timerAt = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    for (let next = this.due.peek(); next !== undefined && !this.closed; next = this.due.peek()) {
      if (next.at > now) {
        this.arm(next.at);
        return;
      }
      this.due.pop();
      this.expire(next.key, next.revision);
    }
  }
}
