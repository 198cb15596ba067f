import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Hands on what each of two connections says to the other, the end of either direction too. Resolves when both directions have
 *  ended; when one connection breaks, breaks the other and rejects. */
export async function joinStreams(one: Duplex, other: Duplex): Promise<void> {
  // What breaks a connection is told by the promise; a second time it would be an error that nobody takes.
  for (const stream of [one, other]) stream.on('error', () => {});
  await Promise.all([pipeline(one, other), pipeline(other, one)]);
}
