import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { removeDirectory } from '#node/remove.ts';

const sharedMemory = '/dev/shm';
/** What `statfs` says of a file system in memory. */
const tmpfs = 0x01021994;

/** A directory in memory for the secrets of a node's pods, where nobody else can look; undefined where the machine has none to
 *  trust. It outlives this process, as containers do. Its name is known to all, so whatever else has it is left alone. */
export function makeMemoryPlace(root: string): string | undefined {
  const place = join(sharedMemory, `sampan-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  try {
    if (process.platform !== 'linux' || statfsSync(sharedMemory).type !== tmpfs) return undefined;
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(place);
    return uid === process.getuid?.() && mode === privateDirectory ? place : undefined;
  } catch {
    return undefined;
  }
}

const privateDirectory = 0o040700;

/** Removes what is there of pods that nobody knows any more. */
export function sweepMemoryPlace(place: string, isKnown: (podUid: string) => boolean): void {
  for (const podUid of readdirSync(place)) if (!isKnown(podUid)) removeDirectory(join(place, podUid));
}
