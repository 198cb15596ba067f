import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';

export interface BackOff {
  readonly msBase: Millis;
  readonly msMax: Millis;
}

export interface DelayOptions {
  /** The wait recurs for ever and is no work in itself (see `TimerOptions`). */
  readonly background?: boolean;
}

interface Waiting {
  readonly due: Millis;
  readonly timer: Timer;
  readonly background: boolean;
}

interface Appointment {
  readonly time: Millis;
  readonly timer: Timer;
}

/** Who wants to know how long things take; see `addQueueMetrics`. */
export interface QueueMeasure {
  waited(ms: Millis): void;
  worked(ms: Millis): void;
}

/** Keys to be worked on. A key stands in the queue at most once, and is in at most one worker's hands: added meanwhile, it
 *  comes again after `done`. */
export class WorkQueue {
  private readonly clock: Clock;
  private readonly backOff: BackOff;
  private readonly ready: string[] = [];
  private head = 0;
  /** Keys that need work: those in `ready`, and those added while in hand. */
  private readonly dirty = new Set<string>();
  private readonly inHand = new Set<string>();
  private readonly waiting = new Map<string, Waiting>();
  /** Keys wanted at a time of the clock. */
  private readonly appointed = new Map<string, Appointment>();
  private readonly failures = new Map<string, number>();
  private readonly takers: ((key: string | undefined) => void)[] = [];
  private closed = false;
  /** How often a key came that was not there. */
  adds = 0;
  /** How often a key came back after a failure. */
  givenBack = 0;
  private measured: QueueMeasure | undefined;
  /** Since when keys wait or are worked on, where that is measured. */
  private readonly since = new Map<string, Millis>();
  private readonly begun = new Map<string, Millis>();

  constructor(clock: Clock, backOff: BackOff) {
    this.clock = clock;
    this.backOff = backOff;
  }

  /** How many keys could be taken now. */
  get length(): number {
    return this.ready.length - this.head;
  }

  /** Whether nothing is ready, in hand or waiting for its time. */
  get idle(): boolean {
    return this.dirty.size + this.inHand.size + this.waiting.size + this.appointed.size === 0;
  }

  measure(measure: QueueMeasure): void {
    this.measured = measure;
  }

  /** Wants `key` worked on as soon as a worker is free. */
  add(key: string): void {
    if (this.closed || this.dirty.has(key)) return;
    this.dirty.add(key);
    this.adds += 1;
    if (this.measured !== undefined) this.since.set(key, this.clock.monotonic());
    if (!this.inHand.has(key)) this.offer(key);
  }

  /** Wants `key` worked on in `delay` milliseconds; of several wishes for one key the earliest counts. */
  addAfter(key: string, delay: Millis, options: DelayOptions = {}): void {
    if (this.closed) return;
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const due = this.clock.now() + delay;
    const known = this.waiting.get(key);
    const background = (options.background ?? false) && (known?.background ?? true);
    if (known !== undefined && known.due <= due && known.background === background) return;
    known?.timer.cancel();
    const dueFirst = Math.min(due, known?.due ?? due);
    const run = (): void => {
      this.waiting.delete(key);
      this.add(key);
    };
    const timer = this.clock.after(dueFirst - this.clock.now(), run, { background });
    this.waiting.set(key, { due: dueFirst, timer, background });
  }

  /** Wants `key` worked on when the clock shows `time`, however it is set meanwhile; of several such wishes for one key the
   *  earliest counts. */
  addAt(key: string, time: Millis, options: DelayOptions = {}): void {
    if (this.closed) return;
    if (time <= this.clock.now()) {
      this.add(key);
      return;
    }
    const known = this.appointed.get(key);
    if (known !== undefined && known.time <= time) return;
    known?.timer.cancel();
    const run = (): void => {
      this.appointed.delete(key);
      this.add(key);
    };
    this.appointed.set(key, { time, timer: this.clock.at(time, run, options) });
  }

  /** Wants `key` worked on after its own back-off, which doubles with every call until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.givenBack += 1;
    this.addAfter(key, Math.min(this.backOff.msBase * 2 ** failures, this.backOff.msMax));
  }

  /** How often `key` failed since it was last forgotten. */
  retries(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  /** The next failure of `key` is its first again. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** The next key, once there is one; undefined when the queue is shut down. The taker owes a `done`. */
  take(): Promise<string | undefined> {
    const key = this.next();
    if (key !== undefined || this.closed) return Promise.resolve(key);
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** The work on `key` is over, well or not. */
  done(key: string): void {
    this.inHand.delete(key);
    const begun = this.begun.get(key);
    if (begun !== undefined) this.measured?.worked(this.clock.monotonic() - begun);
    this.begun.delete(key);
    if (this.dirty.has(key) && !this.closed) this.offer(key);
  }

  /** Ends the queue: what waits is dropped, and every `take` gives undefined. */
  shutdown(): void {
    this.closed = true;
    for (const { timer } of [...this.waiting.values(), ...this.appointed.values()]) timer.cancel();
    this.waiting.clear();
    this.appointed.clear();
    this.ready.length = 0;
    this.head = 0;
    this.dirty.clear();
    this.since.clear();
    for (const taker of this.takers.splice(0)) taker(undefined);
  }

  private offer(key: string): void {
    const taker = this.takers.shift();
    if (taker === undefined) {
      this.ready.push(key);
      return;
    }
    this.hand(key);
    taker(key);
  }

  private next(): string | undefined {
    const key = this.ready[this.head];
    if (key === undefined) return undefined;
    this.head++;
    if (this.head > 1024 && this.head * 2 > this.ready.length) {
      this.ready.splice(0, this.head);
      this.head = 0;
    }
    this.hand(key);
    return key;
  }

  private hand(key: string): void {
    this.dirty.delete(key);
    this.inHand.add(key);
    const since = this.since.get(key);
    if (this.measured === undefined || since === undefined) return;
    this.since.delete(key);
    const now = this.clock.monotonic();
    this.begun.set(key, now);
    this.measured.waited(now - since);
  }
}
