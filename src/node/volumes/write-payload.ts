import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Millis } from '#base/units.ts';
import { removeDirectory, removeFile } from '#node/remove.ts';
import type { Payload } from '#node/volumes/payload.ts';

/** The link that names the present generation of files. */
const current = '..data';

/** Makes a directory show these files and no others, all at once: readers see the old generation or the new one, never a mix
 *  (spec: node-agent.md section 19, "Atomic update"). Does nothing when it shows them already.
 *  The paths must have been checked. */
export async function writePayload(directory: string, payload: Payload, now: Millis): Promise<void> {
  const isNew = (await mkdir(directory, { recursive: true })) !== undefined;
  await chmod(directory, 0o755);
  const old = isNew ? undefined : await readLink(join(directory, current));
  if (old !== undefined && (await shows(join(directory, old), payload))) return;
  const generation = await writeGeneration(directory, payload, now);
  const link = join(directory, isNew ? current : '..data_tmp');
  if (!isNew) removeFile(link);
  await symlink(generation.slice(directory.length + 1), link);
  if (!isNew) await rename(link, join(directory, current));
  await showNames(directory, payload, isNew);
  if (old !== undefined) removeDirectory(join(directory, old));
}

async function writeGeneration(directory: string, payload: Payload, now: Millis): Promise<string> {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '_');
  const generation = await mkdtemp(join(directory, `..${stamp}.`));
  await chmod(generation, 0o755);
  for (const [path, { bytes, mode }] of payload) {
    const file = join(generation, path);
    if (path.includes('/')) await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, bytes);
    await chmod(file, mode);
  }
  return generation;
}

/** One link for each first part of a path. */
async function showNames(directory: string, payload: Payload, isNew: boolean): Promise<void> {
  const wanted = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of isNew ? [] : await readdir(directory)) {
    if (name.startsWith('..')) continue;
    if (!wanted.delete(name)) removeFile(join(directory, name));
  }
  for (const name of wanted) await symlink(join(current, name), join(directory, name));
}

async function shows(generation: string, payload: Payload): Promise<boolean> {
  const files = await filesIn(generation, '');
  if (files.length !== payload.size) return false;
  for (const path of files) {
    const wanted = payload.get(path);
    const file = join(generation, path);
    if (wanted === undefined || ((await stat(file)).mode & 0o777) !== wanted.mode) return false;
    if (!(await readFile(file)).equals(wanted.bytes)) return false;
  }
  return true;
}

async function filesIn(root: string, prefix: string): Promise<string[]> {
  const names = await readdir(join(root, prefix));
  const lists = names.map(async (name) => {
    const path = join(prefix, name);
    return (await lstat(join(root, path))).isDirectory() ? filesIn(root, path) : [path];
  });
  return (await Promise.all(lists)).flat();
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}
