import { chmodSync, closeSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs';
import type { HostPathVolumeSource } from '#kinds/pod/schema/volumes.ts';
import { VolumeError } from '#node/volumes/payload.ts';

/** What each type wants to find, and what it is called in the refusal. */
const wanted: { readonly [type: string]: readonly [(stats: Stats) => boolean, string] } = {
  Directory: [(stats) => stats.isDirectory(), 'a directory'],
  DirectoryOrCreate: [(stats) => stats.isDirectory(), 'a directory'],
  File: [(stats) => stats.isFile(), 'a file'],
  FileOrCreate: [(stats) => stats.isFile(), 'a file'],
  Socket: [(stats) => stats.isSocket(), 'a socket file'],
  CharDevice: [(stats) => stats.isCharacterDevice(), 'a character device'],
  BlockDevice: [(stats) => stats.isBlockDevice(), 'a block device'],
};

/** Checks a path of the machine as its type asks, and makes what may be made (spec: node-agent.md section 19). Without a type
 *  nothing is checked, and a missing path becomes a directory, as container runtimes make it. Throws `VolumeError`. */
export function prepareHostPath({ path, type = '' }: HostPathVolumeSource): void {
  const stats = statOf(path);
  if (stats === undefined) make(path, type);
  const check = wanted[type];
  const found = stats ?? statOf(path);
  if (check !== undefined && (found === undefined || !check[0](found))) {
    throw new VolumeError(`hostPath type check failed: ${path} is not ${check[1]}`);
  }
}

function make(path: string, type: string): void {
  try {
    if (type === '' || type === 'DirectoryOrCreate') {
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o755);
    } else if (type === 'FileOrCreate') {
      closeSync(openSync(path, 'a', 0o644));
      chmodSync(path, 0o644);
    }
  } catch (error) {
    throw new VolumeError(`cannot create ${path}: ${(error as Error).message}`);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
