import type { Timer, TimerOptions } from '#base/clock.ts';
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
  readonly run: () => void;
  readonly options: TimerOptions | undefined;
  timer: Timer;
}

/** Calls that are made when the clock on the wall shows their time, although timers count the time that passes. The two part
 *  when the clock is set, and when the machine sleeps; whoever knows of that, or `lookMs` at the latest, has it noticed. */
export class Alarms {
  private readonly source: TimeSource;
  private readonly lookMs: Millis | undefined;
  private readonly armed = new Set<Alarm>();
  private drift: Millis = 0;
  private looking: Timer | undefined;

  /** Without `lookMs` only `look` notices anything. */
  constructor(source: TimeSource, lookMs?: Millis) {
    this.source = source;
    this.lookMs = lookMs;
  }

  /** Calls `run` once, never before the clock shows `time`, and never synchronously. */
  at(time: Millis, run: () => void, options?: TimerOptions): Timer {
    this.look();
    const alarm: Alarm = { time, run, options, timer: this.arm(time, () => this.fire(alarm), options) };
    this.armed.add(alarm);
    this.keepLooking();
    return {
      cancel: () => {
        alarm.timer.cancel();
        this.armed.delete(alarm);
        this.restWhenIdle();
      },
    };
  }

  /** Sets all alarms anew if the clock has been set since they were. */
  look(): void {
    const { source, armed } = this;
    const drift = source.now() - source.monotonic();
    if (Math.abs(drift - this.drift) < driftMsMin) return;
    this.drift = drift;
    for (const alarm of armed) {
      alarm.timer.cancel();
      alarm.timer = this.arm(alarm.time, () => this.fire(alarm), alarm.options);
    }
  }

  private arm(time: Millis, run: () => void, options: TimerOptions | undefined): Timer {
    return this.source.after(time - this.source.now(), run, options);
  }

  private fire(alarm: Alarm): void {
    if (this.source.now() < alarm.time) {
      alarm.timer = this.arm(alarm.time, () => this.fire(alarm), alarm.options);
      return;
    }
    this.armed.delete(alarm);
    this.restWhenIdle();
    alarm.run();
  }

  private keepLooking(): void {
    if (this.lookMs === undefined || this.armed.size === 0) return;
    const next = (): void => {
      this.looking = undefined;
      this.look();
      this.keepLooking();
    };
    this.looking ??= this.source.after(this.lookMs, next, { background: true });
  }

  private restWhenIdle(): void {
    if (this.armed.size > 0) return;
    this.looking?.cancel();
    this.looking = undefined;
  }
}
