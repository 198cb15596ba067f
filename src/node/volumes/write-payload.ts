import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Millis } from '#base/units.ts';
import { removeDirectory, removeFile } from '#node/remove.ts';
import type { Payload } from '#node/volumes/payload.ts';

/** The link that names the present generation of files. */
const current = '..data';
/** What `chown` takes for the group that the file has. */
const keptGroup = -1;

/** Makes a directory show these files and no others, all at once: readers see the old generation or the new one, never a mix
 *  (spec: node-agent.md section 19, "Atomic update"). Does nothing when it shows them already.
 *  With a group, all belongs to it. The paths must have been checked. */
export function writePayload(directory: string, payload: Payload, now: Millis, group?: number): void {
  const isNew = mkdirSync(directory, { recursive: true }) !== undefined;
  chmodSync(directory, 0o755);
  if (group !== undefined) giveToGroup(directory, group);
  const old = isNew ? undefined : readLink(join(directory, current));
  if (old !== undefined && shows(join(directory, old), payload)) return;
  const generation = writeGeneration(directory, payload, now, group);
  const link = join(directory, isNew ? current : '..data_tmp');
  if (!isNew) removeFile(link);
  symlinkSync(generation.slice(directory.length + 1), link);
  if (!isNew) renameSync(link, join(directory, current));
  showNames(directory, payload, isNew);
  if (old !== undefined) removeDirectory(join(directory, old));
}

/** As Kubernetes does for `fsGroup`: what is made in the directory later belongs to the group too. */
export function giveToGroup(directory: string, group: number): void {
  const { uid, mode } = statSync(directory);
  chownSync(directory, uid, group);
  chmodSync(directory, (mode & 0o777) | 0o2000);
}

function writeGeneration(directory: string, payload: Payload, now: Millis, group: number | undefined): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '_');
  const generation = mkdtempSync(join(directory, `..${stamp}.`));
  chmodSync(generation, 0o755);
  // Files and directories in it inherit the group.
  if (group !== undefined) giveToGroup(generation, group);
  for (const [path, { bytes, mode, owner }] of payload) {
    const file = join(generation, path);
    if (path.includes('/')) mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, bytes);
    chmodSync(file, mode);
    if (owner !== undefined) chownSync(file, owner, keptGroup);
  }
  return generation;
}

/** One link for each first part of a path. */
function showNames(directory: string, payload: Payload, isNew: boolean): void {
  const wanted = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of isNew ? [] : readdirSync(directory)) {
    if (name.startsWith('..')) continue;
    if (!wanted.delete(name)) removeFile(join(directory, name));
  }
  for (const name of wanted) symlinkSync(join(current, name), join(directory, name));
}

function shows(generation: string, payload: Payload): boolean {
  const files = filesIn(generation, '');
  if (files.length !== payload.size) return false;
  return files.every((path) => {
    const wanted = payload.get(path);
    const file = join(generation, path);
    if (wanted === undefined) return false;
    const { mode, uid } = statSync(file);
    const isOwned = wanted.owner === undefined || wanted.owner === uid;
    return isOwned && (mode & 0o777) === wanted.mode && readFileSync(file).equals(wanted.bytes);
  });
}

function filesIn(root: string, prefix: string): string[] {
  return readdirSync(join(root, prefix)).flatMap((name) => {
    const path = join(prefix, name);
    return lstatSync(join(root, path)).isDirectory() ? filesIn(root, path) : [path];
  });
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
