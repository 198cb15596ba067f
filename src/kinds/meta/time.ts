import type { Millis } from '#base/units.ts';

/** The last second written and its text: most calls of a busy moment fall into one. */
const last = { second: Number.NaN, text: '' };

/** A moment as `Time` fields write it: UTC, whole seconds. */
export function timestamp(at: Millis): string {
  const second = Math.floor(at / 1000);
  if (second !== last.second) {
    last.second = second;
    last.text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  }
  return last.text;
}

/** A moment as `MicroTime` fields write it: UTC, six digits. */
export function microTimestamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 23)}000Z`;
}

/** What a time field that is always written holds when there is no time: null on the wire, though typed as text. */
export const noTime = null as unknown as string;
