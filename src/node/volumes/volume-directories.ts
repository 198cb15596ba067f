import { chmodSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { apiErrors } from '#kinds/meta/errors.ts';

interface Places {
  readonly volumes: boolean;
  readonly directories: { readonly pods: string };
}

/** Where a node keeps the directories of volumes that are made for claims, beside those of its pods; undefined if its pods have no
 *  files. */
export function volumesDirectory({ volumes, directories }: Places): string | undefined {
  return volumes ? join(dirname(directories.pods), 'volumes') : undefined;
}

/** Makes the directory of a volume if it is not there, for pods of any user. */
export function makeVolumeDirectory(path: string): void {
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, 0o777);
}

/** Removes the directory of a volume, if it is there, and all that is in it. `root`: where this node keeps them, if it does. */
export async function removeVolumeDirectory(root: string | undefined, volume: string): Promise<void> {
  if (!/^[a-z0-9][-a-z0-9.]*$/.test(volume)) throw apiErrors.badRequest(`${JSON.stringify(volume)} names no volume`);
  if (root !== undefined) await rm(join(root, volume), { recursive: true, force: true, maxRetries: 3 });
}
