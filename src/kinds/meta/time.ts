import type { Millis } from '#base/units.ts';

/** A moment as `Time` fields write it: UTC, whole seconds. */
export function timestamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A moment as `MicroTime` fields write it: UTC, six digits. */
export function microTimestamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 23)}000Z`;
}

/** What a time field that is always written holds when there is no time: null on the wire, though typed as text. */
export const noTime = null as unknown as string;
