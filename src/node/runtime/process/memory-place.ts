import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { removeDirectory } from '#node/remove.ts';

const sharedMemory = '/dev/shm';
/** What `statfs` says of a file system in memory. */
const tmpfs = 0x01021994;
const prefix = 'sampan-';

/** Where the secrets of the pods of the node that lives in `root` are, where a machine has memory to keep them in. */
export function memoryPlaceOf(root: string): string {
  return join(sharedMemory, `${prefix}${createHash('sha256').update(resolve(root)).digest('hex').slice(0, 16)}`);
}

/** A directory in memory for the secrets of a node's pods, where nobody else can look; undefined where the machine has none to
 *  trust. It outlives this process, as containers do. Its name is known to all, so whatever else has it is left alone. */
export function makeMemoryPlace(root: string): string | undefined {
  const place = memoryPlaceOf(root);
  try {
    if (process.platform !== 'linux' || statfsSync(sharedMemory).type !== tmpfs) return undefined;
    mkdirSync(place, { recursive: true, mode: 0o700 });
    if (!isOurs(place)) return undefined;
    writeFileSync(join(place, ownerFile), ownerText(root), { mode: 0o600 });
    return place;
  } catch {
    return undefined;
  }
}

/** Tells beside the pods' directories whose place it is. */
const ownerFile = 'owner';

/** Names the machine's tree of files too: from within a container, which may share the memory, another's folders are not there. */
function ownerText(root: string): string {
  return `${readlinkSync('/proc/self/ns/mnt')} ${resolve(root)}`;
}

const privateDirectory = 0o040700;

function isOurs(place: string): boolean {
  const { uid, mode } = lstatSync(place);
  return uid === process.getuid?.() && mode === privateDirectory;
}

/** Removes what is there of pods that nobody knows any more. */
export function sweepMemoryPlace(place: string, isKnown: (podUid: string) => boolean): void {
  for (const name of readdirSync(place)) {
    if (name !== ownerFile && !isKnown(name)) removeDirectory(join(place, name));
  }
}

/** Removes the places of nodes whose folders are no more: nobody else would, until the machine is started anew. */
export function sweepAbandonedPlaces(): void {
  for (const name of readdirSync(sharedMemory)) {
    const place = join(sharedMemory, name);
    if (name.startsWith(prefix) && isAbandoned(place)) removeDirectory(place);
  }
}

function isAbandoned(place: string): boolean {
  try {
    if (!isOurs(place)) return false;
    const owner = readFileSync(join(place, ownerFile), 'utf8');
    const root = owner.slice(owner.indexOf(' ') + 1);
    return owner === ownerText(root) && place === memoryPlaceOf(root) && !existsSync(root);
  } catch {
    // It goes just now, or is another program's.
    return false;
  }
}
