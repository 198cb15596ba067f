import type { Timer, TimerOptions } from '#base/clock.ts';
import { Heap } from '#base/heap.ts';
import type { Millis } from '#base/units.ts';

/** What alarms are made from: the clock on the wall, which people and machines set, and the passing of time, which nobody
 *  can. */
export interface TimeSource {
  now(): Millis;
  monotonic(): Millis;
  after(delay: Millis, run: () => void, options?: TimerOptions): Timer;
}

/** The clocks of machines are corrected by less than this all the time. */
const driftMsMin: Millis = 20;

interface Alarm {
  readonly time: Millis;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Calls that are made when the clock on the wall shows their time, although timers count the time that passes. The two part
 *  when the clock is set, and when the machine sleeps; whoever knows of that, or `lookMs` at the latest, has it noticed.
 *  What is due at one time is called in one go: thousands that wait for the same minute are all told before any of them has
 *  done its work. */
export class Alarms {
  private readonly source: TimeSource;
  private readonly lookMs: Millis | undefined;
  private readonly work: Row;
  private readonly housekeeping: Row;
  private drift: Millis = 0;
  private looking: Timer | undefined;

  /** Without `lookMs` only `look` notices anything. */
  constructor(source: TimeSource, lookMs?: Millis) {
    this.source = source;
    this.lookMs = lookMs;
    this.work = new Row(source, { background: false });
    this.housekeeping = new Row(source, { background: true });
  }

  /** Calls `run` once, never before the clock shows `time`, and never synchronously. */
  at(time: Millis, run: () => void, options?: TimerOptions): Timer {
    this.look();
    const timer = (options?.background === true ? this.housekeeping : this.work).add(time, run);
    this.keepLooking();
    return timer;
  }

  /** Sets all alarms anew if the clock has been set since they were. */
  look(): void {
    const { source } = this;
    const drift = source.now() - source.monotonic();
    if (Math.abs(drift - this.drift) < driftMsMin) return;
    this.drift = drift;
    this.work.arm();
    this.housekeeping.arm();
  }

  private keepLooking(): void {
    if (this.lookMs === undefined || this.looking !== undefined) return;
    if (this.work.isEmpty && this.housekeeping.isEmpty) return;
    const next = (): void => {
      this.looking = undefined;
      this.look();
      this.keepLooking();
    };
    this.looking = this.source.after(this.lookMs, next, { background: true });
  }
}

/** Alarms in order, the earliest first; one timer stands for all of them. */
class Row {
  private readonly source: TimeSource;
  private readonly options: TimerOptions;
  private readonly alarms = new Heap<Alarm>((a, b) => (a.time === b.time ? a.order < b.order : a.time < b.time));
  private count = 0;
  private timer: Timer | undefined;
  private timerTime: Millis = Number.POSITIVE_INFINITY;

  constructor(source: TimeSource, options: TimerOptions) {
    this.source = source;
    this.options = options;
  }

  get isEmpty(): boolean {
    return this.next() === undefined;
  }

  add(time: Millis, run: () => void): Timer {
    const alarm: Alarm = { time, order: this.count++, run, cancelled: false };
    this.alarms.push(alarm);
    if (time < this.timerTime) this.arm();
    return {
      cancel: () => {
        alarm.cancelled = true;
        if (this.next()?.time !== this.timerTime) this.arm();
      },
    };
  }

  /** Sets the timer for the first alarm, by what the clock shows now. */
  arm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const next = this.next();
    this.timerTime = next?.time ?? Number.POSITIVE_INFINITY;
    if (next === undefined) return;
    this.timer = this.source.after(next.time - this.source.now(), () => this.ring(), this.options);
  }

  private ring(): void {
    const now = this.source.now();
    const due: Alarm[] = [];
    for (let next = this.next(); next !== undefined && next.time <= now; next = this.next()) {
      this.alarms.pop();
      due.push(next);
    }
    this.arm();
    for (const alarm of due) if (!alarm.cancelled) alarm.run();
  }

  private next(): Alarm | undefined {
    while (this.alarms.peek()?.cancelled === true) this.alarms.pop();
    return this.alarms.peek();
  }
}
