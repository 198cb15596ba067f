import { Alarms } from '#base/alarms.ts';
import { assert } from '#base/assert.ts';
import type { Clock, Timer, TimerOptions } from '#base/clock.ts';
import { setImmediate } from '#base/timers.ts';
import type { Millis } from '#base/units.ts';

interface Pending {
  readonly due: Millis;
  readonly order: number;
  readonly background: boolean;
  readonly run: () => void;
}

/** Time that moves only when told to. Between two timers it lets every promise chain that is ready run to its end, so
 *  that what happens depends on due times and order of arming alone. The code under it must do no real I/O, but for what
 *  `outside` is told of. */
export class VirtualClock implements Clock {
  private time: Millis;
  /** How far the wall clock was set away from the time that has passed. */
  private shift: Millis = 0;
  private readonly alarms = new Alarms(this);
  private armed = 0;
  /** Binary heap, earliest due first; equal dues in order of arming. */
  private readonly heap: Pending[] = [];
  private readonly cancelled = new Set<Pending>();
  private readonly fired = new WeakSet<Pending>();
  private foreground = 0;
  private readonly underWay = new Set<Promise<unknown>>();

  /** `start` is the first value of `now()`. */
  constructor(start: Millis = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): Millis {
    return this.time + this.shift;
  }

  monotonic(): Millis {
    return this.time;
  }

  at(time: Millis, run: () => void, options?: TimerOptions): Timer {
    return this.alarms.at(time, run, options);
  }

  /** Sets the wall clock forward, or back, by `span`: no time passes. */
  jump(span: Millis): void {
    this.shift += span;
    this.alarms.look();
  }

  after(delay: Millis, run: () => void, options?: TimerOptions): Timer {
    assert(!Number.isNaN(delay), 'a delay is a number');
    const pending: Pending = {
      due: this.time + Math.max(0, delay),
      order: this.armed++,
      background: options?.background ?? false,
      run,
    };
    this.push(pending);
    if (!pending.background) this.foreground++;
    let live = true;
    return {
      cancel: () => {
        if (!live) return;
        live = false;
        if (this.fired.has(pending)) return;
        this.cancelled.add(pending);
        if (!pending.background) this.foreground--;
      },
    };
  }

  /** Lets time stand still until `work` has ended, which goes on in real time and must end by itself. Returns `work`. */
  outside<T>(work: Promise<T>): Promise<T> {
    const ended: Promise<unknown> = work.catch(() => {}).finally(() => this.underWay.delete(ended));
    this.underWay.add(ended);
    return work;
  }

  /** Moves `span` milliseconds on, running what falls due on the way, in order. */
  async advance(span: Millis): Promise<void> {
    assert(span >= 0, 'time does not go backwards');
    const target = this.time + span;
    await this.settle();
    for (let next = this.peek(); next !== undefined && next.due <= target; next = this.peek()) await this.fire(next);
    this.time = target;
  }

  /** Moves on until `done()` holds, at most `spanMax`. Returns whether it held. `done` is asked after every timer. */
  async advanceUntil(done: () => boolean, spanMax: Millis): Promise<boolean> {
    const target = this.time + spanMax;
    await this.settle();
    for (let next = this.peek(); !done(); next = this.peek()) {
      if (next === undefined || next.due > target) {
        this.time = target;
        return done();
      }
      await this.fire(next);
    }
    return true;
  }

  /** Moves on until only background timers are left, at most `spanMax`. Returns whether that point was reached. */
  async runUntilIdle(spanMax: Millis = 24 * 3600_000): Promise<boolean> {
    return this.advanceUntil(() => this.foreground === 0, spanMax);
  }

  /** Lets every ready promise chain run to its end: the event loop comes round to immediates only when no microtask is left.
   *  Twice, because code on the way may itself defer by one immediate. */
  private async settle(): Promise<void> {
    for (;;) {
      for (let round = 0; round < 2; round++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.underWay.size === 0) return;
      await Promise.all(this.underWay);
    }
  }

  private async fire(pending: Pending): Promise<void> {
    this.pop();
    this.time = Math.max(this.time, pending.due);
    this.fired.add(pending);
    if (!pending.background) this.foreground--;
    pending.run();
    await this.settle();
  }

  private peek(): Pending | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (!this.cancelled.delete(top)) return top;
      this.pop();
    }
    return undefined;
  }

  private push(pending: Pending): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(pending);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Pending;
      if (before(above, pending)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = pending;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Pending)) child++;
      const below = heap[child] as Pending;
      if (before(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function before(a: Pending, b: Pending): boolean {
  return a.due !== b.due ? a.due < b.due : a.order < b.order;
}
