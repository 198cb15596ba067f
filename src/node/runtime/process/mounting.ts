import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaultPath, findExecutable } from '#node/runtime/process/command.ts';
import { placeOf } from '#node/runtime/process/places.ts';
import { isAlive, type ProcessIdentity } from '#node/runtime/process/processes.ts';
import { type Mount, StartError } from '#node/runtime/runtime.ts';

/** CAP_SYS_ADMIN, in the mask of /proc/<pid>/status. */
const mayMountBit = 1n << 21n;
const tools = ['unshare', 'nsenter', 'mount'] as const;

/** Whether containers can have mounts of their own here: it takes Linux, the right to mount, and util-linux. */
export function canMount(): boolean {
  try {
    const [, mask = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    const may = (BigInt(`0x${mask}`) & mayMountBit) !== 0n;
    return may && tools.every((tool) => findExecutable(tool, defaultPath, '/') !== undefined);
  } catch {
    return false;
  }
}

/** The words that, put before a command, let it run in a mount namespace of its own. What is mounted there nobody else sees,
 *  and it goes with the last process; what the machine mounts later is seen there too. */
export function namespaceWords(): readonly string[] {
  return [tool('unshare'), '--mount', '--propagation', 'slave'];
}

/** Flags, source and target of each mount, as `mount` takes them. */
export function mountWords(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap(({ source, target, readOnly, propagation }) => [
    `--rbind --make-r${propagation}${readOnly ? ' -o ro' : ''}`,
    source,
    target,
  ]);
}

const enterScript = 'cd "$1" || exit 128; shift; unset PWD OLDPWD; exec "$@"';

/** The words that let a command run beside a container that has mounts of its own, seeing what it sees. Throws when its
 *  supervisor, who sees the same, has ended. */
export function enterPrefix(supervisor: ProcessIdentity | undefined, cwd: string): readonly string[] {
  if (supervisor === undefined || !isAlive(supervisor)) throw new Error('the container has ended');
  const enter = [tool('nsenter'), `--mount=/proc/${supervisor.pid}/ns/mnt`, '--'];
  return [...enter, '/bin/sh', '-c', enterScript, 'sampan', cwd];
}

/** Where each tool lies: looked for once. */
const places = new Map<string, string>();

function tool(name: (typeof tools)[number]): string {
  const known = places.get(name);
  if (known !== undefined) return known;
  const found = findExecutable(name, defaultPath, '/') ?? name;
  places.set(name, found);
  return found;
}

/** A path of the machine's own that is to be seen under its own name needs no mount. */
export function isIdentity({ source, target, readOnly, propagation }: Mount): boolean {
  return source === target && !readOnly && propagation === 'private';
}

/** The order in which all of them can be made: outer places before those in them, and whatever lies under a place that another
 *  mount hides before that is hidden. Where both cannot be had, the first comes first. */
export function inOrder(mounts: readonly Mount[]): readonly Mount[] {
  const ordered: Mount[] = [];
  let rest = mounts;
  while (rest.length > 0) {
    const waiting = rest;
    const next =
      waiting.find((mount) => !waiting.some((other) => other !== mount && comesBefore(other, mount))) ?? waiting[0];
    if (next !== undefined) ordered.push(next);
    rest = waiting.filter((mount) => mount !== next);
  }
  return ordered;
}

function comesBefore(first: Mount, second: Mount): boolean {
  const outer = second.target !== first.target && isUnder(second.target, first.target);
  return outer || isUnder(first.source, second.target);
}

function isUnder(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

/** Makes the places to mount at that the machine lacks; they stay, empty, as another container may be using them. Throws
 *  `StartError`. */
export function makeMountPoints(mounts: readonly Mount[]): void {
  for (const [index, { source, target }] of mounts.entries()) {
    const place = placeOf(target, mounts.slice(0, index));
    try {
      if (kindOf(place) !== undefined) continue;
      if (kindOf(source) === 'directory') {
        mkdirSync(place, { recursive: true, mode: 0o755 });
      } else {
        mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
        closeSync(openSync(place, 'a', 0o644));
      }
    } catch (error) {
      throw new StartError('RunContainerError', `cannot make the mount point ${target}: ${(error as Error).message}`);
    }
  }
}

function kindOf(path: string): 'directory' | 'other' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (found.isDirectory() ? 'directory' : 'other');
  } catch {
    return undefined;
  }
}
