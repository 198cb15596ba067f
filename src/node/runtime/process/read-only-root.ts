import { readFileSync } from 'node:fs';
import type { Mount } from '#node/runtime/runtime.ts';

/** Places that a container has of its own, or that hold no files of the machine. */
const others = ['/dev', '/proc', '/sys'];
/** File systems that are mounted when they are first looked at: to change them would be to mount them. */
const untouched = new Set(['autofs', 'binfmt_misc']);

const bindScript = 'mount --bind "$1" "$1"; shift; exec "$@"';

/** The words that, in a mount namespace, keep a directory writable whatever becomes of the file system it is on: Sampan's own,
 *  where a container's output goes and its volumes lie. */
export function keepWritable(directory: string): readonly string[] {
  return ['/bin/sh', '-c', bindScript, 'sampan', directory];
}

/** Flags, source and target of the mounts that make what a container sees of the machine read-only; to be made after those of
 *  the pod's volumes, which stay as they are. What the volumes hide is left alone, for its path leads into them. */
export function readOnlyWords(mounts: readonly Mount[], writable: string, table = readTable()): readonly string[] {
  const left = [...others, writable, ...mounts.map(({ target }) => target)];
  const seen = parse(table).filter(({ point }, index, all) =>
    all.slice(index + 1).every((later) => !isIn(point, later.point)),
  );
  return seen
    .filter(({ point, type, flags }) => {
      const isOurs = left.some((place) => isIn(point, place)) || untouched.has(type);
      return !isOurs && !flags.includes('ro');
    })
    .flatMap(({ point, flags }) => {
      // Who sets some flags clears all others.
      const same = flags.filter((flag) => flag !== 'rw');
      return [`-o ${['remount', 'bind', 'ro', ...same].join(',')}`, 'none', point];
    });
}

interface MountedPlace {
  readonly point: string;
  readonly type: string;
  readonly flags: readonly string[];
}

/** In the order in which they were mounted. */
function parse(table: string): readonly MountedPlace[] {
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [mount = '', system = ''] = line.split(' - ');
      const [, , , , point = '', flags = ''] = mount.split(' ');
      return { point: plain(point), type: system.split(' ')[0] ?? '', flags: flags.split(',') };
    });
}

function plain(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function readTable(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}
