/** Thrown for a text that is no time; the message is that of Go's parser. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

const layouts = {
  time: '2006-01-02T15:04:05Z07:00',
  microTime: '2006-01-02T15:04:05.000000Z07:00',
} as const;

/** The time that upstream holds for "not set". */
const never = '0001-01-01T00:00:00';

const canonicalTime =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{6})?Z$/;

/** `text` in UTC with whole seconds (`time`) or exactly six fraction digits (`microTime`), or null for the zero time, which upstream
 *  writes as null. Throws `TimeError` (spec: api.md section 2.3). */
export function canonicalTimeText(text: string, is: 'time' | 'microTime'): string | null {
  const length = is === 'time' ? 20 : 27;
  if (text.length === length && canonicalTime.test(text)) return text.startsWith(never) ? null : text;
  const parsed = new TimeParser(text, layouts[is]).parse(is === 'microTime');
  const whole = new Date(parsed.at).toISOString().slice(0, -5);
  if (whole === never && parsed.micros === 0) return null;
  return is === 'time' ? `${whole}Z` : `${whole}.${String(parsed.micros).padStart(6, '0')}Z`;
}

/** Reads a time part by part, as Go does, so that the error names the part it stumbled over. */
class TimeParser {
  private readonly text: string;
  private readonly layout: string;
  private at = 0;

  constructor(text: string, layout: string) {
    this.text = text;
    this.layout = layout;
  }

  parse(exactFraction: boolean): { at: number; micros: number } {
    const year = this.digits(4, '2006');
    this.literal('-');
    const month = this.ranged(2, '01', 1, 12, 'month');
    this.literal('-');
    const day = this.digits(2, '02');
    this.literal('T');
    const hour = this.hour();
    this.literal(':');
    const minute = this.ranged(2, '04', 0, 59, 'minute');
    this.literal(':');
    const second = this.ranged(2, '05', 0, 59, 'second');
    const micros = exactFraction ? this.microseconds() : this.looseFraction();
    const offset = this.zone();
    if (this.at < this.text.length) this.fail(`: extra text: ${JSON.stringify(this.text.slice(this.at))}`);
    if (day < 1 || day > daysIn(year, month)) this.fail(': day out of range');
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute - offset, second);
    return { at: date.getTime(), micros };
  }

  private digits(count: number, part: string): number {
    const text = this.text.slice(this.at, this.at + count);
    if (text.length < count || !/^\d+$/.test(text)) this.stumble(part);
    this.at += count;
    return Number(text);
  }

  private ranged(count: number, part: string, lowest: number, highest: number, name: string): number {
    const value = this.digits(count, part);
    if (value < lowest || value > highest) this.fail(`: ${name} out of range`);
    return value;
  }

  /** One digit is enough for an hour. */
  private hour(): number {
    const text = /^\d{1,2}/.exec(this.text.slice(this.at))?.[0];
    if (text === undefined) this.stumble('15');
    this.at += text.length;
    if (Number(text) > 23) this.fail(': hour out of range');
    return Number(text);
  }

  private microseconds(): number {
    const text = /^[.,](\d{6})/.exec(this.text.slice(this.at))?.[1];
    if (text === undefined || this.text.length - this.at < 7) this.stumble('.000000');
    this.at += 7;
    return Number(text);
  }

  /** A fraction that the layout does not have is read and dropped. */
  private looseFraction(): number {
    this.at += /^[.,]\d+/.exec(this.text.slice(this.at))?.[0].length ?? 0;
    return 0;
  }

  /** Minutes east of UTC. */
  private zone(): number {
    const rest = this.text.slice(this.at);
    if (rest.startsWith('Z')) {
      this.at += 1;
      return 0;
    }
    const parts = /^([+-])(\d\d):(\d\d)/.exec(rest);
    if (parts === null) this.stumble('Z07:00');
    const hours = Number(parts[2]);
    const minutes = Number(parts[3]);
    if (hours > 24) this.fail(': time zone offset hour out of range');
    if (minutes > 60) this.fail(': time zone offset minute out of range');
    this.at += 6;
    return (parts[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  private literal(character: string): void {
    if (this.text[this.at] !== character) this.stumble(character);
    this.at += 1;
  }

  private stumble(part: string): never {
    const rest = JSON.stringify(this.text.slice(this.at));
    this.fail(` as ${JSON.stringify(this.layout)}: cannot parse ${rest} as ${JSON.stringify(part)}`);
  }

  private fail(what: string): never {
    throw new TimeError(`parsing time ${JSON.stringify(this.text)}${what}`);
  }
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The text of a point in time given as seconds since 1970 and nanoseconds: whole seconds for a `time`, six fraction digits for a `microTime`; what is finer is dropped. */
export function timeText(seconds: number, nanos: number, is: 'time' | 'microTime'): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new TimeError(`no time is ${seconds} seconds from 1970`);
  const whole = date.toISOString().slice(0, -5);
  return is === 'time' ? `${whole}Z` : `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}

/** The reverse of `timeText`, for a canonical text. */
export function timeUnits(text: string): { readonly seconds: number; readonly nanos: number } {
  const days = daysSince1970(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const seconds = (days * 24 + digits(text, 11, 2)) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
  return { seconds, nanos: text.length > 20 ? digits(text, 20, 6) * 1000 : 0 };
}

function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let index = at; index < at + count; index++) number = number * 10 + text.charCodeAt(index) - 48;
  return number;
}

/** Of the Gregorian calendar. Years begin in March here, so that the day of a leap year is the last. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.floor((months * 153 + 2) / 5) + day - 719_469;
}
