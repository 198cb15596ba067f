import type { Millis } from '#base/units.ts';
import { zoneNames } from '#kinds/cron-job/schedule/zone-names.ts';

/** Two changes of the clocks lie farther apart than this, so that looking at both ends of a span finds any. */
const spanMs: Millis = 7 * 24 * 3600_000;

/** The offset from UTC at the beginning of a span, and its change within the span or at its very end, if there is one. */
interface Span {
  readonly offset: Millis;
  readonly change: { readonly at: Millis; readonly offset: Millis } | undefined;
}

/** A time zone: what its clocks show, and when they are put forward or back. */
export class Zone {
  readonly name: string;
  /** None for UTC, where nothing is to be asked: the first of a process takes 30 ms, a tenth of a start. */
  private readonly format: Intl.DateTimeFormat | undefined;
  /** What was asked before; asking the runtime is slow. */
  private readonly spans = new Map<number, Span>();

  /** Throws `RangeError` if the runtime does not know the name. */
  constructor(name: string) {
    this.name = name;
    this.format =
      name === 'UTC' ? undefined : new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** How far the zone's clocks are ahead of UTC. */
  offsetAt(at: Millis): Millis {
    const { offset, change } = this.span(Math.floor(at / spanMs));
    return change !== undefined && at >= change.at ? change.offset : offset;
  }

  /** The first moment after `since`, at most `upTo`, from which on the clocks differ from UTC by another amount. */
  changeAfter(since: Millis, upTo: Millis): Millis | undefined {
    for (let index = Math.floor(since / spanMs); index * spanMs <= upTo; index++) {
      const { change } = this.span(index);
      if (change !== undefined && change.at > since) return change.at <= upTo ? change.at : undefined;
    }
    return undefined;
  }

  private span(index: number): Span {
    const known = this.spans.get(index);
    if (known !== undefined) return known;
    const start = index * spanMs;
    const offset = this.ask(start);
    const span = { offset, change: this.findChange(start, start + spanMs, offset) };
    this.spans.set(index, span);
    return span;
  }

  private findChange(start: Millis, end: Millis, before: Millis): Span['change'] {
    const offset = this.ask(end);
    if (offset === before) return undefined;
    let low = start;
    let high = end;
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (this.ask(middle) === before) low = middle;
      else high = middle;
    }
    return { at: high, offset };
  }

  private ask(at: Millis): Millis {
    if (this.format === undefined) return 0;
    const match = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(this.format.format(at));
    if (match === null) return 0;
    const [, sign, hours, minutes, seconds = '0'] = match;
    const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ahead : ahead;
  }
}

export const utc = new Zone('UTC');

/** Zones in use, kept for the offsets they have looked up. */
const zones = new Map<string, Zone>([['UTC', utc]]);
let names: ReadonlySet<string> | undefined;

/** All names of time zones, links such as US/Eastern among them. The runtime may know newer ones than our list. */
export function allZoneNames(): ReadonlySet<string> {
  names ??= new Set([
    ...Object.entries(zoneNames).flatMap(([region, list]) =>
      list.split(' ').map((name) => (region === '' ? name : `${region}/${name}`)),
    ),
    ...Intl.supportedValuesOf('timeZone'),
  ]);
  return names;
}

/** The zone of that name in exactly that spelling, or undefined if there is none, here at least. */
export function findZone(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (!allZoneNames().has(name)) return undefined;
  try {
    const zone = new Zone(name);
    zones.set(name, zone);
    return zone;
  } catch {
    // The list is newer than the runtime's own data.
    return undefined;
  }
}
