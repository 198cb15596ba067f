import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { VolumeError } from '#node/volumes/payload.ts';

/** The part of a volume that a mount shows. It is made, as a directory, when it is missing; links may not lead out of the
 *  volume. Throws `VolumeError`. */
export function resolveSubPath(volume: string, subPath: string): string {
  const parts = subPath.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new VolumeError('subPath must not contain ".."');
  const root = realpathSync(volume);
  let at = root;
  for (const part of parts) {
    at = realpathOf(join(at, part)) ?? made(join(at, part), root);
    // Looked at after every step, so that nothing is ever made behind a link that leads away.
    if (at !== root && !at.startsWith(root + sep))
      throw new VolumeError(`subPath "${subPath}" leads out of the volume`);
  }
  return at;
}

function made(path: string, root: string): string {
  mkdirSync(path);
  // Set apart, as this process's mask would keep other users out of what they may write to.
  chmodSync(path, statSync(root).mode & 0o7777);
  return path;
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
