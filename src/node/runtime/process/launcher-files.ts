import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeDirectory, removeFile } from '#node/remove.ts';

/** The files of pods, as the launcher makes and removes them for the server: there they would stop the event loop, for
 *  milliseconds when the disk is busy. Small synchronous steps, in the order that crash safety asks for. */

/** What a container leaves on the disk before it begins. */
export interface ContainerFiles {
  readonly directory: string;
  readonly exitFile: string;
  readonly record: string;
  /** Absent where the command can make it itself. */
  readonly terminationFile: string | undefined;
}

/** Replaces what an abandoned start may have left. */
export function writeContainer({ directory, exitFile, record, terminationFile }: ContainerFiles): void {
  if (!makeDirectory(directory)) {
    removeDirectory(directory);
    removeFile(exitFile);
    makeDirectory(directory);
  }
  writeFileSync(join(directory, 'config.json'), record, { mode: 0o640 });
  if (terminationFile === undefined) return;
  // Any user may write it, as the command may run as any: the launcher's mask would take that away again.
  const mask = process.umask(0);
  try {
    mkdirSync(dirname(terminationFile), { recursive: true, mode: 0o750 });
    writeFileSync(terminationFile, '', { mode: 0o666 });
  } finally {
    process.umask(mask);
  }
}

/** Whether a container has written anything, or may have. */
export function hasOutput(directory: string): boolean {
  return ['out', 'err'].some((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size !== 0);
}

export function writeSandbox(directory: string, recordFile: string, record: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o750 });
  writeFileSync(recordFile, record, { mode: 0o640 });
}

/** Removes what is there of these, in order. Throws before anything is removed when something is mounted in one of them: to
 *  remove it would be to remove what is mounted. */
export function removePaths(paths: readonly string[]): void {
  const points = mountPoints();
  for (const path of paths) {
    const found = points.find((point) => point === path || point.startsWith(`${path}/`));
    if (found !== undefined) throw new Error(`Cannot remove ${path}: something is mounted at ${found}; unmount it`);
  }
  for (const path of paths) {
    if (isDirectory(path)) removeDirectory(path);
    else removeFile(path);
  }
}

/** Whether it was not there yet. */
function makeDirectory(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o750 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function mountPoints(): readonly string[] {
  let table: string;
  try {
    table = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return [];
  }
  const plain = (text: string): string =>
    text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return table.split('\n').map((line) => plain(line.split(' ')[4] ?? ''));
}
