import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A log file is set aside when it has grown beyond this (spec: node-agent.md section 16, containerLogMaxSize). */
export const logBytesMax = 10 * 1024 * 1024;
/** Files kept of one container, the current one included (containerLogMaxFiles). */
export const logFilesMax = 5;

/** Renames the current log out of the way, with the time in its name, and drops the oldest beyond the limit. `now` is ISO
 *  8601. Two rotations in one second get names that still sort in order. */
export function rotate(logPath: string, now: string): void {
  const stamp = `${now.slice(0, 10).replaceAll('-', '')}-${now.slice(11, 19).replaceAll(':', '')}`;
  const others = rotatedFiles(logPath);
  let name = `${logPath}.${stamp}`;
  const newest = others.at(-1) ?? '';
  if (newest >= name) name = `${newest}~`;
  renameSync(logPath, name);
  for (const old of others.slice(0, Math.max(0, others.length - (logFilesMax - 2)))) rmSync(old, { force: true });
}

/** The files set aside for this log, oldest first. */
export function rotatedFiles(logPath: string): string[] {
  const prefix = `${basename(logPath)}.`;
  const directory = dirname(logPath);
  return readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .map((name) => join(directory, name));
}

/** The file that was begun after the one with this inode number: what a follower reads next. Undefined while that one is
 *  the newest. If it is not there any more, the oldest that is. */
export function fileAfter(logPath: string, inode: number): string | undefined {
  const files = [...rotatedFiles(logPath), logPath].filter((file) => inodeOf(file) !== undefined);
  const at = files.findIndex((file) => inodeOf(file) === inode);
  return files[at + 1];
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}
