import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Resolves when the client has taken what was written; false when it went away instead. Leaves nothing behind on either, however often
 *  a long stream waits. */
export async function drained(out: Writable, signal: AbortSignal): Promise<boolean> {
  try {
    await once(out, 'drain', { signal });
    return true;
  } catch {
    return false;
  }
}
