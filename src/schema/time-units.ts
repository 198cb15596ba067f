import { TimeError } from '#schema/time.ts';

/** Seconds since 1970 and nanoseconds of a canonical time text. */
export function timeUnits(text: string): { readonly seconds: number; readonly nanos: number } {
  const seconds = Date.parse(`${text.slice(0, 19)}Z`) / 1000;
  const micros = text.length > 20 ? Number(text.slice(20, -1)) : 0;
  return { seconds, nanos: micros * 1000 };
}

/** The reverse of `timeUnits`: whole seconds for a `time`, six fraction digits for a `microTime`; what is finer is dropped. */
export function timeText(seconds: number, nanos: number, is: 'time' | 'microTime'): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new TimeError(`no time is ${seconds} seconds from 1970`);
  const whole = date.toISOString().slice(0, -5);
  return is === 'time' ? `${whole}Z` : `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`;
}
